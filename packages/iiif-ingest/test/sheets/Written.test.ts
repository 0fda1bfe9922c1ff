/** Files that libraries for spreadsheets wrote: openpyxl, and XlsxWriter, also streaming with ZIP64. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { fileURLToPath } from "node:url"
import { foundIn, readFirst, rowsOf } from "./support/inputs.ts"

const read = (name: string) =>
  readFirst(fileURLToPath(new URL(`fixtures/${name}.xlsx`, import.meta.url))).pipe(Effect.provide(NodeServices.layer))

describe("XLSX files as others write them", () => {
  it.live("are read from openpyxl, which calculates no formulas", () =>
    Effect.gen(function*() {
      const table = yield* read("openpyxl")
      assert.deepStrictEqual(rowsOf(table), [
        { file: "1.tif", id: "123", label: "Größe", date: "2024-03-01" },
        { file: "2.tif", id: "00123" }
      ])
      assert.deepStrictEqual(foundIn(table), [
        "worksheet-hidden",
        "column-hidden 1 D1",
        "row-hidden 3",
        "id-number 2 B2",
        "cell-date 2 D2",
        "cell-formula-empty 3 C3"
      ])
    }))

  it.live("are read from XlsxWriter, with rich text, dates and merged cells", () =>
    Effect.gen(function*() {
      const table = yield* read("xlsxwriter")
      assert.deepStrictEqual(rowsOf(table), [
        { file: "1.tif", id: "a", x: "2024-03-01T12:00:00" },
        { file: "2.tif", id: "a b", x: "2" }
      ])
      assert.deepStrictEqual(foundIn(table), ["cell-merged 3 A3", "cell-date 2 C2", "cell-formula 3 C3"])
    }))

  it.live("are read from a writer that streams", () =>
    Effect.gen(function*() {
      const table = yield* read("xlsxwriter-zip64")
      assert.deepStrictEqual(rowsOf(table), [{ file: "1.tif", id: "a b" }])
      assert.deepStrictEqual(table.findings, [])
    }))
})
