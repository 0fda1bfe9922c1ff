/**
 * How long a server asks to wait before the next request. Source: RFC 9110, 10.2.3 (`Retry-After`) and 5.6.7 (dates).
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

const day = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
const month = `(?<month>${months.join("|")})`
const time = "(?<hour>\\d{2}):(?<minute>\\d{2}):(?<second>\\d{2})"

/** The three forms that a recipient must accept: IMF-fixdate, RFC 850 and asctime. */
const forms = [
  new RegExp(`^${day}, (?<date>\\d{1,2}) ${month} (?<year>\\d{4}) ${time} GMT$`),
  new RegExp(`^${day}[a-z]*day, (?<date>\\d{2})-${month}-(?<shortYear>\\d{2}) ${time} GMT$`),
  new RegExp(`^${day} ${month} (?<date>[ \\d]\\d) ${time} (?<year>\\d{4})$`)
]

const millisOf = (year: number, fields: Readonly<Record<string, string | undefined>>): number | undefined => {
  const { date, hour, minute, month = "", second } = fields
  const [d, h, m, s] = [Number(date), Number(hour), Number(minute), Number(second)]
  const millis = Date.UTC(year, months.indexOf(month), d, h, m, s)
  // a leap second is allowed
  return h < 24 && m < 60 && s <= 60 && new Date(Date.UTC(year, months.indexOf(month), d)).getUTCDate() === d
    ? millis
    : undefined
}

/** A year of two digits that would lie more than 50 years ahead is one of the past century. */
const fullYear = (twoDigits: number, now: number): number => {
  const thisYear = new Date(now).getUTCFullYear()
  const year = thisYear - thisYear % 100 + twoDigits
  return year > thisYear + 50 ? year - 100 : year
}

/** An HTTP date in milliseconds since 1970; `Date.parse` alone would accept almost any text. */
const httpDate = (text: string, now: number): number | undefined => {
  const fields = forms.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined)
  if (fields === undefined) return undefined
  const { shortYear, year } = fields
  return millisOf(shortYear === undefined ? Number(year) : fullYear(Number(shortYear), now), fields)
}

/**
 * Parses the value of a `Retry-After` header: seconds, or an HTTP date, which is compared with `now` (milliseconds
 * since 1970). A date in the past means no wait. An invalid value is `undefined`, as is a wait of 10 or more digits of
 * seconds.
 *
 * @example
 * ```ts
 * import { retryAfter } from "@iiif-ingest/core/base/RetryAfter"
 * import * as Duration from "effect/Duration"
 *
 * const now = Date.UTC(2026, 10, 22, 11, 59, 30)
 * retryAfter("120", now) // => Duration.minutes(2)
 * retryAfter("Sun, 22 Nov 2026 12:00:00 GMT", now) // => Duration.seconds(30)
 * retryAfter("soon", now) // => undefined
 * ```
 *
 * @category parsing
 * @since 0.1.0
 */
export const retryAfter = (value: string, now: number): Duration.Duration | undefined => {
  const text = value.trim()
  if (/^\d{1,9}$/.test(text)) return Duration.seconds(Number(text))
  const at = httpDate(text, now)
  return at === undefined ? undefined : Duration.millis(Math.max(0, at - now))
}

/**
 * Reads `Retry-After` from the headers of a response, whose names are in lower case. A date is compared with the
 * response's own `Date`, since the server wrote both by the same clock, and with `now` (the local clock, in
 * milliseconds since 1970) if there is no valid `Date`. The field is absent if the header is absent or invalid.
 *
 * @example
 * ```ts
 * import { fromHeaders } from "@iiif-ingest/core/base/RetryAfter"
 * import * as Duration from "effect/Duration"
 *
 * const headers = { date: "Sun, 22 Nov 2026 10:00:00 GMT", "retry-after": "Sun, 22 Nov 2026 10:01:00 GMT" }
 * fromHeaders(headers, 0) // => { retryAfter: Duration.minutes(1) }
 * fromHeaders({}, 0) // => {}
 * ```
 *
 * @category parsing
 * @since 0.1.0
 */
export const fromHeaders = (
  headers: Readonly<Record<string, string | undefined>>,
  now: number
): { readonly retryAfter?: Duration.Duration } => {
  const wait = retryAfter(headers["retry-after"] ?? "", httpDate((headers["date"] ?? "").trim(), now) ?? now)
  return wait === undefined ? {} : { retryAfter: wait }
}
