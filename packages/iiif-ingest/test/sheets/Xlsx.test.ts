import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { strToU8, zipSync } from "fflate"
import { foundIn, readOne, rowsOf } from "./support/inputs.ts"
import { type CellOf, partsOf, type SheetOf, xlsx, zipped } from "./support/xlsx.ts"

const pages: SheetOf = {
  name: "Pages",
  rows: [["file", "label", "manifest"], ["001.tif", "Größe & <b>", "A"], [], ["002.tif", null, "A"]]
}

const styled = (style: number, value: number | string): CellOf => ({
  xml: `<c r="{ref}" s="${style}"><v>${value}</v></c>`
})

/** Changes the sizes that the central directory says of a part. */
const lying = (bytes: Uint8Array, name: string, size: number): Uint8Array => {
  const copy = Buffer.from(bytes)
  for (
    let at = copy.indexOf("PK\u0001\u0002", 0, "latin1");
    at !== -1;
    at = copy.indexOf("PK\u0001\u0002", at + 4, "latin1")
  ) {
    if (copy.subarray(at + 46, at + 46 + copy.readUInt16LE(at + 28)).toString() === name) {
      copy.writeUInt32LE(size, at + 24)
    }
  }
  return copy
}

describe("XLSX", () => {
  it.live("reads cells by their place, and counts rows as they are shown", () =>
    Effect.gen(function*() {
      const table = yield* readOne("a.xlsx", xlsx([pages]))
      assert.deepStrictEqual(foundIn(table), [])
      assert.deepStrictEqual(rowsOf(table), [
        { file: "001.tif", label: "Größe & <b>", manifest: "A" },
        { file: "002.tif", manifest: "A" }
      ])
      assert.deepStrictEqual(table.rows.map(({ row }) => row), [2, 4])
      assert.strictEqual(table.rows[1]?.cells.get("manifest")?.cell, "C4")
      assert.match(table.source, /a\.xlsx$/)
    }))

  it.live("reads inline, rich and escaped text, booleans, and cells without names", () =>
    Effect.gen(function*() {
      const table = yield* readOne(
        "a.xlsx",
        xlsx([{
          name: "S",
          rows: [["a", "b", "c"], [
            {
              xml:
                "<c t=\"inlineStr\"><is><r><t>in</t></r><r><t xml:space=\"preserve\"> line</t></r><rPh><t>no</t></rPh></is></c>"
            },
            { xml: "<c t=\"inlineStr\"><is><t>a_x000A_b</t></is></c>" },
            { xml: "<c t=\"b\"><v>1</v></c>" }
          ]]
        }])
      )
      assert.deepStrictEqual(rowsOf(table), [{ a: "in line", b: "a\nb", c: "TRUE" }])
    }))

  it.live("finds what a spreadsheet did to values", () =>
    Effect.gen(function*() {
      const table = yield* readOne(
        "a.xlsx",
        xlsx([{
          name: "S",
          before: "<cols><col min=\"3\" max=\"3\" hidden=\"1\"/></cols>",
          after: "<mergeCells count=\"1\"><mergeCell ref=\"B2:B3\"/></mergeCells>",
          hiddenRows: [3],
          rows: [
            ["id", "label", "order", "file"],
            [123, styled(2, 45_000), 1, "1.tif"],
            [styled(1, 45_717), { xml: "<c r=\"{ref}\" t=\"str\"><f>A1&amp;\"x\"</f><v>idx</v></c>" }, 2, "2.tif"],
            [1e12, { xml: "<c r=\"{ref}\" t=\"e\"><f>A9</f><v>#REF!</v></c>" }, styled(4, 3), "3.tif"],
            [styled(3, 12), { xml: "<c r=\"{ref}\"><f>NOW()</f></c>" }, 4, 4],
            [1.2345678901234568e+17, "a", 5, "5.tif"]
          ]
        }])
      )
      assert.deepStrictEqual(foundIn(table), [
        "column-hidden 1 C1",
        "row-hidden 3",
        "cell-merged 2 B2",
        "id-number 2 A2",
        "cell-date 2 B2",
        "id-date 3 A3",
        "cell-formula 3 B3",
        "id-number 4 A4",
        "cell-formula 4 B4",
        "id-number 5 A5",
        "cell-formula-empty 5 B5",
        "id-number 5 D5",
        "cell-number-inexact 6 A6",
        "cell-error 4 B4"
      ])
      assert.deepStrictEqual(rowsOf(table).map(({ id }) => id), [
        "123",
        "2025-03-01",
        "1000000000000",
        "00012",
        "123456789012345680"
      ])
      assert.deepStrictEqual(rowsOf(table).map(({ label }) => label), ["2023-03-15", "idx", "#REF!", undefined, "a"])
      assert.strictEqual(rowsOf(table)[2]?.["order"], "3")
    }))

  it.live("reads dates of both systems", () =>
    Effect.gen(function*() {
      const sheet = (
        ...days: ReadonlyArray<number>
      ) => [{ name: "S", rows: [["x"], ...days.map((day) => [styled(1, day)])] }]
      const texts = (table: Parameters<typeof rowsOf>[0]) => rowsOf(table).map(({ x }) => x)
      assert.deepStrictEqual(texts(yield* readOne("a.xlsx", xlsx(sheet(1, 59, 61, 45_000.5, 0.75, -1)))), [
        "1900-01-01",
        "1900-02-28",
        "1900-03-01",
        "2023-03-15T12:00:00",
        "18:00:00",
        "-1"
      ])
      assert.deepStrictEqual(texts(yield* readOne("a.xlsx", xlsx(sheet(0, 43_538), { date1904: true }))), [
        "1904-01-01",
        "2023-03-15"
      ])
    }))

  it.live("reads the first visible worksheet that has cells, or the one that is named", () =>
    Effect.gen(function*() {
      const book = xlsx([
        { name: "Secret", state: "hidden", rows: [["x"], ["1"]] },
        { name: "Empty", rows: [] },
        pages,
        { name: "Notes", rows: [["y"], ["2"]] }
      ])
      const first = yield* readOne("a.xlsx", book)
      assert.deepStrictEqual(foundIn(first), ["worksheet-hidden", "worksheet-ignored"])
      assert.match(first.findings.map(({ message }) => message).join(), /"Secret".*"Notes" is not read, only "Pages"/)
      assert.match(first.source, /a\.xlsx: Pages$/)
      const notes = yield* readOne("a.xlsx", book, { worksheet: "notes" })
      assert.deepStrictEqual(rowsOf(notes), [{ y: "2" }])
      const secret = yield* readOne("a.xlsx", book, { worksheet: "Secret" })
      assert.deepStrictEqual(rowsOf(secret), [{ x: "1" }])
      const none = yield* readOne("a.xlsx", book, { worksheet: "None" })
      assert.deepStrictEqual(foundIn(none), ["worksheet-missing"])
      assert.deepStrictEqual(foundIn(yield* readOne("a.xlsx", xlsx([{ name: "S", rows: [] }]))), ["sheet-empty"])
      assert.deepStrictEqual(foundIn(yield* readOne("a.xlsm", xlsx([pages]))), ["sheet-macros"])
    }))

  it.live("refuses what unpacks to too much, before and while it is unpacked", () =>
    Effect.gen(function*() {
      const parts = partsOf([pages])
      const name = "xl/worksheets/sheet1.xml"
      const bomb = zipSync({
        ...Object.fromEntries(Object.entries(parts).map(([key, part]) => [key, strToU8(part)])),
        [name]: new Uint8Array(200 * 1024 * 1024).fill(32)
      })
      assert.isBelow(bomb.length, 1024 * 1024)
      assert.deepStrictEqual(foundIn(yield* readOne("a.xlsx", bomb)), ["sheet-too-large"])
      const small = yield* readOne("a.xlsx", lying(bomb, name, 100))
      assert.deepStrictEqual(foundIn(small), ["sheet-damaged"])
      const large = yield* readOne("a.xlsx", lying(zipped(parts), name, 0xffff_fffe))
      assert.deepStrictEqual(foundIn(large), ["sheet-too-large"])
      const crowd = Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`x${index}`, ""]))
      assert.deepStrictEqual(foundIn(yield* readOne("a.xlsx", zipped({ ...parts, ...crowd }))), ["sheet-too-large"])
    }), 60_000)

  it.live.each<readonly [string, Uint8Array | string, string]>([
    ["an empty file", "", "sheet-damaged"],
    ["text", "file,label\n1.tif,a\n", "sheet-damaged"],
    ["an old or encrypted file", new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), "sheet-damaged"],
    ["another archive", zipped({ "a.txt": "a" }), "sheet-damaged"],
    ["a file cut off", xlsx([pages]).slice(0, 700), "sheet-damaged"],
    ["broken XML", zipped({ ...partsOf([pages]), "xl/worksheets/sheet1.xml": "<worksheet><c><v>1" }), "xml-invalid"],
    [
      "entities",
      zipped({
        ...partsOf([pages]),
        "xl/worksheets/sheet1.xml":
          "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><worksheet><sheetData><row><c t=\"str\"><v>&e;</v></c></row></sheetData></worksheet>"
      }),
      "xml-doctype"
    ],
    ["deep XML", zipped({ ...partsOf([pages]), "xl/workbook.xml": "<a>".repeat(10_000) }), "sheet-too-large"]
  ])("refuses %s", ([, content, code]) =>
    Effect.gen(function*() {
      const table = yield* readOne("a.xlsx", content)
      assert.deepStrictEqual(foundIn(table), [code])
      assert.deepStrictEqual(table.rows, [])
    }))
})
