import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"

/** A time in milliseconds since 1970; `undefined` if it lies beyond what a date can express, as an infinite limit. */
export const timeOf = (millis: number): DateTime.Utc | undefined => Option.getOrUndefined(DateTime.make(millis))

/** Such as `2026-11-22 18:00:00 UTC`. */
export const formatTime = (time: DateTime.Utc): string =>
  DateTime.formatIso(time).replace("T", " ").replace(/(?:\.\d+)?Z$/, " UTC")

/** Such as `until 2026-11-22 18:00:00 UTC`. */
export const untilText = (until: DateTime.Utc | undefined): string =>
  until === undefined ? "without a limit" : `until ${formatTime(until)}`
