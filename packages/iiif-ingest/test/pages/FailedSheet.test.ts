/** What failed, written as a sheet, read by the command's reader and planned again. */
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import type { BatchReport } from "@iiif-ingest/core/batch/BatchReport"
import type { Plan } from "@iiif-ingest/core/batch/Plan"
import type { Table } from "@iiif-ingest/core/batch/Table"
import { AssetFate } from "@iiif-ingest/core/mps/Fate"
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { check, folderWith, images } from "../../../core/test/batch/support/batch.ts"
import { failedSheet } from "../../src/internal/pages/csv.ts"
import { readBack } from "../../src/internal/pages/failedSheet.ts"
import { readInput } from "../../src/internal/sheets/read.ts"

const planOf = Effect.fnUntraced(function*(file: string, root: string) {
  const tables: ReadonlyArray<Table> = yield* Effect.provide(readInput(file), NodeServices.layer)
  const { findings, plan } = yield* check({ tables: tables.map(readBack), root })
  assert.deepStrictEqual(findings.filter(({ severity }) => severity === "error"), [])
  assert.isDefined(plan)
  return plan
})

/** Where something was is another sheet now. */
const withoutPlaces = ({ manifests }: Plan) =>
  manifests.map(({ images, origin, ...manifest }) => ({
    ...manifest,
    cells: origin.cells ?? {},
    images: images.map(({ origin, ...image }) => ({ ...image, cells: origin.cells ?? {} }))
  }))

/** A report of which nothing was sent. */
const unsent = ({ environment, manifests }: Plan): BatchReport => ({
  format: "iiif-ingest report",
  version: 1,
  environment,
  at: 0,
  manifests: manifests.map(({ description, id, images, origin }) => ({
    id,
    name: description.name ?? "",
    label: "",
    origin,
    images: images.map(({ file, id, origin }) => ({
      file,
      id,
      origin,
      fate: AssetFate.cases.NotSent.make({}),
      warnings: []
    })),
    problem: { kind: "stopped", message: "-stopped; =before it began" }
  }))
})

const again = Effect.fnUntraced(function*(folder: string, text: string) {
  const first = Path.join(folder, "pages.csv")
  Fs.writeFileSync(first, text)
  const plan = yield* planOf(first, folder)
  const failed = failedSheet(unsent(plan), plan)
  assert.isDefined(failed)
  const second = Path.join(folder, "failed.csv")
  Fs.writeFileSync(second, failed ?? "")
  const replanned = yield* planOf(second, folder)
  assert.deepStrictEqual(
    plan === undefined || replanned === undefined ? [] : withoutPlaces(replanned),
    plan === undefined ? undefined : withoutPlaces(plan)
  )
  return failed ?? ""
})

describe("the sheet of what failed", () => {
  it.live("is planned again to the same, whatever is in its cells", () =>
    Effect.gen(function*() {
      const folder = folderWith(images("-a.png", "b.png", "sub/c.png"))
      const failed = yield* again(
        folder,
        "file,manifest,manifest.label,label,label.fr,metadata:Note\r\n" +
          "-a.png,BOOK,=The book,\"+1, \"\"quoted\"\"\",'=déjà,\"two\nlines; =1\"\r\n" +
          "b.png,BOOK,=The book,@home,,＝full\r\n" +
          "sub/c.png,OTHER,Other,,plain,-1\r\n"
      )
      assert.notMatch(failed.replaceAll("\"", ""), /(?:^|[,;\t\n])[ \ufeff]*[=+\-@＝]/m)
    }))

  it.live("has the row of a folder as it was", () =>
    Effect.gen(function*() {
      const folder = folderWith(images("book/1.png", "book/2.png", "other/1.png"))
      const failed = yield* again(folder, "folder,manifest,label\nbook,BOOK,=The book\nother,OTHER,Other\n")
      assert.match(failed, /\r\nbook,BOOK,'=The book,/)
    }))
})
