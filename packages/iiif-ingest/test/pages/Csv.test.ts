import { assert, describe, it } from "@effect/vitest"
import type { Table } from "@iiif-ingest/core/batch/Table"
import * as Schema from "effect/Schema"
import * as Cells from "../../src/internal/pages/cells.ts"
import { failedSheet, reportCsv } from "../../src/internal/pages/csv.ts"
import { readBack } from "../../src/internal/pages/failedSheet.ts"
import { fates, manifestOf, parsed, planOf, reportOf, served } from "./support/reports.ts"

/** What a spreadsheet would compute, as the first thing of a cell of any country's spreadsheet. */
const formulas = /(?:^|[;\t\r\n])[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]/u

const dangerous = [
  "=1+1",
  "+1",
  "-1",
  "@SUM(A1)",
  "\t=1",
  "\r=1",
  "\n=1",
  " =1",
  "\u{feff}=1",
  "\u{200b}@x",
  "＝1",
  "＋1",
  "－1",
  "＠x",
  "'=1",
  "''=1",
  "a;=1",
  "a\n=1",
  "\t\t;=1;=2"
]

describe("cells", () => {
  it.each(dangerous)("%j is neutralised, and is itself again afterwards", (text) => {
    assert.match(text, /[=+\-@＝＋－＠]/)
    const safe = Cells.neutralised(text)
    assert.notMatch(safe, formulas)
    assert.notStrictEqual(safe, text)
    assert.strictEqual(Cells.restored(safe), text)
  })

  it.each(["", "Hamlet", "'tis", "a-b", "1-2", "a; b", "x=1", "two\nlines", "O'Neill", "a; '=1"])(
    "%j is left alone",
    (text) => {
      assert.strictEqual(Cells.neutralised(text), text)
      assert.strictEqual(Cells.restored(text), text)
    }
  )

  it("that begin with a tab or a line break begin with an apostrophe", () => {
    assert.deepStrictEqual(["\tx", "\rx", "\nx"].map(Cells.neutralised), ["'\tx", "'\rx", "'\nx"])
  })

  const alphabet = Schema.Literals(["=", "-", "＝", "'", ";", "\t", "\r", "\n", " ", "\u{feff}", "a", "\"", ","])

  it.prop("are restored, and never compute, whatever is in them", [Schema.Array(alphabet)], ([characters]) => {
    const text = characters.join("")
    const safe = Cells.neutralised(text)
    assert.strictEqual(Cells.restored(safe), text)
    assert.notMatch(safe, formulas)
    assert.deepStrictEqual(parsed(Cells.sheet([[text, "end"]])), [[safe, "end"]])
  })
})

const all = fates("x").map((fate, index) => ({ file: `${index}.tif`, fate, row: index + 2 }))

describe("reportCsv", () => {
  it("has a row for each image, with its manifest, its place, its fate and its address", () => {
    const [head = [], ...rows] = parsed(reportCsv(reportOf([manifestOf("BOOK", all)])))
    const cell = (row: number, name: string) => rows[row]?.[head.indexOf(name)]
    assert.strictEqual(rows.length, all.length)
    assert.deepStrictEqual(
      rows.map((_, row) => cell(row, "fate")),
      [
        "served",
        "refused",
        "not sent",
        "not uploaded",
        "not submitted",
        "not served",
        "wrong size",
        "unknown",
        "not verified"
      ]
    )
    assert.strictEqual(cell(1, "manifest"), "BOOK")
    assert.strictEqual(cell(1, "manifest label"), "Label of BOOK")
    assert.strictEqual(cell(1, "manifest address"), "https://nrs-qa.example.edu/URN-3:TEST:BOOK:MANIFEST:3")
    assert.strictEqual(cell(1, "row"), "3")
    assert.strictEqual(cell(1, "sheet"), "pages.csv")
    assert.strictEqual(cell(1, "problem"), "the file is truncated")
    assert.strictEqual(cell(0, "image"), "https://mps-qa.example.edu/assets/images/TEST:x")
    assert.strictEqual(cell(1, "image"), "")
  })

  it("has the rows of every manifest, in order", () => {
    const served = all.slice(0, 1)
    const manifests = ["ONE", "TWO", "THREE"].map((name) => manifestOf(name, served))
    const [, ...rows] = parsed(reportCsv(reportOf(manifests)))
    assert.deepStrictEqual(rows.map(([name]) => name), ["ONE", "TWO", "THREE"])
  })

  it("has a row for a manifest without images", () => {
    const problem = { kind: "input", message: "no page is left" } as const
    const [, ...rows] = parsed(reportCsv(reportOf([manifestOf("EMPTY", [], { problem })])))
    assert.strictEqual(rows.length, 1)
    assert.includeMembers([...rows[0] ?? []], ["EMPTY", "failed", "no page is left"])
  })

  it("has every text neutralised", () => {
    const evil = dangerous.map((text) => ({ file: text, fate: served("x"), warnings: [text] }))
    const text = reportCsv(reportOf([manifestOf("EVIL", evil, { label: "=cmd|' /C calc'!A0" })]))
    for (const row of parsed(text)) for (const one of row) assert.notMatch(one, formulas)
    assert.match(text, /^\u{feff}manifest,.*\r\n/u)
  })
})

