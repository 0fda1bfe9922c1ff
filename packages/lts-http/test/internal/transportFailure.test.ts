import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import { transportFailure } from "../../src/internal/transportFailure.ts"

const request = HttpClientRequest.get("https://mps.example/admin/ingest/version")

const failure = (cause: unknown) =>
  transportFailure(
    "mps.example",
    new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) }),
    Duration.seconds(7)
  )

const coded = (code: string, message = `it reports ${code}`, more: object = {}) =>
  Object.assign(new Error(message), { code, ...more })

describe("transportFailure", () => {
  // failures that cannot be produced over sockets on one machine
  it.each([
    coded("ENOTFOUND", "getaddrinfo ENOTFOUND mps.example", { syscall: "getaddrinfo" }),
    coded("EAI_AGAIN"),
    coded("EHOSTUNREACH"),
    coded("ENETUNREACH"),
    coded("ETIMEDOUT", "connect ETIMEDOUT 10.0.0.1:443", { syscall: "connect" }),
    coded("UND_ERR_CONNECT_TIMEOUT"),
    coded("CERT_HAS_EXPIRED"),
    coded("ERR_TLS_CERT_ALTNAME_INVALID"),
    coded("UND_ERR_ABORTED", "Proxy response (407) !== 200 when HTTP Tunneling"),
    coded("ECONNRESET", "Client network socket disconnected before secure TLS connection was established")
  ])("is Unreachable if nothing was sent: %s", (cause) => {
    const reason = failure(cause)
    assert(reason._tag === "Unreachable", reason._tag)
    assert.include(reason.detail, cause.message)
    assert.include(reason.detail, cause.code)
    assert.strictEqual(reason.outcome, "none")
  })

  it.each([
    coded("ECONNRESET", "read ECONNRESET", { syscall: "read" }),
    coded("ETIMEDOUT", "read ETIMEDOUT", { syscall: "read" }),
    coded("EPIPE"),
    coded("UND_ERR_SOCKET", "other side closed"),
    coded("HPE_INVALID_CONSTANT")
  ])("is ConnectionLost if the request may have arrived: %s", (cause) => {
    const reason = failure(cause)
    assert.strictEqual(reason._tag, "ConnectionLost")
    assert.strictEqual(reason.outcome, "unknown")
  })

  it("finds the cause inside the errors of the transport", () => {
    const refused = new AggregateError([coded("ECONNREFUSED"), coded("ECONNREFUSED")])
    const cause = new TypeError("fetch failed", { cause: Object.assign(refused, { code: "ECONNREFUSED" }) })
    const reason = failure(cause)
    assert(reason._tag === "Unreachable", reason._tag)
    assert.strictEqual(reason.detail, "ECONNREFUSED")
  })

  it("does not quote an error without a code, which may contain a header", () => {
    for (const cause of [new TypeError("Headers.append: \"Bearer abc\" is invalid"), "Bearer abc", null, undefined]) {
      const reason = failure(cause)
      assert(reason._tag === "ConnectionLost", reason._tag)
      assert.strictEqual(reason.detail, "no further detail")
    }
  })

  it("uses the elapsed time as the limit of a timeout that names none", () => {
    const cause = new TypeError("fetch failed", { cause: new DOMException("Bearer abc", "TimeoutError") })
    const reason = failure(cause)
    assert(reason._tag === "TimedOut", reason._tag)
    assert.deepStrictEqual(reason.limit, Duration.seconds(7))
  })

  it("accepts a cycle of causes", () => {
    const cause: { cause?: unknown } = {}
    cause.cause = cause
    assert.strictEqual(failure(cause)._tag, "ConnectionLost")
  })
})
