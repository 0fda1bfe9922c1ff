/** The parts of an XLSX file that its worksheets need: their names and places, shared strings, formats. */
import { type Origin, refuse } from "./model.ts"
import { type NumberFormat, numberFormat } from "./numberFormat.ts"
import { allOf, parseTree, parseXml, xmlText } from "./xml.ts"
import type { Archive } from "./zip.ts"

export interface Worksheet {
  readonly name: string
  readonly part: string
  readonly isHidden: boolean
}

export interface Workbook {
  readonly worksheets: ReadonlyArray<Worksheet>
  readonly strings: ReadonlyArray<string>
  readonly formats: ReadonlyArray<NumberFormat>
  readonly is1904: boolean
}

interface Relation {
  readonly id: string
  readonly type: string
  readonly target: string
}

/** A path relative to a part, within the archive. */
const resolve = (part: string, target: string): string => {
  if (target.startsWith("/")) return target.slice(1)
  const path = part.split("/").slice(0, -1)
  for (const segment of target.split("/")) {
    if (segment === "..") path.pop()
    else if (segment !== ".") path.push(segment)
  }
  return path.join("/")
}

const relationsOf = (archive: Archive, part: string): ReadonlyArray<Relation> => {
  const at = part.lastIndexOf("/") + 1
  const bytes = archive.read(`${part.slice(0, at)}_rels/${part.slice(at)}.rels`)
  if (bytes === undefined) return []
  const root = parseTree(xmlText(bytes, archive.origin), archive.origin)
  return allOf(root, "Relationship").flatMap(({ attributes }) => {
    const [id, type, target] = ["Id", "Type", "Target"].map((name) => attributes.get(name) ?? "")
    if (attributes.get("TargetMode") === "External") return []
    return [{ id: id ?? "", type: (type ?? "").split("/").at(-1) ?? "", target: resolve(part, target ?? "") }]
  })
}

const escaped = /_x([0-9A-Fa-f]{4})_/g

/** Characters that XML cannot have are written as `_x000D_`. */
export const unescape = (text: string): string =>
  text.includes("_x")
    ? text.replaceAll(escaped, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : text

/** The shared strings, each without the readings that East Asian text can have. */
const stringsOf = (archive: Archive, part: string): ReadonlyArray<string> => {
  const bytes = archive.read(part)
  if (bytes === undefined) return []
  const strings: Array<string> = []
  let text = ""
  let [isText, phonetic] = [false, 0]
  parseXml(xmlText(bytes, archive.origin), archive.origin, {
    open: (name) => {
      if (name === "si") text = ""
      if (name === "rPh") phonetic++
      isText = name === "t" && phonetic === 0
    },
    close: (name) => {
      if (name === "si") strings.push(unescape(text))
      if (name === "rPh") phonetic--
      isText = false
    },
    text: (more) => {
      if (isText) text += more
    }
  }, part)
  return strings
}

const formatsOf = (archive: Archive, part: string): ReadonlyArray<NumberFormat> => {
  const bytes = archive.read(part)
  if (bytes === undefined) return []
  const root = parseTree(xmlText(bytes, archive.origin), archive.origin, part)
  const codes = new Map(
    allOf(root, "numFmt").map(({ attributes }) => [attributes.get("numFmtId") ?? "", attributes.get("formatCode")])
  )
  const [cells] = allOf(root, "cellXfs")
  return (cells?.children ?? []).map(({ attributes }) => {
    const id = attributes.get("numFmtId") ?? "0"
    return numberFormat(Number(id), codes.get(id))
  })
}

export const readWorkbook = (archive: Archive, origin: Origin): Workbook => {
  const main = relationsOf(archive, "").find(({ type }) => type === "officeDocument")?.target ?? "xl/workbook.xml"
  const bytes = archive.read(main)
  if (bytes === undefined) {
    throw refuse("sheet-damaged", { source: origin.source }, "it is no workbook of a spreadsheet")
  }
  const root = parseTree(xmlText(bytes, origin), origin, main)
  const relations = relationsOf(archive, main)
  const partOf = (type: string, otherwise: string): string =>
    relations.find((relation) => relation.type === type)?.target ?? otherwise
  return {
    worksheets: allOf(root, "sheet").flatMap(({ attributes }) => {
      const relation = relations.find(({ id }) => id === attributes.get("id"))
      if (relation?.type !== "worksheet") return []
      const isHidden = /hidden/i.test(attributes.get("state") ?? "")
      return [{ name: attributes.get("name") ?? "", part: relation.target, isHidden }]
    }),
    strings: stringsOf(archive, partOf("sharedStrings", "xl/sharedStrings.xml")),
    formats: formatsOf(archive, partOf("styles", "xl/styles.xml")),
    is1904: allOf(root, "workbookPr").some(({ attributes }) => /^(?:1|true)$/.test(attributes.get("date1904") ?? ""))
  }
}