const tableOf = (text: string): Table => {
  const [columns = [], ...rows] = parsed(text)
  return {
    source: "failed.csv",
    folder: "/scans",
    columns,
    rows: rows.map((cells, index) => ({
      row: index + 2,
      cells: new Map(
        cells.flatMap((text, column) => text === "" ? [] : [[columns[column] ?? "", { text }] as const])
      )
    })),
    findings: []
  }
}

const cellsOf = ({ rows }: Table) =>
  rows.map(({ cells }) => Object.fromEntries([...cells].map(([name, { text }]) => [name, text])))

const pages = [
  { file: "a.tif", label: "=Title, \"quoted\"", "alt.fr": "un;=deux", manifest: "BOOK" },
  { file: "-b.tif", "metadata:Creator": "'@home\n+1", manifest: "BOOK" },
  { file: "c.tif", "alt.fr": "c", manifest: "BOOK" }
]

describe("failedSheet", () => {
  const rows = (fate: (index: number) => ReturnType<typeof served>) =>
    pages.map((cells, index) => ({ file: cells.file, row: index + 2, cells, fate: fate(index) }))

  it("is nothing where everything is served", () => {
    const report = reportOf([manifestOf("BOOK", rows(() => served("x")))])
    assert.isUndefined(failedSheet(report, planOf(report)))
  })

  it("has all rows of a manifest of which one image failed, and no others", () => {
    const [, refused = served("x")] = fates("x")
    const report = reportOf([
      manifestOf("FINE", rows(() => served("x"))),
      manifestOf("BOOK", rows((index) => index === 1 ? refused : served("x")))
    ])
    const table = tableOf(failedSheet(report, planOf(report)) ?? "")
    assert.deepStrictEqual(table.columns, ["file", "metadata:Creator", "label", "alt.fr", "manifest", "problem"])
    assert.strictEqual(table.rows[1]?.cells.get("problem")?.text, "'-b.tif: refused: the file is truncated")
    // what is wrong with the manifest is with its first row
    assert.match(table.rows[0]?.cells.get("problem")?.text ?? "", /not submitted: some images are not there/)
    assert.deepStrictEqual(cellsOf(readBack(table)), pages)
    assert.notInclude(readBack(table).columns, "problem")
  })

  it("has the row of a manifest once, with all that failed", () => {
    const cells = { manifest: "BOOK", folder: "book", label: "The book" }
    const images = fates("x").slice(0, 3).map((fate, index) => ({ file: `book/${index}.tif`, fate, row: 7 }))
    const report = reportOf([
      manifestOf("BOOK", images, { origin: { source: "pages.csv", row: 7, cells } })
    ])
    const table = tableOf(failedSheet(report, planOf(report)) ?? "")
    assert.deepStrictEqual(cellsOf(readBack(table)), [cells])
    const problem = table.rows[0]?.cells.get("problem")?.text ?? ""
    assert.include(problem, "book/1.tif: refused: the file is truncated")
    assert.include(problem, "book/2.tif: not sent")
    assert.notInclude(problem, "book/0.tif")
  })

  it("makes columns where there were none", () => {
    const images = fates("x").slice(0, 2).map((fate, index) => ({ file: `=${index}.tif`, fate }))
    const report = reportOf([manifestOf("BOOK", images)])
    const table = readBack(tableOf(failedSheet(report, planOf(report)) ?? ""))
    assert.deepStrictEqual(table.columns, ["file", "manifest", "manifest.label"])
    assert.deepStrictEqual(cellsOf(table)[1], { file: "=1.tif", manifest: "BOOK", "manifest.label": "Label of BOOK" })
  })

  it("has the manifests of the plan that the report does not know", () => {
    const report = reportOf([manifestOf("BOOK", rows(() => served("x")))])
    const table = tableOf(failedSheet(reportOf([]), planOf(report)) ?? "")
    assert.strictEqual(table.rows.length, 3)
    assert.strictEqual(table.rows[0]?.cells.get("problem")?.text, "nothing was done with this manifest")
  })

  it("leaves other tables as they are", () => {
    const table = tableOf("file,label\r\na.tif,'=x\r\n")
    assert.strictEqual(readBack(table), table)
  })
})
