/** A report with every fate, and the plan that it is of. */
import * as Ids from "@iiif-ingest/core/base/Ids"
import type { BatchReport, ImageOutcome, ManifestOutcome } from "@iiif-ingest/core/batch/BatchReport"
import * as Plan from "@iiif-ingest/core/batch/Plan"
import { AssetFate, ManifestFate } from "@iiif-ingest/core/mps/Fate"

const base = "https://mps-qa.example.edu/assets/images/TEST"

export const served = (id: string, width = 640, height = 427): AssetFate =>
  AssetFate.cases.Served.make({ url: `${base}:${id}/info.json`, width, height })

export const fates = (id: string): ReadonlyArray<AssetFate> => [
  served(id),
  AssetFate.cases.Refused.make({ problem: "the file is truncated" }),
  AssetFate.cases.NotSent.make({}),
  AssetFate.cases.UploadFailed.make({ problem: "the disk is away" }),
  AssetFate.cases.NotSubmitted.make({ key: `images/${id}.tif` }),
  AssetFate.cases.NotServed.make({ url: `${base}:${id}/info.json`, problem: "HTTP 404" }),
  AssetFate.cases.SizeDiffers.make({ url: `${base}:${id}/info.json`, expected: "640 x 427", served: "64 x 42" }),
  AssetFate.cases.Unknown.make({ url: `${base}:${id}/info.json`, problem: "withheld, HTTP 429" }),
  AssetFate.cases.NotVerified.make({ key: `images/${id}.tif` })
]

export interface Row {
  readonly file: string
  readonly fate: AssetFate
  readonly row?: number
  readonly cells?: { readonly [column: string]: string }
  readonly warnings?: ReadonlyArray<string>
}

const idOf = (name: string, index: number) => Ids.AssetId.make(`${name.toLowerCase()}${index}`)

const imageOf = (name: string) => ({ cells, fate, file, row, warnings = [] }: Row, index: number): ImageOutcome => ({
  file,
  id: idOf(name, index),
  origin: {
    source: "pages.csv",
    ...(row === undefined ? {} : { row }),
    ...(cells === undefined ? {} : { cells })
  },
  fate,
  warnings
})

export const manifestOf = (
  name: string,
  rows: ReadonlyArray<Row>,
  more: Partial<ManifestOutcome> = {}
): ManifestOutcome => {
  const images = rows.map(imageOf(name))
  const id = Ids.ManifestUri.make(`https://nrs-qa.example.edu/URN-3:TEST:${name}:MANIFEST:3`)
  const isFine = images.every(({ fate }) => fate._tag === "Served")
  return {
    id,
    name,
    label: `Label of ${name}`,
    origin: { source: "pages.csv" },
    images,
    ...(more.problem === undefined
      ? {
        report: {
          manifestId: id,
          manifest: isFine
            ? ManifestFate.cases.Served.make({ url: id })
            : ManifestFate.cases.None.make({ problem: "some images are not there" }),
          resubmitted: false,
          assets: images.map(({ fate, file, id }) => ({ source: file, id, warnings: [], fate }))
        }
      }
      : {}),
    ...more
  }
}

export const reportOf = (manifests: ReadonlyArray<ManifestOutcome>): BatchReport => ({
  format: "iiif-ingest report",
  version: 1,
  environment: "qa",
  at: 1_775_000_000_000,
  manifests
})

/** The plan that a report is of. */
export const planOf = ({ environment, manifests }: BatchReport): Plan.Plan => ({
  format: "iiif-ingest plan",
  version: Plan.version,
  environment,
  account: "at",
  space: "test",
  namespace: Ids.Namespace.make("TEST"),
  bucket: "bucket",
  root: "/scans",
  manifests: manifests.map(({ id, images, label, name, origin }) => ({
    id,
    description: { name, label },
    origin,
    images: images.map(({ file, id, origin }) => ({
      file,
      id,
      key: `images/${id}.tif`,
      width: 640,
      height: 427,
      mediaType: "image/tiff",
      fingerprint: { size: 1 },
      description: {},
      origin
    }))
  }))
})

/** Reads a sheet as RFC 4180 has it. */
export const parsed = (text: string): ReadonlyArray<ReadonlyArray<string>> => {
  const rows: Array<Array<string>> = []
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy
  let row: Array<string> = []
  const content = text.replace(/^\u{feff}/u, "")
  for (let found = cell.exec(content); found !== null; found = cell.exec(content)) {
    row.push(found[1]?.replaceAll("\"\"", "\"") ?? found[2] ?? "")
    if (found[3] === "\r\n") rows.push(row)
    if (found[3] === "\r\n") row = []
  }
  return rows
}
