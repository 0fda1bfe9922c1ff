import * as Sdk from "@aws-sdk/client-s3"
import { assert, describe, it } from "@effect/vitest"
import { S3Client, S3ObjectStore } from "@iiif-ingest/aws"
import { Crc32 } from "@iiif-ingest/core/image/Crc32"
import * as ObjectStore from "@iiif-ingest/core/upload/ObjectStore"
import type { ObjectStoreError, ObjectStoreReason } from "@iiif-ingest/core/upload/ObjectStoreError"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as http from "node:http"
import { inspect } from "node:util"
import {
  answering,
  type Handler,
  page,
  secret,
  storeAt,
  stubServer,
  stubStore,
  token,
  xmlError
} from "./support/stubS3.ts"

type Tag = ObjectStoreReason["_tag"]
type Store = ObjectStore.ObjectStore["Service"]

const info = { contentType: "image/png", metadata: {} }
const bytes = ObjectStore.bytes(new TextEncoder().encode("hello"))
const key = "images/a b.png"
const session = { key, token: "upload" }
const crc32 = Crc32.make(0x3610a686)

const calls: {
  readonly [K in ObjectStoreError["operation"]]: (store: Store) => Effect.Effect<unknown, ObjectStoreError>
} = {
  head: (store) => store.head(key),
  read: (store) => Stream.runDrain(store.read(key)),
  put: (store) => store.put(key, bytes, info),
  begin: (store) => store.begin(key, info),
  putPart: (store) => store.putPart(session, 1, bytes),
  complete: (store) =>
    store.complete(session, [{ partNumber: 1, size: 5, crc32, token: "\"etag\"" }], { size: 5, crc32 }),
  abort: (store) => store.abort(session)
}

const failing = (operation: ObjectStoreError["operation"], store: Store) => Effect.flip(calls[operation](store))

/** The reason that a call fails with if the server responds like this. */
const reasonOf = (answer: Handler, operation: ObjectStoreError["operation"] = "put", options: S3Client.Options = {}) =>
  stubStore(answering(answer), options).pipe(
    Effect.flatMap((store) => failing(operation, store)),
    Effect.map((error) => {
      assert.strictEqual(error.operation, operation)
      assert.strictEqual(error.key, key)
      return error.reason
    })
  )

/** Narrows a reason to the expected tag. */
const expecting = <T extends Tag>(
  tag: T,
  reason: ObjectStoreReason
): Extract<ObjectStoreReason, { readonly _tag: T }> => {
  assert.strictEqual(reason._tag, tag, reason.message)
  return reason as Extract<ObjectStoreReason, { readonly _tag: T }> // the line above has asserted it
}

const codes: ReadonlyArray<readonly [status: number, code: string, tag: Tag]> = [
  [404, "NoSuchBucket", "NoSuchBucket"],
  [403, "AccessDenied", "AccessDenied"],
  [403, "AllAccessDisabled", "AccessDenied"],
  [403, "InvalidAccessKeyId", "InvalidCredentials"],
  [403, "SignatureDoesNotMatch", "InvalidCredentials"],
  [400, "InvalidToken", "InvalidCredentials"],
  [400, "ExpiredToken", "ExpiredCredentials"],
  [400, "TokenRefreshRequired", "ExpiredCredentials"],
  [403, "RequestTimeTooSkewed", "ClockSkew"],
  [403, "RequestExpired", "ClockSkew"],
  [301, "PermanentRedirect", "WrongRegion"],
  [307, "TemporaryRedirect", "WrongRegion"],
  [400, "BadDigest", "ChecksumMismatch"],
  [400, "InvalidDigest", "ChecksumMismatch"],
  [400, "XAmzContentChecksumMismatch", "ChecksumMismatch"],
  [400, "XAmzContentSHA256Mismatch", "ChecksumsUnsupported"],
  [412, "PreconditionFailed", "AlreadyExists"],
  [409, "ConditionalRequestConflict", "Unavailable"],
  [409, "OperationAborted", "Unavailable"],
  [404, "NoSuchUpload", "NoSuchUpload"],
  [400, "InvalidPart", "InvalidPart"],
  [503, "SlowDown", "Throttled"],
  [503, "ServiceUnavailable", "Throttled"],
  [400, "RequestLimitExceeded", "Throttled"],
  [400, "ThrottlingException", "Throttled"],
  [429, "TooManyRequests", "Throttled"],
  [400, "RequestTimeout", "TimedOut"],
  [500, "InternalError", "Unavailable"],
  [501, "NotImplemented", "Unavailable"],
  [411, "MissingContentLength", "ChecksumsUnsupported"],
  [400, "EntityTooLarge", "Rejected"],
  [400, "AuthorizationHeaderMalformed", "Rejected"]
]

