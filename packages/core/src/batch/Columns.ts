/**
 * What the columns of a sheet mean. docs/columns.md describes each.
 *
 * @since 0.1.0
 */
import { closest } from "./internal/preflight/suggest.ts"

/**
 * A column.
 *
 * - `of`: what its cells are about: the `image` of the row; the `manifest` as a whole; or `either`: the image, in the row
 *   of an image, and the manifest, in that of a folder or with the prefix `manifest.`.
 * - `languages`: whether there can be several, one for each language (`label`, `label.fr`).
 *
 * @category models
 * @since 0.1.0
 */
export interface Column {
  readonly name: Name
  readonly of: "image" | "manifest" | "either"
  readonly languages?: true
}

const image = [
  "id",
  "assetId",
  "order",
  "range",
  "choiceOf",
  "layerOf",
  "target",
  "region",
  "rotation",
  "action"
] as const
const sums = ["md5", "sha1", "sha256", "sha512"] as const
const texts = ["label", "summary", "metadata", "requiredStatement"] as const
const either = ["rights", "behavior", "navDate", "homepage", "seeAlso", "rendering", "provider", "policy"] as const
const whole = ["file", "folder", "manifest", "viewingDirection", "language", "start", "thumbnail"] as const

/**
 * The name of a column. `metadata` is followed by a colon and the label of the values: `metadata:Creator`.
 *
 * @category models
 * @since 0.1.0
 */
export type Name =
  | "alt"
  | (typeof image)[number]
  | (typeof sums)[number]
  | (typeof texts)[number]
  | (typeof either)[number]
  | (typeof whole)[number]

/**
 * All columns.
 *
 * @category constants
 * @since 0.1.0
 */
export const columns: ReadonlyArray<Column> = [
  ...whole.map((name): Column => ({ name, of: "manifest" })),
  ...image.map((name): Column => ({ name, of: "image" })),
  ...sums.map((name): Column => ({ name, of: "image" })),
  { name: "alt", of: "image", languages: true },
  ...texts.map((name): Column => ({ name, of: "either", languages: true })),
  ...either.map((name): Column => ({ name, of: "either" }))
]

/**
 * The meaning of a column in a sheet: which column it is, whether its cells are about the manifest of their row
 * (`manifest.label`), in which language they are, and which label of the metadata they have.
 *
 * @category models
 * @since 0.1.0
 */
export interface Meaning {
  readonly column: Column
  readonly isManifest: boolean
  readonly language?: string
  readonly label?: string
}

/** Upper case, spaces, underscores and hyphens make no difference in a name. */
const plain = (text: string): string => text.toLowerCase().replace(/[\s_-]+/g, "")

const otherNames: ReadonlyArray<readonly [name: string, Name]> = [
  ["filename", "file"],
  ["alttext", "alt"],
  ["attribution", "requiredStatement"],
  ["manifestname", "manifest"],
  ["license", "rights"]
]

const byName: ReadonlyMap<string, Column> = new Map([
  ...columns.map((column) => [plain(column.name), column] as const),
  ...otherNames.flatMap(([name, meant]) =>
    columns.filter((column) => column.name === meant).map((column) => [name, column] as const)
  )
])

/** Of the columns that are about a manifest anyway, these make no sense with the prefix. */
const withoutPrefix: ReadonlySet<Name> = new Set(["file", "folder", "manifest"])

const prefixed = /^manifest[\s_.-]*(?=[^\s_.-])/i

const withLanguage = (column: Column, isManifest: boolean, language: string | undefined): Meaning | undefined => {
  if (language === undefined) return { column, isManifest }
  return column.languages === true ? { column, isManifest, language } : undefined
}

const parseMetadata = (text: string, isManifest: boolean): Meaning | undefined => {
  const [, label, language] = /^metadata\s*:(.*?)(?:[.@]([A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*|none))?$/i.exec(text) ?? []
  const column = byName.get("metadata")
  if (column === undefined || label === undefined) return undefined
  return { column, isManifest, label: label.trim(), ...(language === undefined ? {} : { language }) }
}

const parsePlain = (text: string, isManifest: boolean): Meaning | undefined => {
  const metadata = parseMetadata(text, isManifest)
  if (metadata !== undefined) return metadata
  const [name = "", ...languages] = text.split(/[.@]/)
  const column = byName.get(plain(name))
  if (column === undefined) return undefined
  if (column.name === "metadata") return { column, isManifest, label: "" }
  return withLanguage(column, isManifest, languages.length === 0 ? undefined : languages.join(".").trim())
}

/**
 * The meaning of a column by its name; `undefined` if it has none.
 *
 * @example
 * ```ts
 * import { Columns } from "@iiif-ingest/core"
 *
 * ["Manifest Label", "metadata:Creator.fr", "FILE_NAME", "notes"].map((name) => {
 *   const meaning = Columns.parse(name)
 *   return meaning === undefined ? "nothing" : Columns.format(meaning)
 * })
 * // => ["manifest.label", "metadata:Creator.fr", "file", "nothing"]
 * ```
 *
 * @category conversions
 * @since 0.1.0
 */
export const parse = (name: string): Meaning | undefined => {
  const text = name.trim()
  const whole = parsePlain(text, false)
  if (whole !== undefined) return whole
  const rest = text.replace(prefixed, "")
  const meaning = rest === text ? undefined : parsePlain(rest, true)
  return meaning === undefined || meaning.column.of === "image" || withoutPrefix.has(meaning.column.name)
    ? undefined
    : meaning
}

/**
 * The usual name of a column with a meaning.
 *
 * @category formatting
 * @since 0.1.0
 */
export const format = ({ column, isManifest, label, language }: Meaning): string =>
  `${isManifest ? "manifest." : ""}${column.name}${label === undefined ? "" : `:${label}`}` +
  (language === undefined ? "" : `.${language}`)

/**
 * The name of a column that may have been meant.
 *
 * @category getters
 * @since 0.1.0
 */
export const suggest = (name: string): string | undefined =>
  closest(
    name.trim(),
    columns.flatMap((column) =>
      column.of === "image" || withoutPrefix.has(column.name) ? [column.name] : [column.name, `manifest.${column.name}`]
    )
  )
