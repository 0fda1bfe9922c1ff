/** What several tables, or tables that are wrong as a whole, are found to have. */
import { assert, describe, it } from "@effect/vitest"
import type { Table } from "@iiif-ingest/core/batch/Table"
import { Effect } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { check, folderWith, images, seen, sheet } from "./support/batch.ts"

const columns = ["file", "manifest", "manifest.label", "choiceOf", "label"]

const found = (...tables: ReadonlyArray<Table>) => Effect.map(check({ tables }), ({ findings }) => seen(findings))

describe("a pre-flight", () => {
  it.live("tells what is wrong with a table as a whole", () =>
    Effect.gen(function*() {
      const folder = folderWith(images("1.png"))
      assert.deepStrictEqual(yield* found(sheet(folder, columns)), ["table-empty sheet.csv"])
      const { findings } = yield* check({ tables: [sheet(folder, ["flie", "label"], ["1.png", "x"])] })
      const missing = findings.find(({ code }) => code === "column-missing")
      assert.match(missing?.message ?? "", /its columns are "flie", "label"; did you mean "flie"\?$/)
      const rows = sheet(folder, columns, [" "], ["1.png", "M", "m", "", "a\u00a0b"])
      assert.deepStrictEqual(yield* found(rows), ["row-empty 2", "cell-invisible E3"])
      const nowhere = yield* found(sheet(Path.join(folder, "gone"), columns, ["1.png", "M", "m"], ["2.png", "M", "m"]))
      assert.deepStrictEqual(nowhere, ["folder-unreadable A2", "folder-unreadable A3"])
      Fs.rmSync(folder, { recursive: true })
    }))

  it.live("takes several tables for one batch", () =>
    Effect.gen(function*() {
      const folder = folderWith(images("1.png", "sub/2.png"))
      const other = folderWith(images("3.png"))
      const first = sheet(folder, columns, ["1.png", "M", "m"])
      const second = { ...sheet(Path.join(folder, "sub"), columns, ["2.png", "M", "m"]), source: "second.csv" }
      assert.deepStrictEqual(yield* found(first, second), ["manifest-in-tables B2"])
      const { plan } = yield* check({ tables: [first, second] })
      assert.deepStrictEqual(plan?.manifests[0]?.images.map(({ file }) => file), ["1.png", "sub/2.png"])
      const third = { ...sheet(other, columns, ["3.png", "N", "n"]), source: "third.csv" }
      assert.deepStrictEqual(yield* found(first, third), ["file-beyond-root A2"])
      const outside = yield* check({ tables: [first, third], allowOutside: true })
      assert.deepStrictEqual(outside.plan?.manifests[1]?.images.map(({ file }) => file), [Path.join(other, "3.png")])
      for (const path of [folder, other]) Fs.rmSync(path, { recursive: true })
    }))

  it.live("tells references that lead nowhere, in a chain, or to several images", () =>
    Effect.gen(function*() {
      const folder = folderWith(images("a/1.png", "b/1.png", "2.png", "3.png"))
      const table = sheet(
        folder,
        columns,
        ["a/1.png", "M", "m"],
        ["b/1.png", "M", "m"],
        ["2.png", "M", "m", "1.png"],
        ["3.png", "M", "m", "2.png"]
      )
      assert.deepStrictEqual(yield* found(table), ["page-ambiguous D4", "page-chain D5"])
      const circle = sheet(folder, columns, ["2.png", "M", "m", "3.png"], ["3.png", "M", "m", "2.png"])
      assert.deepStrictEqual(yield* found(circle), ["page-chain D2", "page-chain D3"])
      Fs.rmSync(folder, { recursive: true })
    }))
})
