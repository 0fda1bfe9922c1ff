/**
 * Cells of CSV files that spreadsheets open as text, whatever is in them.
 *
 * Spreadsheets compute cells that begin like a formula, and a text from someone else could so send what is in the sheet
 * elsewhere. An apostrophe before it keeps it a text. A spreadsheet of another country splits lines at semicolons or
 * tabs, quotes or not, so what follows one of those, or a line break, counts as a beginning too.
 */

/** What a formula begins with, as on the keyboard and in full width. */
const TRIGGER = "[=+\\-@＝＋－＠]"

/** What spreadsheets skip before it; what separates cells is not among it. */
const SKIPPED = "(?:(?![;\\t\\r\\n])[\\s\\p{Cc}\\p{Cf}])*"

const atStart = new RegExp(`^'*(?:[\\s\\p{Cc}\\p{Cf}]*${TRIGGER}|[\\t\\r\\n])`, "u")
const inside = new RegExp(`([;\\t\\r\\n])('*${SKIPPED}${TRIGGER})`, "gu")
const insideNeutral = new RegExp(`([;\\t\\r\\n])'('*${SKIPPED}${TRIGGER})`, "gu")

/** The text with an apostrophe wherever a spreadsheet would begin to compute. */
export const neutralised = (text: string): string => {
  const safe = text.replace(inside, "$1'$2")
  return atStart.test(safe) ? `'${safe}` : safe
}

/** The text that {@link neutralised} was given. */
export const restored = (text: string): string => {
  const safe = text.startsWith("'") && atStart.test(text) ? text.slice(1) : text
  return safe.replace(insideNeutral, "$1$2")
}

const quoted = (text: string): string => /[",;\r\n\t]|^\s|\s$/.test(text) ? `"${text.replaceAll("\"", "\"\"")}"` : text

/**
 * A sheet as RFC 4180 has it, in UTF-8 with a byte order mark, without which Excel reads another encoding. Every cell is
 * neutralised.
 */
export const sheet = (rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  `\u{feff}${rows.map((cells) => `${cells.map((cell) => quoted(neutralised(cell))).join(",")}\r\n`).join("")}`
