/**
 * Reads a METS file as a table: one row to a page, in the order of the physical structure, with the ranges that the
 * logical structure puts it into, and what the metadata say of the work.
 */
import type { Table } from "@iiif-ingest/core/batch/Table"
import { manifestName } from "../manifestName.ts"
import { describe } from "./metsDescription.ts"
import { pagesOf } from "./metsFiles.ts"
import { rangesOf, workOf } from "./metsRanges.ts"
import { columnsOf, type Origin, type ReadOptions, refuse, rowOf } from "./model.ts"
import { allOf, type Element, parseTree, xmlText } from "./xml.ts"

const baseName = (path: string): string => (path.split(/[/\\]/).at(-1) ?? path).replace(/\.[^.]*$/, "")

const nameOf = (root: Element, identifiers: ReadonlyArray<string>, { source }: Origin): string | undefined =>
  [...identifiers, root.attributes.get("OBJID") ?? "", baseName(source)].map(manifestName).find((name) => name !== "")

export const readMets = (bytes: Uint8Array, origin: Origin, options: ReadOptions): Table => {
  const document = parseTree(xmlText(bytes, origin), origin)
  const root = document.name === "mets" ? document : allOf(document, "mets")[0]
  if (root === undefined) throw refuse("mets-no-pages", { source: origin.source }, "it is no METS file")
  const { findings, pages } = pagesOf(root, origin, options.group)
  const links = rangesOf(root, origin)
  const { columns, identifiers } = describe(root, workOf(root)?.attributes.get("DMDID"))
  const manifest = [["manifest", nameOf(root, identifiers, origin)], ...columns] as const
  const rows = pages.map(({ file, id, label }) =>
    rowOf([["file", file], ["label", label], ["range", links.ranges.get(id)], ...manifest])
  )
  return {
    ...origin,
    columns: columnsOf(rows),
    rows,
    findings: [...findings, ...links.findings]
  }
}
