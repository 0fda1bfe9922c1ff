import { assert, describe, it } from "@effect/vitest"
import * as Reason from "@iiif-ingest/core/base/Reason"
import { Duration, Schema } from "effect"

const evidence = (status: number, body = "oops") => Reason.evidence(status, body)

const all = [
  new Reason.Unreachable({ host: "mps.example", detail: "ECONNREFUSED" }),
  new Reason.ConnectionLost({ host: "mps.example", detail: "ECONNRESET" }),
  new Reason.TimedOut({ host: "mps.example", limit: Duration.seconds(30) }),
  new Reason.Throttled({ evidence: evidence(429) }),
  new Reason.Unavailable({ evidence: evidence(503), retryAfter: Duration.seconds(2) }),
  new Reason.Undecodable({ evidence: evidence(200), problem: "it is not JSON" }),
  new Reason.Rejected({ evidence: evidence(400) }),
  new Reason.Challenged({ evidence: evidence(202) })
] as const

const codec = Schema.toCodecJson(Schema.Union([
  Reason.Unreachable,
  Reason.ConnectionLost,
  Reason.TimedOut,
  Reason.Throttled,
  Reason.Unavailable,
  Reason.Undecodable,
  Reason.Rejected,
  Reason.Challenged
]))

describe("Reason", () => {
  it("tells whether to retry and whether the server may have acted", () => {
    assert.deepStrictEqual(all.map((r) => [r._tag, r.retryable, r.outcome]), [
      ["Unreachable", true, "none"],
      ["ConnectionLost", true, "unknown"],
      ["TimedOut", true, "unknown"],
      ["Throttled", true, "none"],
      ["Unavailable", true, "unknown"],
      ["Undecodable", false, "unknown"],
      ["Rejected", false, "none"],
      ["Challenged", false, "none"]
    ])
  })

  it.each(all)("$_tag keeps its message, retryable and outcome in a JSON round trip", (reason) => {
    const json = JSON.stringify(Schema.encodeUnknownSync(codec)(reason))
    const decoded = Schema.decodeUnknownSync(codec)(JSON.parse(json))
    assert.strictEqual(decoded.message, reason.message)
    assert.deepStrictEqual([decoded.retryable, decoded.outcome], [reason.retryable, reason.outcome])
    assert.isAbove(decoded.message.length, 20)
  })
})

describe("Reason.evidence", () => {
  it("keeps the first 512 characters and the media type", () => {
    assert.deepStrictEqual(Reason.evidence(500, "x".repeat(10_000), "text/html"), {
      status: 500,
      contentType: "text/html",
      body: "x".repeat(512)
    })
    assert.deepStrictEqual(Reason.evidence(500, ""), { status: 500, body: "" })
  })

  it("contains no credential, even one that is cut off at the end", () => {
    const token = `eyJhbGciOiJSUzI1NiJ9.${"s3cr3t".repeat(2000)}`
    for (const prefix of ["", "x".repeat(500), "x".repeat(510)]) {
      assert.notInclude(Reason.evidence(500, `${prefix} ${token}`).body, "s3cr3t")
      assert.notInclude(Reason.evidence(500, `${prefix} Bearer ${"s3cr3t".repeat(2000)}`).body, "s3cr3t")
    }
  })

  it("appears in a message as one short line", () => {
    const { message } = new Reason.Rejected({ evidence: evidence(400, `<html>\n  ${"y".repeat(400)}`) })
    assert.notInclude(message, "\n")
    assert.isBelow(message.length, 260)
    assert.include(new Reason.Unavailable({ evidence: evidence(502, " \n") }).message, "an empty body")
  })
})
