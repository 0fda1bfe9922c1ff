import type { Finding } from "@iiif-ingest/iiif/Manifest"
import * as Result from "effect/Result"
import { quoted } from "../../../base/internal/text.ts"
import type { StoredAsset } from "../../../upload/UploadedAsset.ts"
import type { Description } from "../../IngestImage.ts"
import { finding } from "../../ManifestRules.ts"

/** An asset and its description. */
export interface Entry {
  readonly asset: StoredAsset
  readonly description: Description
}

type Table = ReadonlyMap<string, ReadonlyArray<Entry>>

/** An image's asset id, and its id without what was added to it. */
const idsOf = ({ asset }: Entry): ReadonlyArray<string> =>
  asset.source.id === undefined || asset.source.id === asset.id ? [asset.id] : [asset.id, asset.source.id]

const groupById = (entries: ReadonlyArray<Entry>): Table =>
  new Map(
    Array.from(
      Map.groupBy(entries.flatMap((entry) => idsOf(entry).map((id) => [id, entry] as const)), ([id]) => id),
      ([id, found]) => [id, found.map(([, entry]) => entry)]
    )
  )

/** The ways to refer to an image, in order of precedence: its ids, its name. */
const tablesOf = (entries: ReadonlyArray<Entry>): ReadonlyArray<Table> => [
  groupById(entries),
  Map.groupBy(entries, ({ asset }) => asset.source.name)
]

/** Finds images and their pages by id or name. */
export class Names {
  readonly #entries: ReadonlyArray<Entry>
  #tables: ReadonlyArray<Table> | undefined

  constructor(entries: ReadonlyArray<Entry>) {
    this.#entries = entries
  }

  #find(text: string): ReadonlyArray<Entry> {
    this.#tables ??= tablesOf(this.#entries)
    return this.#tables.map((table) => table.get(text)).find((found) => found !== undefined) ?? []
  }

  #one(text: string, path: string): Result.Result<Entry, Finding> {
    const [entry, other] = this.#find(text)
    if (entry === undefined) {
      return Result.fail(finding("image-missing", path, `there is no image ${quoted(String(text))}`))
    }
    if (other === undefined) return Result.succeed(entry)
    const ids = `${entry.asset.id} and ${other.asset.id}`
    return Result.fail(
      finding("image-ambiguous", path, `${quoted(String(text))} refers to several images, such as ${ids}`)
    )
  }

  /** Finds an image, which must have a page of its own. */
  hostOf(text: string, path: string): Result.Result<Entry, Finding> {
    return Result.flatMap(this.#one(text, path), (entry) => {
      const { page } = entry.description
      if (page === undefined) return Result.succeed(entry)
      const message = `${quoted(String(text))} has no page of its own: it is on the page of ${quoted(page.of)}`
      return Result.fail(finding("image-missing", path, message))
    })
  }

  /** Finds the image whose page an image is on: the image itself, or another. */
  pageOf(text: string, path: string): Result.Result<Entry, Finding> {
    return Result.flatMap(this.#one(text, path), (entry) => {
      const { page } = entry.description
      return page === undefined ? Result.succeed(entry) : this.hostOf(page.of, path)
    })
  }
}
