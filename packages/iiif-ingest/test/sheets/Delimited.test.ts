import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { foundIn, readOne, rowsOf } from "./support/inputs.ts"

const utf16 = (text: string, order: "le" | "be"): Uint8Array => {
  const bytes = Buffer.from(text, "utf16le")
  return order === "le" ? bytes : bytes.swap16()
}

const sheet = "file,label,manifest\r\n001.tif,Größe,A\r\n002.tif,\"a, \"\"b\"\"\",A\r\n"
const rows = [{ file: "001.tif", label: "Größe", manifest: "A" }, { file: "002.tif", label: "a, \"b\"", manifest: "A" }]

describe("CSV and TSV", () => {
  it.live.each<readonly [string, string, string | Uint8Array]>([
    ["commas", "a.csv", sheet],
    ["a byte order mark", "a.csv", `\uFEFF${sheet}`],
    ["bare line feeds", "a.csv", sheet.replaceAll("\r\n", "\n")],
    ["carriage returns", "a.csv", sheet.replaceAll("\r\n", "\r")],
    ["semicolons", "a.csv", sheet.replaceAll(/,(?! )/g, ";")],
    ["semicolons that Excel announces", "a.csv", `sep=;\r\n${sheet.replaceAll(/,(?! )/g, ";")}`],
    ["tabs", "a.tsv", sheet.replaceAll(/,(?! )/g, "\t")],
    ["tabs in .csv", "a.csv", sheet.replaceAll(/,(?! )/g, "\t")],
    ["UTF-16 LE with a mark", "a.csv", utf16(`\uFEFF${sheet}`, "le")],
    ["UTF-16 BE with a mark", "a.csv", utf16(`\uFEFF${sheet}`, "be")],
    ["UTF-16 LE without a mark", "a.csv", utf16(sheet, "le")],
    ["UTF-16 BE without a mark", "a.csv", utf16(sheet, "be")],
    ["UTF-16 with tabs, as Excel's Unicode text", "a.txt", utf16(`\uFEFF${sheet.replaceAll(/,(?! )/g, "\t")}`, "le")]
  ])("reads %s", ([, name, content]) =>
    Effect.gen(function*() {
      const table = yield* readOne(name, content)
      assert.deepStrictEqual(foundIn(table), [])
      assert.deepStrictEqual(rowsOf(table), rows)
      assert.deepStrictEqual(table.columns, ["file", "label", "manifest"])
    }))

  it.live("reads other encodings and delimiters when told", () =>
    Effect.gen(function*() {
      const latin = Buffer.from("file|label\n1.tif|Größe\n", "latin1")
      const table = yield* readOne("a.csv", latin, { encoding: "windows-1252", delimiter: "|" })
      assert.deepStrictEqual(rowsOf(table), [{ file: "1.tif", label: "Größe" }])
      assert.deepStrictEqual(table.findings, [])
      assert.deepStrictEqual(foundIn(yield* readOne("a.csv", latin, { encoding: "klingon" })), ["encoding-unknown"])
      assert.deepStrictEqual(foundIn(yield* readOne("a.csv", "a,b\n1,2\n", { delimiter: "" })), ["delimiter-invalid"])
    }))

  it.live("says which byte is none of UTF-8, and what to do", () =>
    Effect.gen(function*() {
      const { findings: [found], rows } = yield* readOne(
        "a.csv",
        Buffer.from("file,label\n1.tif,a\n2.tif,Größe\n", "latin1")
      )
      assert.deepStrictEqual(rows, [])
      assert.strictEqual(found?.code, "encoding-invalid")
      assert.strictEqual(found?.place.row, 3)
      assert.strictEqual(found?.message, "it is no UTF-8: byte 28 (0xf6), in line 3, is not")
      assert.match(found?.remedy ?? "", /UTF-8.*windows-1252/)
    }))

  it.live("counts rows as a spreadsheet does", () =>
    Effect.gen(function*() {
      const { rows } = yield* readOne("a.csv", "\nfile,label\n1.tif,\"two\nlines\"\n\n,\n2.tif,b\n")
      assert.deepStrictEqual(rows.map(({ row }) => row), [3, 6])
      assert.strictEqual(rows[1]?.cells.get("label")?.cell, "B6")
      assert.strictEqual(rows[0]?.cells.get("label")?.text, "two\nlines")
    }))

  it.live("finds all broken quotation marks, and goes on after each", () =>
    Effect.gen(function*() {
      const table = yield* readOne(
        "a.csv",
        "file,label\n1.tif,\"x\"y\n2.tif,5\" x 7\"\n3.tif,ü\n4.tif,\"open\n5.tif,b\n6.tif,5\" c\n"
      )
      assert.deepStrictEqual(foundIn(table), [
        "quote-invalid 2 B2",
        "quote-stray 3 B3",
        "quote-unclosed 5 B5",
        "quote-stray 7 B7"
      ])
      assert.deepStrictEqual(rowsOf(table).map(({ file }) => file), ["2.tif", "3.tif", "5.tif", "6.tif"])
      assert.strictEqual(rowsOf(table)[0]?.["label"], "5\" x 7\"")
      assert.deepStrictEqual(table.rows.map(({ row }) => row), [3, 4, 6, 7])
    }))

  it.live("finds what is wrong with the header and with the number of cells", () =>
    Effect.gen(function*() {
      const table = yield* readOne(
        "a.csv",
        "file, label ,,File\n1.tif,a,,x\n2.tif,b,stray\n3.tif,c,,d,more,evenmore\n4.tif\n"
      )
      assert.deepStrictEqual(table.columns, ["file", "label"])
      assert.deepStrictEqual(
        foundIn(table),
        [
          "column-duplicate 1 D1",
          "column-unnamed 3 C3",
          "row-short 3",
          "row-long 4 E4",
          "row-short 5"
        ]
      )
    }))

  it.live.each<readonly [string, string]>([
    ["", "sheet-empty"],
    ["\n\n,,\n", "sheet-empty"],
    ["file,label\n", "sheet-empty"],
    ["001.tif,Page 1\n002.tif,Page 2\n", "header-missing 1 A1"]
  ])("refuses %j without a header or rows", ([content, expected]) =>
    Effect.gen(function*() {
      const table = yield* readOne("a.csv", content)
      assert.deepStrictEqual(foundIn(table), [expected])
      assert.deepStrictEqual(table.rows, [])
    }))

  it.live.each<readonly [string, string, string]>([
    ["cell-control", "label", "a\u0000b"],
    ["cell-control", "label", "a\u001bb"],
    ["cell-control", "file", "a\u0007.tif"],
    ["cell-replacement", "label", "Gr\uFFFD\uFFFDe"],
    ["cell-mojibake", "label", "GrÃ¶ÃŸe"],
    ["cell-mojibake", "label", "it â€™s"],
    ["cell-nbsp", "id", "abc\u00A0"],
    ["cell-nbsp", "label", "\u200Babc"],
    ["cell-space", "file", "1.tif "],
    ["cell-space", "id", " abc"],
    ["cell-error", "label", "#REF!"],
    ["cell-formula-text", "label", "=A1&\"x\""],
    ["cell-scientific", "id", "1.0E+12"],
    ["cell-scientific", "manifest", "1,2E+11"],
    ["id-date", "id", "1-Mar"],
    ["id-date", "manifest", "Mar-24"]
  ])("finds %s in %s: %j", ([code, column, text]) =>
    Effect.gen(function*() {
      const table = yield* readOne("a.csv", `x,${column}\n1,"${text.replaceAll("\"", "\"\"")}"\n`)
      assert.deepStrictEqual(foundIn(table), [`${code} 2 B2`])
      assert.strictEqual(table.rows[0]?.cells.get(column)?.text, text)
      assert.notMatch(table.findings[0]?.message ?? "", /\p{Cc}/u)
    }))

  it.live.each<readonly [string, string]>([
    ["label", "Ça va, Âme, Ã la carte"],
    ["label", "A page "],
    ["label", "2 - 3"],
    ["label", "May 1924"],
    ["id", "abc123E4x"],
    ["file", "scans/May 1/001.tif"],
    ["label", "日本語 العربية"],
    ["label", "two\nlines\tand a tab"],
    ["label", "-1"],
    ["id", "00123"]
  ])("finds nothing in %s: %j", ([column, text]) =>
    Effect.gen(function*() {
      const table = yield* readOne("a.csv", `x,${column}\n1,"${text}"\n`)
      assert.deepStrictEqual(foundIn(table), [])
    }))

  it.live("holds its bounds", () =>
    Effect.gen(function*() {
      const huge = yield* readOne("a.csv", `file,label\n1.tif,${"x".repeat(2_000_000)}\n`)
      assert.deepStrictEqual(foundIn(huge), ["sheet-too-large 2 B2"])
      const open = yield* readOne("a.csv", `file,label\n1.tif,"${"x".repeat(2_000_000)}`)
      assert.include(foundIn(open).join(), "quote-unclosed 2 B2")
      const many = yield* readOne("a.csv", `file\n${"1\n".repeat(1_000_001)}`)
      assert.deepStrictEqual(foundIn(many), ["sheet-too-large"])
      const wide = yield* readOne("a.csv", "a,".repeat(2_000))
      assert.deepStrictEqual(foundIn(wide), ["sheet-too-large"])
      const large = yield* readOne("a.csv", new Uint8Array(64 * 1024 * 1024 + 1).fill(65))
      assert.deepStrictEqual(foundIn(large), ["sheet-too-large"])
    }))
})