/** By status alone: responses to HEAD, and responses that are not S3's. */
const statuses: ReadonlyArray<readonly [status: number, tag: Tag]> = [
  [301, "WrongRegion"],
  [400, "Rejected"],
  [403, "AccessDenied"],
  [429, "Throttled"],
  [500, "Unavailable"],
  [503, "Throttled"],
  [504, "Unavailable"]
]

describe("an error with an S3 code", () => {
  it.live.each(codes)("%i %s is %s", ([status, code, tag]) =>
    Effect.gen(function*() {
      const reason = expecting(tag, yield* reasonOf(xmlError(status, code)))
      if ("detail" in reason) assert.include(reason.detail, code)
      if ("evidence" in reason) {
        assert.strictEqual(reason.evidence.status, status)
        assert.include(reason.evidence.body, `${code}: Because.`)
      }
    }))

  it.live("in a response with a success status is still an error", () =>
    Effect.gen(function*() {
      expecting("Unavailable", yield* reasonOf(xmlError(200, "InternalError"), "complete"))
    }))

  it.live("names the operation, the key and the remedy", () =>
    Effect.gen(function*() {
      const store = yield* stubStore(answering(xmlError(404, "NoSuchBucket")))
      const error = yield* failing("begin", store)
      assert.include(error.message, `begin ${key}: there is no bucket a.bucket: check account`)
    }))
})

describe("a response without a code", () => {
  it.live.each(statuses)("%i is %s", ([status, tag]) =>
    Effect.gen(function*() {
      expecting(tag, yield* reasonOf((_, response) => void response.writeHead(status).end(), "head"))
    }))

  it.live("with 404 to HEAD means that there is no object", () =>
    Effect.gen(function*() {
      const store = yield* stubStore(answering((_, response) => void response.writeHead(404).end()))
      assert.isTrue(Option.isNone(yield* store.head(key)))
    }))

  it.live.each([["200", 200], ["302", 302], ["403", 403], ["404", 404], ["407", 407]] as const)(
    "that is a web page with %s is Undecodable for every operation",
    ([, status]) =>
      Effect.gen(function*() {
        for (const operation of ["head", "put", "begin", "putPart", "complete", "abort"] as const) {
          const reason = expecting(
            "Undecodable",
            yield* reasonOf(page(status, { location: "http://127.0.0.1:1/" }), operation)
          )
          assert.strictEqual(reason.evidence.status, status)
          assert.strictEqual(reason.evidence.contentType, "text/html")
        }
      })
  )

  it.live("that is a web page is quoted from its beginning", () =>
    Effect.gen(function*() {
      const reason = expecting("Undecodable", yield* reasonOf(page(403)))
      assert.include(reason.evidence.body, "Sign in to the network")
    }))

  it.live("that is a web page with 502 is Unavailable", () =>
    Effect.gen(function*() {
      const reason = expecting("Unavailable", yield* reasonOf(page(502, { "retry-after": "7" })))
      assert.deepStrictEqual(reason.retryAfter, Duration.seconds(7))
    }))

  it.live("that is text but not XML is Undecodable", () =>
    Effect.gen(function*() {
      const reason = expecting(
        "Undecodable",
        yield* reasonOf((_, response) => void response.writeHead(400).end("Oops"))
      )
      assert.strictEqual(reason.evidence.body, "Oops")
    }))
})

