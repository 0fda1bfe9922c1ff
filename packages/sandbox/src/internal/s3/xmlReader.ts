/**
 * Reads the three small XML bodies of the S3 API (CompleteMultipartUpload, Delete, CreateBucketConfiguration).
 *
 * It accepts a strict subset of XML: elements, text, the five predefined entities, numeric references, an XML
 * declaration and comments. Without doctypes, CDATA and processing instructions, nothing expands or refers outside.
 */
import * as Result from "effect/Result"
import { type S3Error, s3Error } from "./errors.ts"

export interface XmlElement {
  readonly name: string
  readonly children: ReadonlyArray<XmlElement>
  readonly text: string
}

interface OpenElement {
  readonly name: string
  readonly children: Array<XmlElement>
  text: string
}

const MAX_DEPTH = 8

const token =
  /<!--[\s\S]*?-->|<\/([A-Za-z_][\w.-]*)\s*>|<([A-Za-z_][\w.-]*)((?:\s+[A-Za-z_][\w.:-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y
const reference = /&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));|&/g
const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: "\"", apos: "'" }

const malformed = s3Error("MalformedXML")

const decodeReferences = (text: string): string | undefined => {
  let valid = true
  const decoded = text.replace(reference, (_, name?: string, decimal?: string, hexadecimal?: string) => {
    if (name !== undefined) return named[name] ?? ""
    const point = decimal === undefined ? Number.parseInt(hexadecimal ?? "", 16) : Number(decimal)
    if (Number.isInteger(point) && point > 0 && point <= 0x10ffff) return String.fromCodePoint(point)
    valid = false
    return ""
  })
  return valid ? decoded : undefined
}

/** Parses a document into its root element, or fails with MalformedXML. Attributes, such as namespaces, are ignored. */
export const parseXml = (source: string): Result.Result<XmlElement, S3Error> => {
  const text = source.replace(/^\ufeff?(?:<\?xml[^<>]*\?>)?\s*/, "")
  const document: OpenElement = { name: "", children: [], text: "" }
  const open: Array<OpenElement> = [document]
  token.lastIndex = 0
  let position = 0
  while (position < text.length) {
    token.lastIndex = position
    const match = token.exec(text)
    const current = open.at(-1)
    if (match === null || current === undefined) return Result.fail(malformed)
    position = token.lastIndex
    const [, closing, opening, , empty, characters] = match
    if (opening !== undefined) {
      const child: OpenElement = { name: opening, children: [], text: "" }
      current.children.push(child)
      if (empty === "") open.push(child)
      if (open.length > MAX_DEPTH) return Result.fail(malformed)
    } else if (closing !== undefined) {
      if (open.length === 1 || current.name !== closing) return Result.fail(malformed)
      open.pop()
    } else if (characters !== undefined) {
      const decoded = decodeReferences(characters)
      if (decoded === undefined) return Result.fail(malformed)
      current.text += decoded
    }
  }
  const [root, ...others] = document.children
  const wellFormed = open.length === 1 && others.length === 0 && document.text.trim() === ""
  return root !== undefined && wellFormed ? Result.succeed(root) : Result.fail(malformed)
}

/** The text of the first child with this name. */
export const childText = (element: XmlElement, name: string): string | undefined =>
  element.children.find((child) => child.name === name)?.text

/** All children with this name. */
export const childrenOf = (element: XmlElement, name: string): ReadonlyArray<XmlElement> =>
  element.children.filter((child) => child.name === name)
