import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { digestOf } from "../../src/internal/s3/checksums.ts"
import {
  BUCKET,
  call,
  codeOf,
  fresh,
  head,
  key,
  md5,
  openSocket,
  send,
  serve,
  type Served,
  signedChunks,
  signRequest,
  temporaryDirectory,
  until
} from "./support.ts"

const target = `/_s3/${BUCKET}/page`
const base64 = (algorithm: "CRC32" | "CRC32C" | "CRC64NVME" | "SHA1" | "SHA256" | "SHA512" | "MD5", text: string) =>
  digestOf(algorithm, Buffer.from(text)).toString("base64")

const put = (served: Served, headers: Record<string, string>, body = "hello") =>
  Effect.map(call(served.port, { method: "PUT", target, headers, body }), codeOf)

const stored = (served: Served) =>
  Effect.gen(function*() {
    const object = yield* served.endpoint.object(BUCKET, "page")
    return Option.isNone(object) ? undefined : yield* Effect.promise(() => readFile(object.value.file, "latin1"))
  })

const contentFiles = (served: Served) => Effect.promise(() => readdir(join(served.directory, "content")))

/** Waits until the endpoint has cleaned up after a client that disconnected. */
const noFilesLeft = (served: Served) =>
  contentFiles(served).pipe(Effect.repeat({ until: (files) => files.length === 0 }), Effect.timeout("5 seconds"))

describe("checksums", () => {
  it.live("are verified, stored and returned on request", () =>
    Effect.gen(function*() {
      const served = yield* fresh
      for (const algorithm of ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "SHA512", "MD5"] as const) {
        const name = `x-amz-checksum-${algorithm.toLowerCase()}`
        assert.strictEqual(yield* put(served, { [name]: base64(algorithm, "hello") }), "200")
        const response = yield* call(served.port, {
          method: "HEAD",
          target,
          headers: { "x-amz-checksum-mode": "ENABLED" }
        })
        assert.strictEqual(response.headers[name], base64(algorithm, "hello"))
        assert.strictEqual(response.headers["x-amz-checksum-type"], "FULL_OBJECT")
        assert.isUndefined((yield* call(served.port, { method: "HEAD", target })).headers[name])
        assert.strictEqual(yield* put(served, { [name]: base64(algorithm, "hellO") }), "BadDigest")
        assert.strictEqual(yield* put(served, { [name]: "aGVsbG8=" }), "InvalidRequest")
      }
      assert.strictEqual(yield* stored(served), "hello")
      assert.lengthOf(yield* contentFiles(served), 1)
    }))

  it.live("are limited to one per request, which must match its announcement", () =>
    Effect.gen(function*() {
      const served = yield* fresh
      const crc32 = { "x-amz-checksum-crc32": base64("CRC32", "hello") }
      assert.strictEqual(
        yield* put(served, { ...crc32, "x-amz-checksum-sha1": base64("SHA1", "hello") }),
        "InvalidRequest"
      )
      assert.strictEqual(yield* put(served, { "x-amz-sdk-checksum-algorithm": "CRC32" }), "InvalidRequest")
      assert.strictEqual(yield* put(served, { ...crc32, "x-amz-sdk-checksum-algorithm": "SHA1" }), "InvalidRequest")
      assert.strictEqual(yield* put(served, { ...crc32, "x-amz-sdk-checksum-algorithm": "CRC32" }), "200")
      assert.strictEqual(yield* put(served, { "x-amz-checksum-xxhash3": "AAAAAAAAAAA=" }), "NotImplemented")
      assert.strictEqual(yield* put(served, { ...crc32, "x-amz-trailer": "x-amz-checksum-crc32" }), "InvalidRequest")
    }))

  it.live("include Content-MD5", () =>
    Effect.gen(function*() {
      const served = yield* fresh
      assert.strictEqual(yield* put(served, { "content-md5": md5("hello").toString("base64") }), "200")
      assert.strictEqual(yield* put(served, { "content-md5": md5("other").toString("base64") }), "BadDigest")
      assert.strictEqual(yield* put(served, { "content-md5": "bm9uc2Vuc2U=" }), "InvalidDigest")
    }))
})

