/** What the format of a cell makes of its number. */

export interface NumberFormat {
  readonly isDate: boolean
  /** How many digits a format such as `00000` shows at least. */
  readonly digits: number
}

const isBuiltInDate = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58)

/** A format, by its id and code. Quoted text, colours and escaped characters say nothing of dates. */
export const numberFormat = (id: number, code: string | undefined): NumberFormat => {
  if (code === undefined) return { isDate: isBuiltInDate(id), digits: 0 }
  const [first = ""] = code.slice(0, 255).replaceAll(/"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|_./gi, "").split(";")
  return {
    isDate: /[ymdhs]/i.test(first) && !/general/i.test(first),
    digits: /^0+$/.test(first) ? first.length : 0
  }
}

const day = 86_400_000
const lastDay = 2_958_466

/** The date of a number, as ISO 8601 has it; undefined for a number that is none. */
export const dateOf = (serial: number, is1904: boolean): string | undefined => {
  if (!(serial >= 0 && serial < lastDay)) return undefined
  // Lotus 1-2-3 took 1900 for a leap year, and so do spreadsheets since.
  const days = is1904 ? serial + 1462 : serial < 60 ? serial + 1 : serial
  const text = new Date(Date.UTC(1899, 11, 30) + Math.round(days * 86_400) * (day / 86_400)).toISOString()
  const [date = "", time = ""] = text.slice(0, 19).split("T")
  if (serial < 1 && !is1904) return time
  return time === "00:00:00" ? date : `${date}T${time}`
}

/** A number as it is written, without an exponent as far as that goes. */
export const numberText = (number: number, digits: number): string =>
  Number.isInteger(number) && Math.abs(number) < 1e21
    ? `${number < 0 ? "-" : ""}${BigInt(Math.abs(number)).toString().padStart(digits, "0")}`
    : String(number)
