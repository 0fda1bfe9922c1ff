/** The lines of a text around a place, with the place marked below its line. */
import type { Line } from "../json/lines.ts"
import type { Span } from "../json/scan.ts"
import { columns, shown } from "./printable.ts"
import type { Style } from "./style.ts"

/** How much of a line is shown, in characters. */
const width = 100
/** How much of a line is shown before a place far to the right. */
const before = 30
/** How far the lines around are looked for: in a text on a single line there are none. */
const reach = 4000

/** Whether an offset is in the middle of a character that takes two code units. */
const isWithin = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff
}

const endOfLine = (text: string, from: number, limit: number): number => {
  const end = text.slice(from, limit).indexOf("\n")
  return end < 0 ? Math.min(limit, text.length) : from + end
}

/** What is shown of a line: the part of the text, and whether something is left out before and after it. */
interface Cut {
  readonly start: number
  readonly end: number
  readonly isCutBefore: boolean
  readonly isCutAfter: boolean
}

const cut = (text: string, lineStart: number, place: number): Cut => {
  const isFar = place - lineStart > width - before &&
    endOfLine(text, lineStart, lineStart + width + 1) > lineStart + width
  const from = isFar ? place - before : lineStart
  const start = isWithin(text, from) ? from + 1 : from
  const limit = isWithin(text, start + width) ? start + width + 1 : start + width
  const end = endOfLine(text, start, limit)
  const isCutAfter = end === limit && end < text.length && text[end] !== "\n" && text[end] !== "\r"
  return { start, end, isCutBefore: start > lineStart, isCutAfter }
}

const show = (text: string): string => Array.from(text, shown).join("")

const textOf = (text: string, { end, isCutAfter, isCutBefore, start }: Cut): string =>
  `${isCutBefore ? "…" : ""}${show(text.slice(start, end).replace(/\r$/, ""))}${isCutAfter ? "…" : ""}`

/** Marks what is shown of a place, but at least one column. */
const marker = (text: string, part: Cut, span: Span): string => {
  const left = columns(show(text.slice(part.start, span.start))) + (part.isCutBefore ? 1 : 0)
  const marked = text.slice(span.start, Math.min(span.end, part.end)).trimEnd()
  return " ".repeat(left) + "^".repeat(Math.max(1, columns(show(marked))))
}

/** Where the line before a line begins. */
const lineBefore = (text: string, start: number): number | undefined => {
  if (start === 0) return undefined
  const from = Math.max(0, start - 1 - reach)
  const found = text.slice(from, start - 1).lastIndexOf("\n")
  if (found < 0) return from === 0 ? 0 : undefined
  return from + found + 1
}

/** Where the line after a place begins. */
const lineAfter = (text: string, place: number): number | undefined => {
  const found = text.slice(place, place + reach).indexOf("\n")
  return found < 0 || place + found + 1 >= text.length ? undefined : place + found + 1
}

/** The line of a place with the place marked, and the lines before and after it. */
export const excerpt = (text: string, span: Span, { number, start }: Line, style: Style): ReadonlyArray<string> => {
  const gutter = String(number + 1).length
  const row = (label: string, line: string) => `${style.faint(`  ${label.padStart(gutter)} |`)} ${line}`.trimEnd()
  const context = (at: number | undefined, label: number) =>
    at === undefined ? [] : [row(String(label), textOf(text, cut(text, at, at)))]
  const part = cut(text, start, span.start)
  return [
    ...context(lineBefore(text, start), number - 1),
    row(String(number), textOf(text, part)),
    row("", style.error(marker(text, part, span))),
    ...context(lineAfter(text, span.start), number + 1)
  ]
}