describe("chunked bodies", () => {
  const text = "x".repeat(20_000)
  const trailers = { "x-amz-checksum-crc32c": base64("CRC32C", text) }

  const upload = (
    served: Served,
    change: (wire: string) => string,
    sent: Record<string, string> = trailers,
    headers: Record<string, string> = {}
  ) => {
    const signed = signRequest(served.port, {
      method: "PUT",
      target,
      payload: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
      headers: {
        "content-encoding": "aws-chunked,gzip",
        "transfer-encoding": "chunked",
        "x-amz-decoded-content-length": "20000",
        "x-amz-trailer": "x-amz-checksum-crc32c",
        ...headers
      }
    })
    const wire = signedChunks(signed, [text.slice(0, 9000), text.slice(9000)], sent)
    return Effect.map(send(served.port, "PUT", target, signed.headers, change(wire)), codeOf)
  }

  it.live("are verified by chunk and by trailer", () =>
    Effect.gen(function*() {
      const served = yield* fresh
      assert.strictEqual(
        yield* upload(served, (wire) => wire.replace("xxx\r\n0;", "xxy\r\n0;")),
        "SignatureDoesNotMatch"
      )
      assert.strictEqual(yield* upload(served, (wire) => wire.replace(/(crc32c:)./, "$1_")), "SignatureDoesNotMatch")
      assert.strictEqual(
        yield* upload(served, (wire) => wire.replace(/x-amz-trailer-signature.*\r\n/, "")),
        "SignatureDoesNotMatch"
      )
      assert.strictEqual(yield* upload(served, (wire) => wire.slice(0, -200)), "IncompleteBody")
      assert.strictEqual(yield* upload(served, (wire) => wire, { "x-amz-checksum-crc32c": "AAAAAA==" }), "BadDigest")
      assert.strictEqual(
        yield* upload(served, (wire) => wire, { "x-amz-checksum-crc32": "AAAAAA==" }),
        "MalformedTrailerError"
      )
      assert.strictEqual(yield* upload(served, (wire) => wire, {}), "MalformedTrailerError")
      assert.strictEqual(
        yield* upload(served, (wire) => wire, trailers, { "x-amz-decoded-content-length": "20001" }),
        "IncompleteBody"
      )
      assert.isUndefined(yield* stored(served))
      assert.deepStrictEqual(yield* contentFiles(served), [])
      assert.strictEqual(yield* upload(served, (wire) => wire), "200")
      assert.strictEqual(yield* stored(served), text)
      const reply = yield* call(served.port, { method: "HEAD", target, headers: { "x-amz-checksum-mode": "enabled" } })
      assert.strictEqual(reply.headers["x-amz-checksum-crc32c"], trailers["x-amz-checksum-crc32c"])
      assert.strictEqual(reply.headers["content-encoding"], "gzip")
    }))

  it.live("require their decoded length, and other bodies their content length", () =>
    Effect.gen(function*() {
      const served = yield* fresh
      const code = (payload: string, headers: Record<string, string>) => {
        const signed = signRequest(served.port, { method: "PUT", target, payload, headers })
        return Effect.map(send(served.port, "PUT", target, signed.headers, "0\r\n\r\n"), codeOf)
      }
      const chunked = { "transfer-encoding": "chunked" }
      assert.strictEqual(yield* code("STREAMING-UNSIGNED-PAYLOAD-TRAILER", chunked), "MissingContentLength")
      assert.strictEqual(yield* code("UNSIGNED-PAYLOAD", chunked), "NotImplemented")
      assert.strictEqual(yield* code("UNSIGNED-PAYLOAD", { "content-length": "5" }), "200")
      assert.strictEqual(yield* code("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", chunked), "InvalidArgument")
    }))
})

