/** Batches in temporary folders, and the pre-flight of them. */
import { NodeFileSystem, NodePath } from "@effect/platform-node"
import type { Finding } from "@iiif-ingest/core/batch/Finding"
import * as Preflight from "@iiif-ingest/core/batch/Preflight"
import type { Table } from "@iiif-ingest/core/batch/Table"
import * as Manifests from "@iiif-ingest/core/mps/Manifests"
import * as Journal from "@iiif-ingest/core/upload/Journal"
import { Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { layer as config } from "../../support/config.ts"
import { png } from "../../support/imageCorpus.ts"

/** All that a pre-flight asks, but for the journal. */
export const layerWithJournal = Preflight.layer.pipe(
  Layer.provideMerge(Manifests.layer),
  Layer.provide([config, SecureRandom.layerWebCrypto, NodeFileSystem.layer, NodePath.layer])
)

export const layer = layerWithJournal.pipe(Layer.provide(Journal.layerMemory))

/** A temporary folder with files; an image's bytes differ by its size. */
export const folderWith = (files: Readonly<Record<string, Uint8Array | string>>): string => {
  const folder = Fs.mkdtempSync(Path.join(Fs.realpathSync("/tmp"), "preflight-"))
  for (const [name, content] of Object.entries(files)) {
    Fs.mkdirSync(Path.dirname(Path.join(folder, name)), { recursive: true })
    Fs.writeFileSync(Path.join(folder, name), content)
  }
  return folder
}

/** Images of different sizes, by their names. */
export const images = (...names: ReadonlyArray<string>): Readonly<Record<string, Uint8Array>> =>
  Object.fromEntries(names.map((name, index) => [name, png(40 + index, 30)]))

const letter = (index: number): string => String.fromCharCode(65 + index)

/** A sheet of cells, as a reader makes it: the first row has the names of the columns. */
export const sheet = (
  folder: string,
  columns: ReadonlyArray<string>,
  ...rows: ReadonlyArray<ReadonlyArray<string>>
): Table => ({
  source: "sheet.csv",
  folder,
  columns,
  rows: rows.map((cells, row) => ({
    row: row + 2,
    cells: new Map(columns.flatMap((column, index) => {
      const text = cells[index] ?? ""
      return text === "" ? [] : [[column, { text, cell: `${letter(index)}${row + 2}` }] as const]
    }))
  })),
  findings: []
})

export const check = (options: Preflight.Options) =>
  Preflight.Preflight.use((preflight) => preflight.check(options)).pipe(Effect.provide(layer))

/** Each finding as its code and cell. */
export const seen = (findings: ReadonlyArray<Finding>): ReadonlyArray<string> =>
  findings.map(({ code, place }) => `${code} ${place.cell ?? place.column ?? place.row ?? place.source ?? ""}`.trim())
