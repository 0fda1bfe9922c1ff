/**
 * Parses XML within bounds. A DOCTYPE is refused, so there are no entities but the five that XML has, and nothing outside
 * the file is ever asked for. Names are without their prefix.
 */
import { SaxesParser } from "saxes"
import { limits, type Origin, refuse } from "./model.ts"
import { decode } from "./textEncoding.ts"

const local = (name: string): string => name.slice(name.indexOf(":") + 1)

/** The attributes of an element, by their names without prefix. */
export class Attributes {
  private readonly all: Readonly<Record<string, string | { readonly value: string }>>

  constructor(all: Readonly<Record<string, string | { readonly value: string }>> = {}) {
    this.all = all
  }

  get(name: string): string | undefined {
    const key = Object.hasOwn(this.all, name) ? name : Object.keys(this.all).find((key) => local(key) === name)
    const value = key === undefined ? undefined : this.all[key]
    return typeof value === "object" ? value.value : value
  }

  has(name: string): boolean {
    return this.get(name) !== undefined
  }
}

export interface Handlers {
  readonly open: (name: string, attributes: Attributes) => void
  readonly close: (name: string) => void
  readonly text: (text: string) => void
}

const mark = /^(?:\uFEFF|\u00FF\u00FE|\u00FE\u00FF|\u00EF\u00BB\u00BF)/

/** The text of XML, in the encoding that it declares. */
export const xmlText = (bytes: Uint8Array, origin: Origin): string => {
  const head = String.fromCharCode(...bytes.subarray(0, 200))
  const [, declared] = mark.test(head) ? [] : /^<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(head) ?? []
  const isWide = declared === undefined || /^utf-?16|^ucs/i.test(declared)
  return decode(bytes, origin, isWide ? undefined : declared)
}

export const parseXml = (text: string, origin: Origin, handlers: Handlers, part?: string): void => {
  const source = origin.source
  const where = part === undefined ? "" : `${part}: `
  const parser = new SaxesParser({ position: true })
  let [depth, elements] = [0, 0]
  parser.on("error", (error) => {
    throw refuse("xml-invalid", { source }, `${where}it is no well-formed XML (line ${parser.line}: ${plain(error)})`)
  })
  parser.on("doctype", () => {
    throw refuse("xml-doctype", { source }, `${where}it has a DOCTYPE`)
  })
  parser.on("opentag", ({ attributes, name }) => {
    depth++
    elements++
    if (depth > limits.xmlDepth) throw refuse("sheet-too-large", { source }, `${where}its elements are nested too deep`)
    if (elements > limits.xmlElements) throw refuse("sheet-too-large", { source }, `${where}it has too many elements`)
    handlers.open(local(name), new Attributes(attributes))
  })
  parser.on("closetag", ({ name }) => {
    depth--
    handlers.close(local(name))
  })
  parser.on("text", handlers.text)
  parser.on("cdata", handlers.text)
  parser.write(text).close()
}

/** Saxes begins its messages with the position. */
const plain = ({ message }: Error): string =>
  message.replace(/^\d+:\d+:\s*/, "").replaceAll(/[^ -~]/g, "?").slice(0, 120)

/** An element with all that is in it. */
export interface Element {
  readonly name: string
  readonly attributes: Attributes
  readonly children: Array<Element>
  text: string
}

/** The root element of a document. */
export const parseTree = (text: string, origin: Origin, part?: string): Element => {
  const root: Element = { name: "", attributes: new Attributes(), children: [], text: "" }
  const path = [root]
  parseXml(text, origin, {
    open: (name, attributes) => {
      const element: Element = { name, attributes, children: [], text: "" }
      path.at(-1)?.children.push(element)
      path.push(element)
    },
    close: () => void path.pop(),
    text: (text) => {
      const last = path.at(-1)
      if (last !== undefined) last.text += text
    }
  }, part)
  return root.children[0] ?? root
}

export const childrenOf = (element: Element, ...names: ReadonlyArray<string>): ReadonlyArray<Element> =>
  element.children.filter(({ name }) => names.includes(name))

/** All elements of these names in an element, in the order of the document. */
export const allOf = (element: Element, ...names: ReadonlyArray<string>): ReadonlyArray<Element> =>
  element.children.flatMap((child) => [...(names.includes(child.name) ? [child] : []), ...allOf(child, ...names)])
