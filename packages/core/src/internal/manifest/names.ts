import * as Result from "effect/Result"
import type { Asset } from "../../Asset.ts"
import { type Finding, finding } from "../check/finding.ts"
import { quoted } from "../shown.ts"

type Table = ReadonlyMap<string | undefined, ReadonlyArray<Asset>>

/** What users call images: asset ids, the ids they gave, without prefix, and names, in this order. */
const tablesOf = (assets: ReadonlyArray<Asset>): ReadonlyArray<Table> => [
  Map.groupBy(assets, ({ id }) => id),
  Map.groupBy(assets, ({ source }) => source.description.id),
  Map.groupBy(assets, ({ source }) => source.name)
]

/** Finds images, and their pages, by what users call them. */
export class Names {
  readonly #assets: ReadonlyArray<Asset>
  #tables: ReadonlyArray<Table> | undefined

  constructor(assets: ReadonlyArray<Asset>) {
    this.#assets = assets
  }

  #find(text: string): ReadonlyArray<Asset> {
    this.#tables ??= tablesOf(this.#assets)
    return this.#tables.map((table) => table.get(text)).find((found) => found !== undefined) ?? []
  }

  #one(text: string, path: string): Result.Result<Asset, Finding> {
    const [asset, other] = this.#find(text)
    if (asset === undefined) {
      return Result.fail(finding("page-missing", path, `there is no image ${quoted(String(text))}`))
    }
    if (other === undefined) return Result.succeed(asset)
    const ids = `${asset.id} and ${other.id}`
    return Result.fail(
      finding("page-ambiguous", path, `${quoted(String(text))} is the name of several images, such as ${ids}`)
    )
  }

  /** The image that has a page of its own. */
  hostOf(text: string, path: string): Result.Result<Asset, Finding> {
    return Result.flatMap(this.#one(text, path), (asset) => {
      const { page } = asset.source.description
      if (page === undefined) return Result.succeed(asset)
      const message = `${quoted(String(text))} has no page of its own: it is on that of ${quoted(page.of)}`
      return Result.fail(finding("page-missing", path, message))
    })
  }

  /** The image whose page an image is on. */
  pageOf(text: string, path: string): Result.Result<Asset, Finding> {
    return Result.flatMap(this.#one(text, path), (asset) => {
      const { page } = asset.source.description
      return page === undefined ? Result.succeed(asset) : this.hostOf(page.of, path)
    })
  }
}
