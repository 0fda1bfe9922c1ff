/** The report of a batch as sheets: one for the people who asked for it, and one of what failed, to be fed back in. */
import type { BatchReport, ImageOutcome, ManifestOutcome } from "@iiif-ingest/core/batch/BatchReport"
import { sheet } from "./cells.ts"
import { fateOf, imageUrlOf, manifestFateOf, manifestProblems, problemOf } from "./outcomes.ts"

const columns = [
  "manifest",
  "manifest label",
  "manifest address",
  "manifest fate",
  "manifest problem",
  "file",
  "id",
  "sheet",
  "row",
  "fate",
  "problem",
  "warnings",
  "image"
]

const manifestCells = (manifest: ManifestOutcome): ReadonlyArray<string> => [
  manifest.name,
  manifest.label,
  manifest.id,
  manifestFateOf(manifest),
  manifestProblems(manifest).join("\n")
]

const placeCells = ({ origin }: ImageOutcome | ManifestOutcome): ReadonlyArray<string> => [
  origin.source,
  String(origin.row ?? "")
]

const imageCells = (image: ImageOutcome): ReadonlyArray<string> => [
  image.file,
  image.id,
  ...placeCells(image),
  fateOf(image.fate),
  problemOf(image.fate),
  image.warnings.join("\n"),
  imageUrlOf(image) ?? ""
]

const rowsOf = (manifest: ManifestOutcome): ReadonlyArray<ReadonlyArray<string>> => {
  const first = manifestCells(manifest)
  return manifest.images.length === 0
    ? [[...first, "", "", ...placeCells(manifest), "", "", "", ""]]
    : manifest.images.map((image) => [...first, ...imageCells(image)])
}

/** A row for each image, and for each manifest that has none. */
export const reportCsv = (report: BatchReport): string => sheet([columns, ...report.manifests.flatMap(rowsOf)])

export { failedSheet } from "./failedSheet.ts"
