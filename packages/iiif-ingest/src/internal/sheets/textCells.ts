/** Looks at the text of a cell for what an export or a spreadsheet does to values. */
import { visible } from "@iiif-ingest/core/base/Reason"
import type { Finding } from "@iiif-ingest/core/batch/Finding"
import { type Code, finding } from "./codes.ts"
import { quote } from "./model.ts"

export interface CellPlace {
  readonly source: string
  readonly row: number
  readonly column: string
  readonly cell: string
}

const idColumns = /^(?:file|folder|id|manifest|thumbnail|key|.*(?:file ?name|identifier|barcode|shelfmark|[^a-z]id))$/i

/** Whether the values of a column name something, so that a changed character makes another thing of it. */
export const namesThings = (column: string): boolean => idColumns.test(column)

const control = /(?![\t\n\r])\p{Cc}/u
const outerInvisible =
  /^[\u00A0\u1680\u2000-\u200F\u2028\u2029\u202F\u205F\u2060\u3000\uFEFF]|[\u00A0\u1680\u2000-\u200F\u2028\u2029\u202F\u205F\u2060\u3000\uFEFF]$/
const mojibake =
  /[\u00C3\u00C2][\u0080-\u00BF]|\u00E2\u20AC|\u00C3[\u0192\u2026\u201E\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u017D]/
const months = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mai|okt|dez|mrz|mär|fév|avr|août"
const dateOfValue = new RegExp(`^(?:\\d{1,2}[-. ](?:${months})\\.?|(?:${months})\\.?[-. ]\\d{2,4})$`, "i")
const errorValue = /^#(?:REF!|NAME\?|VALUE!|DIV\/0!|N\/A|NULL!|NUM!|SPILL!|CALC!|BEZUG!|WERT!|NV)$/

const rules: ReadonlyArray<readonly [Code, (text: string, isId: boolean) => string | undefined]> = [
  ["cell-control", (text) => {
    const [found] = control.exec(text) ?? []
    return found === undefined ? undefined : `has the control character ${visible(found)}: ${quote(text)}`
  }],
  ["cell-replacement", (text) => text.includes("\uFFFD") ? `has lost letters: ${quote(text)}` : undefined],
  ["cell-mojibake", (text) => mojibake.test(text) ? `looks garbled: ${quote(text)}` : undefined],
  [
    "cell-nbsp",
    (text) => outerInvisible.test(text) ? "begins or ends with a space that is not an ordinary one" : undefined
  ],
  [
    "cell-space",
    (text, isId) => isId && /^[ \t\r\n]|[ \t\r\n]$/.test(text) ? `has space around it: ${quote(text)}` : undefined
  ],
  ["cell-error", (text) => errorValue.test(text.trim()) ? `is the error ${text.trim()}` : undefined],
  ["cell-formula-text", (text) => /^=./.test(text) ? `is a formula that was left as text: ${quote(text)}` : undefined],
  [
    "cell-scientific",
    (text) =>
      /^-?\d(?:[.,]\d+)?E\+?\d{2,}$/i.test(text.trim())
        ? `was made a number by a spreadsheet, and its digits are lost: ${quote(text)}`
        : undefined
  ],
  [
    "id-date",
    (text, isId) =>
      isId && dateOfValue.test(text.trim()) ? `was made a date by a spreadsheet: ${quote(text)}` : undefined
  ]
]

/** Nothing but printable ASCII, the case of nearly all cells, which most rules need not look at. */
const plain = /^[\w/()][ -~]*[\w/().]$|^\w?$/

const suspicious = /^\d.*E|[-. ]\w|[a-z]{3}/i

/** What is odd about the text of a cell. */
export const textFindings = (text: string, place: CellPlace): ReadonlyArray<Finding> => {
  const isId = namesThings(place.column)
  if (plain.test(text) && !(isId && suspicious.test(text)) && !/^\d(?:[.,]\d+)?E/i.test(text)) return []
  return rules.flatMap(([code, rule]) => {
    const message = rule(text, isId)
    return message === undefined ? [] : [finding(code, place, `the cell ${message}`)]
  })
}
