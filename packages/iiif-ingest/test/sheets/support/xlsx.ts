/** Writes XLSX files, part by part, as spreadsheet programs do. */
import { strToU8, zipSync } from "fflate"

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\"", "&quot;")

/** A cell: its text, a number, or its XML with `{ref}` for its name. */
export type CellOf = string | number | { readonly xml: string } | null

export interface SheetOf {
  readonly name: string
  readonly rows: ReadonlyArray<ReadonlyArray<CellOf>>
  readonly state?: string
  readonly hiddenRows?: ReadonlyArray<number>
  readonly before?: string
  readonly after?: string
}

const letters = (index: number): string => String.fromCharCode(65 + index)

const cellXml = (cell: CellOf, ref: string, strings: Array<string>): string => {
  if (cell === null) return ""
  if (typeof cell === "number") return `<c r="${ref}"><v>${cell}</v></c>`
  if (typeof cell === "object") return cell.xml.replace("{ref}", ref)
  strings.push(cell)
  return `<c r="${ref}" t="s"><v>${strings.length - 1}</v></c>`
}

const main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
const head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

const sheetXml = ({ after = "", before = "", hiddenRows = [], rows }: SheetOf, strings: Array<string>): string => {
  const all = rows.map((cells, row) =>
    `<row r="${row + 1}"${hiddenRows.includes(row + 1) ? " hidden=\"1\"" : ""}>${
      cells.map((cell, index) => cellXml(cell, `${letters(index)}${row + 1}`, strings)).join("")
    }</row>`
  )
  return `${head}<worksheet ${main}>${before}<sheetData>${all.join("")}</sheetData>${after}</worksheet>`
}

const relations = (entries: ReadonlyArray<readonly [string, string, string]>): string =>
  `${head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${
    entries.map(([id, type, target]) => `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`).join(
      ""
    )
  }</Relationships>`

/** Formats by their number: 0 general, 1 a built-in date, 2 a date of its own, 3 five digits, 4 colours and text. */
const styles = `${head}<styleSheet ${main}><numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>` +
  "<numFmt numFmtId=\"165\" formatCode=\"00000\"/><numFmt numFmtId=\"166\" formatCode=\"[Red]0.00&quot; days&quot;\"/></numFmts>" +
  "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\"/></cellStyleXfs><cellXfs count=\"5\">" +
  [0, 14, 164, 165, 166].map((id) => `<xf numFmtId="${id}"/>`).join("") + "</cellXfs></styleSheet>"

/** The parts of a file with these worksheets. */
export const partsOf = (
  sheets: ReadonlyArray<SheetOf>,
  { date1904 = false } = {}
): Record<string, string> => {
  const strings: Array<string> = []
  const worksheets = sheets.map((sheet, index) =>
    [`xl/worksheets/sheet${index + 1}.xml`, sheetXml(sheet, strings)] as const
  )
  return {
    "[Content_Types].xml": `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
    "_rels/.rels": relations([["rId1", "officeDocument", "xl/workbook.xml"]]),
    "xl/workbook.xml": `${head}<workbook ${main} xmlns:r="${office}"><workbookPr${
      date1904 ? " date1904=\"1\"" : ""
    }/><sheets>${
      sheets.map(({ name, state }, index) =>
        `<sheet name="${escape(name)}" sheetId="${index + 1}"${
          state === undefined ? "" : ` state="${state}"`
        } r:id="rId${index + 1}"/>`
      ).join("")
    }</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relations([
      ...sheets.map((_, index) => [`rId${index + 1}`, "worksheet", `worksheets/sheet${index + 1}.xml`] as const),
      ["rId90", "styles", "styles.xml"],
      ["rId91", "sharedStrings", "/xl/sharedStrings.xml"]
    ]),
    "xl/styles.xml": styles,
    ...Object.fromEntries(worksheets),
    "xl/sharedStrings.xml": `${head}<sst ${main}>${
      strings.map((text) => `<si><t xml:space="preserve">${escape(text)}</t></si>`).join("")
    }</sst>`
  }
}

export const zipped = (parts: Readonly<Record<string, string | Uint8Array>>): Uint8Array =>
  zipSync(Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [name, typeof part === "string" ? strToU8(part) : part])
  ))

export const xlsx = (sheets: ReadonlyArray<SheetOf>, options?: { readonly date1904?: boolean }): Uint8Array =>
  zipped(partsOf(sheets, options))
