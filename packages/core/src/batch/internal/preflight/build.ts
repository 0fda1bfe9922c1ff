/** Builds each manifest, so that what the builder finds is known before anything is sent. */
import type * as Manifest from "@iiif-ingest/iiif/Manifest"
import * as Effect from "effect/Effect"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import { ManifestUri } from "../../../base/Ids.ts"
import { ManifestName } from "../../../base/Ids.ts"
import { keyIn } from "../../../base/internal/keyPrefix.ts"
import { visible } from "../../../base/internal/text.ts"
import type { MpsConfig } from "../../../config/MpsConfig.ts"
import { manifestUri } from "../../../config/MpsEnvironment.ts"
import type { Manifests } from "../../../mps/Manifests.ts"
import type { StoredAsset } from "../../../upload/UploadedAsset.ts"
import * as Columns from "../../Columns.ts"
import type { Place } from "../../Finding.ts"
import type { Findings } from "./codes.ts"
import type { Book, Page } from "./page.ts"
import { type Entry, firstOf } from "./row.ts"

type Config = MpsConfig["Service"]

const isName = Schema.is(ManifestName)

/** The address of a manifest; that of another where its own name cannot be one, which has a finding. */
export const addressOf = ({ environment, namespace }: Config, name: string): ManifestUri =>
  isName(name) ? manifestUri(environment, namespace, name) : ManifestUri.make(`${environment.manifestUrl}/invalid`)

/** An image as the manifest needs it; one that cannot be read is taken for a pixel, so that the rest is checked. */
const assetOf = ({ keyPrefix }: Config, { draft, facts, id }: Page): StoredAsset | undefined => {
  if (id === undefined) return undefined
  const { extension, height, mediaType, width } = facts?.header ??
    { extension: "tif", width: 1, height: 1, mediaType: "image/tiff" }
  return { id, key: keyIn(keyPrefix, `${id}.${extension}`), source: { name: draft.name }, width, height, mediaType }
}

/** Fields of a description whose column has another name. */
const columnNames: Readonly<Record<string, ReadonlyArray<Columns.Name>>> = {
  summary: ["summary", "alt"],
  contents: ["range"],
  page: ["choiceOf", "layerOf"]
}

const cellFor = (cells: ReadonlyMap<string, Entry>, field: string): Entry | undefined => {
  const names = columnNames[field] ?? Columns.columns.flatMap(({ name }) => name === field ? [name] : [])
  return names.map((name) => firstOf(cells, name)).find((entry) => entry !== undefined)
}

/** The cell that a path of the builder's input comes from. */
const placeOf = (path: string, book: Book, pages: ReadonlyArray<Page>, all: ReadonlyArray<Page>): Place => {
  const [, kind, index, rest = ""] = /^(pages|images)\[(\d+)\]\.?(.*)$/.exec(path) ?? []
  const field = /^\w+/.exec(kind === undefined ? path : rest)?.[0] ?? ""
  const page = kind === undefined ? undefined : (kind === "pages" ? pages : all)[Number(index)]
  if (page === undefined) return cellFor(book.cells, field)?.place ?? book.place
  return (page.draft.fromFolder ? undefined : cellFor(page.draft.row.own, field)?.place) ?? page.draft.place
}

/** What has a finding of its own already. */
const said = new Set(["manifest-empty", "image-id-case", "region-outside"])

const report = (book: Book, all: ReadonlyArray<Page>, error: Manifest.ManifestError, findings: Findings): void => {
  const pages = all.filter(({ description }) => description.page === undefined)
  for (const { code, message, path, remedy, severity } of error.findings) {
    if (severity !== "error" || said.has(code) || code.startsWith("rights")) continue
    findings.add("manifest-invalid", placeOf(path, book, pages, all), visible(`${path}: ${message} [${code}]`), remedy)
  }
}

/** Images with one id are built once: that they share it has a finding of its own. */
const distinct = (pages: ReadonlyArray<Page>): ReadonlyArray<Page> => {
  const seen = new Set<string>()
  return pages.filter(({ id }) => {
    if (id === undefined || seen.has(id.toLowerCase())) return false
    seen.add(id.toLowerCase())
    return true
  })
}

/** Builds a manifest, and reports all that keeps it from being built. */
export const buildBook = Effect.fnUntraced(function*(
  book: Book,
  config: Config,
  manifests: Manifests["Service"],
  findings: Findings
) {
  const all = distinct(book.pages)
  const assets = all.flatMap((page) => assetOf(config, page) ?? [])
  if (assets.length === 0) return
  const descriptions = new Map(
    all.flatMap(({ description, id }) => id === undefined ? [] : [[id, description] as const])
  )
  yield* manifests.build(addressOf(config, book.name), book.description, assets, descriptions).pipe(
    Effect.catch((error) => Effect.sync(() => report(book, all, error, findings))),
    Effect.provideService(References.MinimumLogLevel, "None")
  )
})
