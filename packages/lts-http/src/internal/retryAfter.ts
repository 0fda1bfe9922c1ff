import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Headers } from "effect/http/Headers"

/** HTTP dates only: Date.parse alone takes almost any text for one. */
const httpDate = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*, .* GMT$/

/**
 * How long a server asks to wait: seconds, or a date (RFC 9110, 10.2.3), of which a past one means not at all. Absent
 * where the header is, or makes no sense.
 */
export const retryAfter = (headers: Headers): Effect.Effect<{ readonly retryAfter?: Duration.Duration }> =>
  Effect.map(Clock.currentTimeMillis, (now) => {
    const value = headers["retry-after"]?.trim() ?? ""
    if (/^\d{1,9}$/.test(value)) return { retryAfter: Duration.seconds(Number(value)) }
    const at = httpDate.test(value) ? Date.parse(value) : Number.NaN
    return Number.isNaN(at) ? {} : { retryAfter: Duration.millis(Math.max(0, at - now)) }
  })
