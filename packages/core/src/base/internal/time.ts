import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/** The time in whole milliseconds since 1970, as what is kept has it: only the system's clock never has fractions. */
export const nowMillis: Effect.Effect<number> = Effect.map(Clock.currentTimeMillis, Math.trunc)

/** A time in milliseconds since 1970; `undefined` if it lies beyond what a date can express, as an infinite limit. */
export const timeOf = (millis: number): DateTime.Utc | undefined => Option.getOrUndefined(DateTime.make(millis))

/** Such as `2026-11-22 18:00:00 UTC`. */
export const formatTime = (time: DateTime.Utc): string =>
  DateTime.formatIso(time).replace("T", " ").replace(/(?:\.\d+)?Z$/, " UTC")

/** Such as `until 2026-11-22 18:00:00 UTC`. */
export const untilText = (until: DateTime.Utc | undefined): string =>
  until === undefined ? "without a limit" : `until ${formatTime(until)}`
