/** Which manifest a row belongs to. */
import { quoted } from "../../../base/internal/text.ts"
import type { Findings } from "./codes.ts"
import type { Row } from "./row.ts"

/** The name of a manifest, and what it is called if it has no label. */
export interface Named {
  readonly name: string
  readonly title: string
}

const baseName = (path: string): string => path.split(/[/\\]/).findLast((part) => part !== "") ?? path

/** A name of letters, digits and `_`, which MPS is known to take. */
export const nameFrom = (title: string): string =>
  title.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^A-Za-z0-9]+/g, "_").replace(/^_+|_+$/g, "")

const named = (title: string): Named => ({ name: nameFrom(title), title })

/** The name of a sheet without its worksheet and extension. */
const sheetName = (source: string): string => baseName(source.replace(/: [^/\\]*$/, "")).replace(/\.[^.]+$/, "")

/**
 * The manifest of a row: the one that it names, or else that of its folder. In a sheet without a column for it, all
 * images are in one manifest, named after the sheet; where there is no sheet, each folder is a manifest.
 */
export const manifestOf = (
  row: Row,
  folder: string | undefined,
  hasColumn: boolean,
  findings: Findings
): Named | undefined => {
  const given = row.own.get("manifest")
  if (given !== undefined) return { name: given.text, title: given.text }
  if (folder !== undefined) return named(folder)
  if (!hasColumn) return named(sheetName(row.place.source ?? ""))
  findings.add("manifest-missing", { ...row.place, column: "manifest" }, "the row does not name its manifest")
  return undefined
}

/** The folder of an image of a table without row numbers, by its path below the table's folder. */
export const folderOf = (row: Row, path: string): string | undefined => {
  if (row.place.row !== undefined) return undefined
  const below = path.slice(row.folder.length).replaceAll("\\", "/").replace(/^\/+/, "").split("/").slice(0, -1)
  return below.length === 0 ? baseName(row.folder) : below.join(" ")
}

/** A name that cannot be that of a manifest, for a message. */
export const nameRemedy = (name: string): string => {
  const other = nameFrom(name)
  return other === "" ? "use letters, digits and _" : `use letters, digits and _, such as ${quoted(other)}`
}
