import { assert, describe, it } from "@effect/vitest"
import * as TransportFailure from "@iiif-ingest/core/base/TransportFailure"
import * as Duration from "effect/Duration"

const coded = (code: string, message = `it reports ${code}`, more: object = {}) =>
  Object.assign(new Error(message), { code, ...more })

const named = (name: string, message: string) => Object.assign(new Error(message), { name })

const tagOf = (error: unknown) => TransportFailure.fromUnknown(error)?._tag

describe("an error without a connection is Unreachable", () => {
  it.each([
    coded("ECONNREFUSED"),
    coded("ENOTFOUND", "getaddrinfo ENOTFOUND mps.example", { syscall: "getaddrinfo" }),
    coded("EAI_AGAIN"),
    coded("EAI_FAIL"),
    coded("EHOSTUNREACH"),
    coded("EHOSTDOWN"),
    coded("ENETUNREACH"),
    coded("ENETDOWN"),
    coded("EADDRNOTAVAIL"),
    coded("EPROTO", "write EPROTO 0A00010B:SSL routines:ssl3_get_record:wrong version number", { syscall: "write" }),
    coded("ETIMEDOUT", "connect ETIMEDOUT 10.0.0.1:443", { syscall: "connect" }),
    coded("ECONNRESET", "connect ECONNRESET", { syscall: "connect" }),
    coded("ECONNRESET", "Client network socket disconnected before secure TLS connection was established"),
    coded("CERT_HAS_EXPIRED"),
    coded("DEPTH_ZERO_SELF_SIGNED_CERT"),
    coded("SELF_SIGNED_CERT_IN_CHAIN"),
    coded("UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
    coded("UNABLE_TO_GET_CRL"),
    coded("HOSTNAME_MISMATCH"),
    coded("INVALID_CA"),
    coded("INVALID_PURPOSE"),
    coded("ERR_TLS_CERT_ALTNAME_INVALID"),
    coded("ERR_SSL_WRONG_VERSION_NUMBER"),
    coded("ERR_SSL_HTTP_REQUEST"),
    coded("ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE"),
    coded("ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION"),
    coded("ERR_SSL_EE_KEY_TOO_SMALL"),
    coded("ERR_PROXY_TUNNEL"),
    coded("UND_ERR_CONNECT_TIMEOUT"),
    coded("UND_ERR_PRX_TLS"),
    coded("UND_ERR_ABORTED", "Proxy response (407) !== 200 when HTTP Tunneling"),
    coded("UND_ERR_ABORTED", "Proxy Authentication Required")
  ])("%s", (error) => {
    const { code, message } = error
    const failure = TransportFailure.fromUnknown(error)
    assert.strictEqual(failure?._tag, "Unreachable")
    assert.deepInclude(failure?.error, { code, message })
  })

  it("if Node could connect to none of the host's addresses", () => {
    const each = ["10.0.0.1", "10.0.0.2"].map((to) =>
      coded("ETIMEDOUT", `connect ETIMEDOUT ${to}`, { syscall: "connect" })
    )
    const all = Object.assign(new AggregateError(each), { code: "ETIMEDOUT" })
    assert.strictEqual(tagOf(new TypeError("fetch failed", { cause: all })), "Unreachable")
    assert.strictEqual(tagOf(new AggregateError(each)), "Unreachable")
    assert.isUndefined(tagOf(new AggregateError([new Error("x"), ...each])))
  })

  it("with the limit that the AWS SDK gives in its message", () => {
    const message = "the request socket did not establish a connection within the configured timeout of 5000 ms."
    assert.deepStrictEqual(TransportFailure.fromUnknown(named("TimeoutError", message)), {
      _tag: "Unreachable",
      limit: Duration.seconds(5)
    })
  })
})

describe("an error of an open connection is ConnectionLost", () => {
  it.each([
    coded("ECONNRESET", "read ECONNRESET", { syscall: "read" }),
    coded("EHOSTUNREACH", "read EHOSTUNREACH", { syscall: "read" }),
    coded("ENETDOWN", "write ENETDOWN", { syscall: "write" }),
    coded("ECONNABORTED"),
    coded("EPROTO"),
    coded("ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC"),
    coded("ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED"),
    coded("EPIPE"),
    coded("ETIMEDOUT", "read ETIMEDOUT", { syscall: "read" }),
    coded("ERR_STREAM_PREMATURE_CLOSE"),
    coded("HPE_INVALID_CONSTANT"),
    coded("UND_ERR_SOCKET", "other side closed"),
    coded("UND_ERR_HEADERS_TIMEOUT"),
    coded("UND_ERR_BODY_TIMEOUT"),
    coded("UND_ERR_RES_CONTENT_LENGTH_MISMATCH"),
    coded("UND_ERR_ABORTED")
  ])("%s", (error) => {
    assert.strictEqual(tagOf(error), "ConnectionLost")
  })

  it("even if the AWS SDK names it TimeoutError", () => {
    assert.strictEqual(tagOf(Object.assign(coded("ECONNRESET"), { name: "TimeoutError" })), "ConnectionLost")
  })
})

describe("an error named TimeoutError", () => {
  it("is TimedOut, with the limit in its message", () => {
    assert.deepStrictEqual(TransportFailure.fromUnknown(named("TimeoutError", "the socket was idle for 150 ms")), {
      _tag: "TimedOut",
      limit: Duration.millis(150)
    })
    const aborted = new TypeError("fetch failed", { cause: new DOMException("Bearer abc", "TimeoutError") })
    assert.deepStrictEqual(TransportFailure.fromUnknown(aborted), { _tag: "TimedOut" })
  })
})

describe("the chain of causes", () => {
  it("is searched for the innermost error with a code", () => {
    const socket = coded("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:9", { syscall: "connect" })
    const error = new TypeError("fetch failed", { cause: coded("UND_ERR_SOCKET", "wrapper", { cause: socket }) })
    assert.strictEqual(tagOf(error), "Unreachable")
    assert.deepStrictEqual(TransportFailure.codedError(error), {
      code: "ECONNREFUSED",
      syscall: "connect",
      message: "connect ECONNREFUSED 127.0.0.1:9"
    })
  })

  it("may be a cycle", () => {
    const error: { cause?: unknown } = {}
    error.cause = error
    assert.isUndefined(TransportFailure.fromUnknown(error))
  })
})

describe("anything else", () => {
  it("is not a transport failure", () => {
    const others = [
      undefined,
      null,
      "ECONNRESET",
      new TypeError("Headers.append: \"Bearer abc\" is invalid"),
      coded("ENOENT"),
      coded("UND_ERR_INVALID_ARG"),
      { code: 20, name: "AbortError" }
    ]
    for (const error of others) assert.isUndefined(TransportFailure.fromUnknown(error))
  })
})
