/**
 * The rows of what failed, as a sheet that `plan` reads again.
 *
 * It has all rows of every manifest that is not served as a whole, since a page alone would make a manifest with fewer
 * pages, with the columns and cells that they had. A last column, `problem`, says what failed; it also tells that cells
 * that could be taken for formulas have an apostrophe before them, which {@link readBack} removes. Whoever has a column
 * of that name in a sheet of their own loses nothing by it but such apostrophes. Files are named as in the first sheet,
 * so the sheet belongs into the same folder.
 */
import type { BatchReport, ImageOutcome, ManifestOutcome } from "@iiif-ingest/core/batch/BatchReport"
import type { Origin, Plan, PlannedManifest } from "@iiif-ingest/core/batch/Plan"
import type { Table } from "@iiif-ingest/core/batch/Table"
import * as Cells from "./cells.ts"
import { fateOf, isServed, manifestProblems, problemOf } from "./outcomes.ts"

/** The last column. */
export const PROBLEM = "problem"

type Row = ReadonlyMap<string, string>

/** Adds the columns of a row at their places: each after the one that it follows in the row. */
const merged = (known: ReadonlyArray<string>, row: Row): ReadonlyArray<string> => {
  const columns = [...known]
  let at = 0
  for (const name of row.keys()) {
    const found = columns.indexOf(name)
    if (found === -1) columns.splice(at, 0, name)
    at = (found === -1 ? at : found) + 1
  }
  return columns
}

/** Rows of a folder have no numbers. */
const place = ({ cells, row, source }: Origin): string =>
  JSON.stringify(row === undefined ? [source, cells] : [source, row])

const madeRow = (file: string, { description }: PlannedManifest): Row =>
  new Map([
    ["file", file],
    ["manifest", description.name ?? ""],
    ...(typeof description.label === "string" ? [["manifest.label", description.label] as const] : [])
  ])

const cellsOf = ({ cells }: Origin): Row | undefined =>
  cells === undefined ? undefined : new Map(Object.entries(cells).filter(([name]) => name !== PROBLEM))

const problemOfImage = ({ fate, file }: ImageOutcome): string => {
  const problem = problemOf(fate)
  return `${file}: ${fateOf(fate)}${problem === "" ? "" : `: ${problem}`}`
}

/** What is said of the images that a row made. */
const imageProblems = (images: ReadonlyArray<ImageOutcome>): ReadonlyArray<string> =>
  images.filter(({ fate }) => fate._tag !== "Served").map(problemOfImage)

const noOutcome = "nothing was done with this manifest"

/** The rows of a manifest, each once, with what is to be said of it. */
const rowsOf = (
  planned: PlannedManifest,
  outcome: ManifestOutcome | undefined
): ReadonlyArray<readonly [Row, string]> => {
  const outcomes = new Map(outcome?.images.map((image) => [image.id, image]))
  const rows = new Map<string, { readonly row: Row; readonly images: Array<ImageOutcome> }>()
  const own = cellsOf(planned.origin)
  const ofImages = new Set(planned.images.flatMap(({ origin }) => origin.cells === undefined ? [] : [place(origin)]))
  // the row of a folder, whose images have no cells of their own
  if (own !== undefined && !ofImages.has(place(planned.origin))) {
    rows.set(place(planned.origin), { row: own, images: [] })
  }
  for (const { file, id, origin } of planned.images) {
    const cells = cellsOf(origin)
    const key = cells === undefined && !rows.has(place(origin)) ? file : place(origin)
    const entry = rows.get(key) ?? { row: cells ?? madeRow(file, planned), images: [] }
    rows.set(key, entry)
    const image = outcomes.get(id)
    if (image !== undefined) entry.images.push(image)
  }
  const general = outcome === undefined ? [noOutcome] : manifestProblems(outcome)
  return [...rows.values()].map(({ images, row }, index) => [
    row,
    [...(index === 0 ? general : []), ...imageProblems(images)].join("\n")
  ])
}

/** The sheet; `undefined` if everything is served. */
export const failedSheet = (report: BatchReport, plan: Plan): string | undefined => {
  const outcomes = new Map(report.manifests.map((manifest) => [manifest.id, manifest]))
  const rows = plan.manifests.flatMap((planned) => {
    const outcome = outcomes.get(planned.id)
    return outcome !== undefined && isServed(outcome) ? [] : rowsOf(planned, outcome)
  })
  if (rows.length === 0) return undefined
  const columns = rows.reduce<ReadonlyArray<string>>((known, [row]) => merged(known, row), [])
  return Cells.sheet([
    [...columns, PROBLEM],
    ...rows.map(([row, problem]) => columns.map((name) => row.get(name) ?? "").concat(problem))
  ])
}

/** A table as it was before {@link failedSheet}: without apostrophes and without the last column. Others are unchanged. */
export const readBack = (table: Table): Table => {
  if (table.columns.at(-1) !== PROBLEM) return table
  const columns = table.columns.slice(0, -1)
  return {
    ...table,
    columns: columns.map(Cells.restored),
    rows: table.rows.map(({ cells, ...row }) => ({
      ...row,
      cells: new Map(
        [...cells].filter(([name]) => name !== PROBLEM).map(([name, cell]) => [
          Cells.restored(name),
          { ...cell, text: Cells.restored(cell.text) }
        ])
      )
    }))
  }
}