describe("a reason contains", () => {
  it.live("the time to wait, from seconds or a date", () =>
    Effect.gen(function*() {
      const wait = (headers: http.OutgoingHttpHeaders) =>
        Effect.map(reasonOf(xmlError(503, "SlowDown", { headers })), (reason) =>
          expecting("Throttled", reason).retryAfter)
      assert.deepStrictEqual(yield* wait({ "retry-after": "3" }), Duration.seconds(3))
      const date = { date: "Sun, 22 Nov 2026 10:00:00 GMT", "retry-after": "Sun, 22 Nov 2026 10:01:00 GMT" }
      assert.deepStrictEqual(yield* wait(date), Duration.minutes(1))
      assert.isUndefined(yield* wait({}))
      assert.isUndefined(yield* wait({ "retry-after": "soon" }))
    }))

  it.live("the region, from the body or a header", () =>
    Effect.gen(function*() {
      const malformed = xmlError(400, "AuthorizationHeaderMalformed", { xml: "<Region>eu-west-1</Region>" })
      const redirect = xmlError(301, "PermanentRedirect", { headers: { "x-amz-bucket-region": "eu-west-2" } })
      const inBody = expecting("WrongRegion", yield* reasonOf(malformed))
      assert.deepStrictEqual([inBody.configured, inBody.expected], ["us-east-1", "eu-west-1"])
      const inHead = expecting("WrongRegion", yield* reasonOf(redirect, "head"))
      assert.deepStrictEqual([inHead.configured, inHead.expected], ["us-east-1", "eu-west-2"])
    }))

  it.live("the region, from the words of a store that has no field for it", () =>
    Effect.gen(function*() {
      const message = "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-3'"
      const reason = yield* reasonOf(xmlError(400, "AuthorizationHeaderMalformed", { message }))
      assert.deepInclude(expecting("WrongRegion", reason), { configured: "us-east-1", expected: "eu-west-3" })
    }))

  it.live("the region of a HEAD that is refused without a word, by asking again with GET", () =>
    Effect.gen(function*() {
      const malformed = xmlError(400, "AuthorizationHeaderMalformed", { xml: "<Region>eu-west-1</Region>" })
      const reason = expecting("WrongRegion", yield* reasonOf(malformed, "head"))
      assert.strictEqual(reason.expected, "eu-west-1")
      const noWords: Handler = (_, response) => void response.writeHead(400).end()
      assert.strictEqual(expecting("Rejected", yield* reasonOf(noWords, "head")).evidence.status, 400)
      const onlyHead: Handler = (request, response) =>
        void response.writeHead(request.method === "HEAD" ? 400 : 206, { "content-length": 1 }).end("x")
      assert.strictEqual(expecting("Rejected", yield* reasonOf(onlyHead, "head")).evidence.status, 400)
    }))

  it.live("the setting of a store that refuses the default checksums, and only while they are sent", () =>
    Effect.gen(function*() {
      const about = (code: string, message: string, status = 400) => xmlError(status, code, { message })
      const refusals = [
        about("MissingContentLength", "You must provide the Content-Length HTTP header.", 411),
        about("XAmzContentSHA256Mismatch", "UnknownError"),
        about("InvalidArgument", "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, or a valid sha256 value."),
        about("InvalidRequest", "The value specified in the x-amz-trailer header is not supported"),
        about("NotImplemented", "Checksum algorithm CRC32 is not implemented", 501)
      ]
      for (const refusal of refusals) {
        const reason = expecting("ChecksumsUnsupported", yield* reasonOf(refusal))
        assert.isFalse(reason.retryable)
        assert.include(reason.message, "set AWS_REQUEST_CHECKSUM_CALCULATION=when_required")
        assert.include(reason.message, "checksums: \"whenRequired\"")
        const store = yield* stubStore(answering(refusal), { checksums: "whenRequired" })
        assert.notStrictEqual((yield* failing("put", store)).reason._tag, "ChecksumsUnsupported")
      }
      expecting("Rejected", yield* reasonOf(about("InvalidArgument", "the key is too long")))
    }))

  it.live("no key, token or signature, even if the server echoes them", () =>
    Effect.gen(function*() {
      const echo: Handler = (request, response) => {
        const headers = JSON.stringify(request.headers).replaceAll("&", "&amp;").replaceAll("<", "&lt;")
        xmlError(400, "Odd", { message: `authorization: ${request.headers.authorization} ${headers}` })(
          request,
          response
        )
      }
      const store = yield* stubStore(answering(echo))
      const error = yield* failing("put", store)
      const shown = [inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error), error.message, error.stack]
        .join()
      assert.include(shown, "Odd")
      for (const hidden of [secret, token, "SANDBOXKEY/", "Signature="]) assert.notInclude(shown, hidden)
    }))
})

