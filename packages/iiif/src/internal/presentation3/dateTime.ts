const months = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

const dateTime = /^(\d{4})-(\d\d)-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/

/**
 * Whether this is a date and time by both XML Schema (3.2.7) and RFC 3339 (5.6), which IIIF's own schema follows: years
 * of four digits, and no `24:00:00`.
 */
export const isDateTime = (value: string): boolean => {
  const [, year = 0, month = 0, day = 0] = (dateTime.exec(value) ?? []).map(Number)
  const days = month === 2 && !isLeap(year) ? 28 : months[month - 1] ?? 0
  return day >= 1 && day <= days
}
