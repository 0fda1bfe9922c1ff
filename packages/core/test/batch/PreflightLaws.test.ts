/** What holds for any rows. */
import { assert, describe, it } from "@effect/vitest"
import { hasErrors } from "@iiif-ingest/core/batch/Finding"
import type { Result } from "@iiif-ingest/core/batch/Preflight"
import type { Table } from "@iiif-ingest/core/batch/Table"
import type { JournalError } from "@iiif-ingest/core/upload/Journal"
import { Effect, Schema } from "effect"
import * as Fs from "node:fs"
import { check, folderWith, images, sheet } from "./support/batch.ts"

const columns = ["file", "id", "manifest", "manifest.label", "order", "policy", "rights", "range"]

const anyOf = (...texts: ReadonlyArray<string>) => Schema.Literals(texts)

const anyRow = Schema.Tuple([
  anyOf("1.png", "2.png", "3.png", "a/4.png", "A\\4.png", ".\\a\\..\\1.png", "none.png", "../x.png", "a", ""),
  anyOf("", "", "one", "two", "ONE", "t-o"),
  anyOf("LEAR", "HAMLET", "HAMLET", "Lear", "A B", ""),
  anyOf("", "A label"),
  anyOf("", "1", "2", "3", "x"),
  anyOf("", "open", "public 5, authenticated 4"),
  anyOf("", "http://rightsstatements.org/vocab/InC/1.0/", "mine"),
  anyOf("", "A > B", "A >", "A|B")
])

const rowsWithErrors = ({ findings }: Result): ReadonlySet<number> =>
  new Set(findings.flatMap(({ place, severity }) => severity === "error" ? place.row ?? [] : []))

const plannedRows = ({ plan }: Result): ReadonlyArray<number> =>
  (plan?.manifests ?? []).flatMap(({ images }) => images.flatMap(({ origin }) => origin.row ?? []))

/** Takes out the rows with errors until there are none: without them, another may be the only one with an order. */
const withoutWrongRows = (
  table: Table
): Effect.Effect<{ readonly table: Table; readonly result: Result }, JournalError> =>
  Effect.gen(function*() {
    const result = yield* check({ tables: [table] })
    if (!hasErrors(result.findings) || table.rows.length === 0) return { table, result }
    const wrong = rowsWithErrors(result)
    assert.isAbove(wrong.size, 0, JSON.stringify(result.findings))
    return yield* withoutWrongRows({ ...table, rows: table.rows.filter(({ row = 0 }) => !wrong.has(row)) })
  })

const idsByFile = ({ plan }: Result) =>
  Object.fromEntries((plan?.manifests ?? []).flatMap(({ images }) => images.map(({ file, id }) => [file, id])))

const folder = folderWith(images("1.png", "2.png", "3.png", "a/4.png"))

describe("a pre-flight of any rows", () => {
  it.live.prop(
    "plans every row that has no error, once the others are taken out",
    [Schema.Array(anyRow)],
    ([rows]) =>
      Effect.gen(function*() {
        const { result, table } = yield* withoutWrongRows(sheet(folder, columns, ...rows))
        if (table.rows.length === 0) return
        const planned = new Set(plannedRows(result))
        // a row for a folder is planned as its manifest, and an empty one as nothing
        const wanted = table.rows.filter(({ cells }) => cells.size > 0 && cells.get("file")?.text !== "a")
        assert.deepStrictEqual(wanted.filter(({ row = 0 }) => !planned.has(row)), [])
      })
  )

  it.live.prop(
    "gives an image the same id wherever its row is",
    [Schema.Array(Schema.Finite)],
    ([keys]) =>
      Effect.gen(function*() {
        const rows = ["1.png", "2.png", "3.png", "a/4.png"].map((
          file,
          index
        ) => [file, "", "HAMLET", "Hamlet", `${index + 1}`])
        const shuffled = rows.map((row, index) => ({ row, key: keys[index] ?? index })).toSorted((a, b) =>
          a.key - b.key
        )
        const before = yield* check({ tables: [sheet(folder, columns, ...rows)] })
        const after = yield* check({ tables: [sheet(folder, columns, ...shuffled.map(({ row }) => row))] })
        assert.isDefined(before.plan)
        assert.deepStrictEqual(idsByFile(after), idsByFile(before))
        assert.deepStrictEqual(
          after.plan?.manifests[0]?.images.map(({ file }) => file),
          before.plan?.manifests[0]?.images.map(({ file }) => file)
        )
      })
  )

  it.live("finds the same again", () =>
    Effect.gen(function*() {
      const table = sheet(folder, columns, ["1.png", "", "A"], ["none.png"], ["a"], ["2.png", "x-1", "A B"])
      assert.deepStrictEqual(yield* check({ tables: [table] }), yield* check({ tables: [table] }))
      Fs.rmSync(folder, { recursive: true })
    }))
})