describe("connections", () => {
  const expecting = (served: Served, length: number, options: object = {}) =>
    signRequest(served.port, {
      method: "PUT",
      target,
      payload: "UNSIGNED-PAYLOAD",
      headers: { "content-length": `${length}`, expect: "100-continue" },
      ...options
    }).headers

  it.live("receive 100 Continue only when the body will be read", () =>
    Effect.gen(function*() {
      const served = yield* fresh
      const connection = yield* openSocket(served.port)
      connection.socket.write(head("PUT", target, expecting(served, 5)))
      assert.strictEqual(yield* until(connection, (text) => text !== ""), "HTTP/1.1 100 Continue\r\n\r\n")
      connection.socket.write("hello")
      assert.match(yield* until(connection, (text) => text.includes("HTTP/1.1 200")), /HTTP\/1\.1 200 OK/)
      assert.strictEqual(yield* stored(served), "hello")
    }))

  it.live("are rejected before the body by signature, bucket, size and condition", () =>
    Effect.gen(function*() {
      const served = yield* fresh
      yield* call(served.port, { method: "PUT", target, body: "there" })
      const rejectionCode = Effect.fnUntraced(function*(path: string, headers: Record<string, string>) {
        const connection = yield* openSocket(served.port)
        connection.socket.write(head("PUT", path, headers))
        const text = yield* until(connection, (received) => received.includes("</Error>"))
        assert.notInclude(text, "100 Continue")
        return /<Code>(\w+)</.exec(text)?.[1]
      })
      const wrong = { credential: { ...key, secretAccessKey: "wrong" } }
      assert.strictEqual(yield* rejectionCode(target, expecting(served, 5, wrong)), "SignatureDoesNotMatch")
      const other = target.replace(BUCKET, "no-such-bucket")
      assert.strictEqual(yield* rejectionCode(other, expecting(served, 5, { target: other })), "NoSuchBucket")
      assert.strictEqual(yield* rejectionCode(target, expecting(served, 5 * 1024 ** 3 + 1)), "EntityTooLarge")
      const headers = { "content-length": "5", expect: "100-continue", "if-none-match": "*" }
      assert.strictEqual(yield* rejectionCode(target, expecting(served, 5, { headers })), "PreconditionFailed")
    }))

  it.live("deliver the error to a client that is still sending, and then serve its next request", () =>
    Effect.gen(function*() {
      const served = yield* fresh
      const connection = yield* openSocket(served.port)
      const size = 24 * 1024 * 1024
      const { headers } = signRequest(served.port, {
        method: "PUT",
        target,
        payload: "UNSIGNED-PAYLOAD",
        headers: { "content-length": `${size}` },
        credential: { ...key, secretAccessKey: "wrong" }
      })
      connection.socket.write(head("PUT", target, headers))
      for (let sent = 0; sent < size; sent += 1024 * 1024) connection.socket.write(Buffer.alloc(1024 * 1024))
      const get = signRequest(served.port, { method: "GET", target }).headers
      connection.socket.write(head("GET", target, get))
      const text = yield* until(connection, (received) => received.includes("NoSuchKey"))
      assert.include(text, "<Code>SignatureDoesNotMatch</Code>")
      assert.include(text, "<Code>NoSuchKey</Code>")
    }))

  it.live("that are lost leave no object and no file", () =>
    Effect.gen(function*() {
      const served = yield* fresh
      for (const length of [1000, 50_000_000]) {
        const connection = yield* openSocket(served.port)
        connection.socket.write(head("PUT", target, expecting(served, length)))
        yield* until(connection, (text) => text.includes("100 Continue"))
        connection.socket.write(Buffer.alloc(Math.min(900, length)))
        yield* contentFiles(served).pipe(
          Effect.repeat({ until: (files) => files.length > 0 }),
          Effect.timeout("5 seconds")
        )
        connection.socket.destroy()
        yield* noFilesLeft(served)
        assert.isUndefined(yield* stored(served))
      }
    }))

  it.live("that write to one key concurrently store exactly one whole body", () =>
    Effect.gen(function*() {
      const served = yield* fresh
      const bodies = Array.from({ length: 12 }, (_, i) => String.fromCharCode(97 + i).repeat(200_000 + i))
      const replies = yield* Effect.forEach(bodies, (body) => call(served.port, { method: "PUT", target, body }), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(replies.map(({ status }) => status), bodies.map(() => 200))
      assert.include(bodies, (yield* stored(served)) ?? "")
      assert.lengthOf(yield* contentFiles(served), 1)
    }))

  it.live("that race to create a key have exactly one winner", () =>
    Effect.gen(function*() {
      const served = yield* fresh
      const create = (body: string) => put(served, { "if-none-match": "*" }, body)
      const codes = yield* Effect.forEach(Array.from("abcdefgh"), create, { concurrency: "unbounded" })
      assert.deepStrictEqual(codes.filter((code) => code === "200").length, 1)
      assert.deepStrictEqual(codes.filter((code) => code === "PreconditionFailed").length, 7)
    }))

  it.live("are rejected on demand with a regular S3 error", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const slowDown = { status: 503, code: "SlowDown", message: "Please reduce your request rate." }
      const { port } = yield* serve(directory, {}, ({ refuse }) => (message, response) =>
        refuse(message, response, slowDown))
      const reply = yield* call(port, { method: "PUT", target, body: Buffer.alloc(10_000_000) })
      assert.strictEqual(reply.status, 503)
      assert.strictEqual(codeOf(reply), "SlowDown")
      assert.include(reply.body, `<RequestId>${reply.headers["x-amz-request-id"]}</RequestId>`)
      assert.strictEqual((yield* call(port, { method: "HEAD", target })).body, "")
    }))

  it.live("are closed without leaving files when their handler is interrupted", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const stop = yield* Deferred.make<void>()
      const served = yield* serve(
        directory,
        {},
        ({ handle }) => (message, response) => Effect.raceFirst(handle(message, response), Deferred.await(stop))
      )
      const connection = yield* openSocket(served.port)
      connection.socket.write(head("PUT", target, expecting(served, 1000)))
      yield* until(connection, (text) => text.includes("100 Continue"))
      connection.socket.write("half")
      yield* contentFiles(served).pipe(
        Effect.repeat({ until: (files) => files.length > 0 }),
        Effect.timeout("5 seconds")
      )
      yield* Deferred.succeed(stop, undefined)
      yield* until(connection, () => false)
      assert.isTrue(connection.socket.destroyed)
      yield* noFilesLeft(served)
    }))
})
