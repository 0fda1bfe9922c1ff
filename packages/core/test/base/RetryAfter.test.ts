import { assert, describe, it } from "@effect/vitest"
import { fromHeaders, retryAfter } from "@iiif-ingest/core/base/RetryAfter"
import * as Duration from "effect/Duration"

const now = Date.UTC(2026, 10, 22, 11, 59, 30)
const wait = (value: string) => retryAfter(value, now)

describe("retryAfter", () => {
  it("compares a date with the given clock reading", () => {
    assert.deepStrictEqual(wait("Sun, 22 Nov 2026 12:00:00 GMT"), Duration.seconds(30))
    assert.deepStrictEqual(wait("Sunday, 22-Nov-26 12:00:00 GMT"), Duration.seconds(30))
    assert.deepStrictEqual(wait("Sun Nov 22 12:00:00 2026"), Duration.seconds(30))
    assert.deepStrictEqual(retryAfter("Sun Nov  1 00:00:10 2026", Date.UTC(2026, 10, 1)), Duration.seconds(10))
  })

  it("does not wait for a date in the past", () => {
    assert.deepStrictEqual(wait("Sun, 22 Nov 2026 11:00:00 GMT"), Duration.zero)
    assert.deepStrictEqual(wait("Sunday, 06-Nov-94 08:49:37 GMT"), Duration.zero)
  })

  it("reads a two-digit year within the next 50 years", () => {
    const inCentury = retryAfter("Saturday, 01-Jan-00 00:00:00 GMT", Date.UTC(2099, 11, 31, 23, 59, 59))
    assert.deepStrictEqual(inCentury, Duration.zero)
    assert.isTrue(Duration.toDays(wait("Sunday, 22-Nov-70 12:00:00 GMT") ?? Duration.zero) > 16_000)
  })

  it("reads whole seconds", () => {
    assert.deepStrictEqual(wait(" 3600 "), Duration.hours(1))
    assert.deepStrictEqual(wait("0"), Duration.zero)
  })

  it("is undefined for anything else", () => {
    const invalid = [
      "",
      "soon",
      "-5",
      "1.5",
      "2026-11-22",
      "99999999999",
      "Sun, 99 Nov 2026 99:00:00 GMT",
      "Sun, 31 Nov 2026 12:00:00 GMT",
      "Sun, 00 Nov 2026 12:00:00 GMT",
      "Sun, 22 Nov 2026 24:00:00 GMT",
      "Sun, 22 Nov 2026 12:00:00",
      "Sun, 22 Nov 2026 12:00:00 +0100",
      "Sun Nov 22 12:00:00 2026 GMT"
    ]
    for (const value of invalid) assert.isUndefined(wait(value), value)
  })
})

describe("fromHeaders", () => {
  const at = "Sun, 22 Nov 2026 12:00:00 GMT"

  it("compares a date with the server's own clock", () => {
    const headers = { date: "Sun, 22 Nov 2026 11:59:00 GMT", "retry-after": at }
    assert.deepStrictEqual(fromHeaders(headers, now), { retryAfter: Duration.minutes(1) })
  })

  it("falls back to the given clock reading without a valid Date", () => {
    assert.deepStrictEqual(fromHeaders({ "retry-after": at }, now), { retryAfter: Duration.seconds(30) })
    assert.deepStrictEqual(fromHeaders({ date: "today", "retry-after": at }, now), { retryAfter: Duration.seconds(30) })
  })

  it("has no field without the header, or if it is invalid", () => {
    assert.deepStrictEqual(fromHeaders({}, now), {})
    assert.deepStrictEqual(fromHeaders({ "retry-after": "soon" }, now), {})
  })
})
