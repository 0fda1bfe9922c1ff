/** What the batch leaves lying: images that no row names, files that lists of checksums have, pages that are copies. */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { quoted, visible } from "../../../base/internal/text.ts"
import * as Fixity from "../../../image/Fixity.ts"
import { hasImageExtension } from "../../../image/ImageSource.ts"
import * as FileContent from "../../FileContent.ts"
import type { Place } from "../../Finding.ts"
import { type Findings, otherPlace } from "./codes.ts"
import type { ImageDraft } from "./draft.ts"
import type { Lister } from "./listing.ts"
import type { Page } from "./page.ts"

interface Folder {
  readonly path: string
  readonly place: Place
  readonly drafts: ReadonlyArray<ImageDraft>
}

/** The folders of the images that rows name. Folders that are whole manifests are looked at elsewhere. */
const foldersOf = (drafts: ReadonlyArray<ImageDraft>, paths: Path.Path): ReadonlyArray<Folder> =>
  Array.from(
    Map.groupBy(drafts.filter(({ exists, fromFolder }) => exists && !fromFolder), ({ path }) => paths.dirname(path)),
    ([path, same]) => ({ path, drafts: same, place: { source: same[0]?.place.source ?? path } })
  )

/** Reports images beside those of the batch, and files that lists of checksums have and the folder has not. */
export const reportSiblings = Effect.fnUntraced(function*(
  drafts: ReadonlyArray<ImageDraft>,
  list: Lister,
  findings: Findings
): Effect.fn.Return<void, never, FileSystem.FileSystem | Path.Path> {
  const paths = yield* Path.Path
  const used = new Set(drafts.map(({ path }) => path))
  for (const { drafts: named, path, place } of foldersOf(drafts, paths)) {
    const { entries } = yield* list(path)
    for (const [name, type] of entries) {
      if (
        type === "Directory" || name.startsWith(".") || !hasImageExtension(name) || used.has(paths.join(path, name))
      ) continue
      findings.add("file-unnamed", { ...place, file: paths.join(path, name) }, `no row names ${quoted(name)}`)
    }
    const names = [...entries.keys()]
    if (named.length === 0) continue
    for (const { name, why } of yield* Fixity.missing(path, names)) {
      findings.add("checksum-orphan", { ...place, file: paths.join(path, name) }, `${quoted(name)}: ${visible(why)}`)
    }
  }
})

/** Whether two files have the same bytes: their sums are equal, which for small PNGs of one form is no proof. */
const haveSameBytes = Effect.fnUntraced(function*(a: string, b: string, isSmall: boolean) {
  const fs = yield* FileSystem.FileSystem
  if (isSmall) {
    const [left, right] = yield* Effect.all([fs.readFile(a), fs.readFile(b)])
    return left.length === right.length && left.every((byte, index) => byte === right[index])
  }
  const [left, right] = yield* Effect.all([FileContent.whole(a), FileContent.whole(b)])
  return left.crc32 === right.crc32
})

/** Reports files with the same bytes. */
export const reportCopies = Effect.fnUntraced(function*(
  pages: ReadonlyArray<Page>,
  findings: Findings
): Effect.fn.Return<void, never, FileSystem.FileSystem> {
  const first = new Map<string, Page>()
  for (const page of pages) {
    const { content, fingerprint, header } = page.facts ?? {}
    if (content === undefined || fingerprint === undefined || header === undefined) continue
    const key = `${content.of} ${content.crc32} ${fingerprint.size} ${header.width} ${header.height}`
    const earlier = first.get(key)
    if (earlier === undefined) first.set(key, page)
    else if (earlier.draft.path !== page.draft.path) {
      const isSmall = fingerprint.size <= FileContent.wholeLimit
      const isSame = yield* haveSameBytes(earlier.draft.path, page.draft.path, isSmall).pipe(
        Effect.orElseSucceed(() => false)
      )
      if (!isSame) continue
      const other = otherPlace(earlier.draft.place, page.draft.place)
      findings.add(
        "file-same-content",
        page.draft.place,
        `it has the bytes of ${quoted(earlier.draft.name)} (${other})`
      )
    }
  }
})

/** Reports regions that are not within their images. */
export const reportRegions = (pages: ReadonlyArray<Page>, findings: Findings): void => {
  for (const { description: { region }, draft, facts } of pages) {
    const place = draft.row.own.get("region")?.place
    const header = facts?.header
    if (region === undefined || header === undefined || place === undefined) continue
    if (region.x + region.width <= header.width && region.y + region.height <= header.height) continue
    findings.add("area-outside", place, `the image is ${header.width} x ${header.height}`)
  }
}