describe("a connection", () => {
  it.live("that is refused is Unreachable", () =>
    Effect.gen(function*() {
      const url = yield* Effect.scoped(stubServer(() => {}))
      const reason = expecting("Unreachable", (yield* failing("put", yield* storeAt(url))).reason)
      assert.strictEqual(reason.host, url.slice("http://".length))
      assert.include(reason.detail, "ECONNREFUSED")
    }))

  it.live("to an unknown host is Unreachable", () =>
    Effect.gen(function*() {
      const unknown = Object.assign(new Error("getaddrinfo ENOTFOUND s3.example"), {
        code: "ENOTFOUND",
        syscall: "getaddrinfo"
      })
      const agent = new http.Agent({ lookup: (_host, _options, callback) => callback(unknown, "", 4) })
      const client = new Sdk.S3Client({
        endpoint: "http://s3.example",
        region: "us-east-1",
        forcePathStyle: true,
        maxAttempts: 1,
        credentials: { accessKeyId: "SANDBOXKEY", secretAccessKey: secret },
        requestHandler: { httpAgent: agent }
      })
      const layer = S3ObjectStore.layerBucket("a.bucket").pipe(Layer.provide(S3Client.layerFrom(client)))
      const error = yield* ObjectStore.ObjectStore.use((store) => failing("put", store)).pipe(Effect.provide(layer))
      assert.strictEqual(expecting("Unreachable", error.reason).host, "s3.example")
    }))

  it.live("whose TLS handshake fails is Unreachable", () =>
    Effect.gen(function*() {
      const url = yield* stubServer(() => {})
      const store = yield* storeAt(url.replace("http:", "https:"))
      expecting("Unreachable", (yield* failing("put", store)).reason)
    }))

  it.live("that is reset, closed, or cut during the response is ConnectionLost", () =>
    Effect.gen(function*() {
      expecting("ConnectionLost", yield* reasonOf((_, response) => void response.socket?.resetAndDestroy()))
      expecting("ConnectionLost", yield* reasonOf((_, response) => void response.socket?.destroy()))
      const cut: Handler = (_, response) => {
        response.writeHead(200, { "content-type": "application/xml", "content-length": 500 })
        response.write("<Init", () => response.socket?.destroy())
      }
      expecting("ConnectionLost", yield* reasonOf(cut, "begin"))
    }))

  it.live("that does not speak HTTP is ConnectionLost", () =>
    Effect.gen(function*() {
      expecting("ConnectionLost", yield* reasonOf((_, response) => void response.socket?.end("SSH-2.0-OpenSSH\r\n")))
    }))

  it.live("that is idle is TimedOut, also during the response", () =>
    Effect.gen(function*() {
      const options = { stallTimeout: "150 millis" } as const
      const silent = expecting("TimedOut", yield* reasonOf(() => {}, "put", options))
      assert.deepStrictEqual(silent.limit, Duration.millis(150))
      const halfway: Handler = (_, response) => {
        response.writeHead(200, { "content-type": "application/xml" })
        response.write("<Init")
      }
      expecting("TimedOut", yield* reasonOf(halfway, "begin", options))
    }))
})

describe("a request that the SDK itself refuses", () => {
  it.live("is a defect with only its message", () =>
    Effect.gen(function*() {
      const store = yield* stubStore(() => assert.fail("nothing should be sent"))
      const info = { contentType: "image/png", metadata: { title: "\u65e5\u672c" } }
      const exit = yield* Effect.exit(store.put(key, bytes, info))
      assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
      const shown = inspect(exit, { depth: 20, showHidden: true })
      assert.include(shown, "Invalid character in header content")
      for (const hidden of [secret, token, "Signature="]) assert.notInclude(shown, hidden)
    }))
})

describe("a success status", () => {
  it.live("with a checksum other than that of the bytes is ChecksumMismatch", () =>
    Effect.gen(function*() {
      const other: Handler = (_, response) => {
        response.writeHead(200, { etag: "\"etag\"", "x-amz-checksum-crc32": "AAAAAA==" })
        response.end()
      }
      for (const operation of ["put", "putPart"] as const) {
        const reason = expecting("ChecksumMismatch", yield* reasonOf(other, operation))
        assert.include(reason.detail, "CRC-32 3610a686 was sent, but the store reports 00000000")
      }
    }))

  it.live("with no checksum or a composite one is accepted", () =>
    Effect.gen(function*() {
      for (const headers of [{}, { "x-amz-checksum-crc32": "AAAAAA==-2" }]) {
        const store = yield* stubStore(
          answering((_, response) => void response.writeHead(200, { etag: "\"etag\"", ...headers }).end())
        )
        assert.strictEqual((yield* store.put(key, bytes, info)).crc32, crc32)
      }
    }))
})

describe("reading an object", () => {
  it.live("closes the connection if it is interrupted while it waits for bytes", () =>
    Effect.gen(function*() {
      const begun = yield* Deferred.make<void>()
      const closed = yield* Deferred.make<void>()
      const store = yield* stubStore(answering((_, response) => {
        response.on("close", () => Deferred.doneUnsafe(closed, Effect.void))
        response.writeHead(200, { "content-length": 10, etag: "\"etag\"" })
        response.write("abc")
      }))
      const reading = yield* Effect.forkChild(
        Stream.runForEach(store.read(key), () => Deferred.succeed(begun, undefined))
      )
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(reading)
      yield* Deferred.await(closed)
    }))
})
