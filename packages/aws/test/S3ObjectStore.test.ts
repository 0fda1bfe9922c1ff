import { assert, describe, it } from "@effect/vitest"
import * as Crc32 from "@iiif-ingest/core/image/Crc32"
import * as ObjectStore from "@iiif-ingest/core/upload/ObjectStore"
import type { SourceFailed } from "@iiif-ingest/core/upload/ObjectStoreError"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs/promises"
import type * as http from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { answering, type Handler, stubStore } from "./support/stubS3.ts"

const MiB = 1024 * 1024
const info = { contentType: "image/tiff", metadata: {} }
const session = { key: "k", token: "upload" }

const directory = Effect.acquireRelease(
  Effect.promise(() => fs.mkdtemp(join(tmpdir(), "s3-object-store-"))),
  (path) => Effect.promise(() => fs.rm(path, { recursive: true }))
)

/** A sparse file of the given length. */
const fileOf = (length: number) =>
  Effect.gen(function*() {
    const path = join(yield* directory, "image.tif")
    yield* Effect.promise(() => fs.writeFile(path, "").then(() => fs.truncate(path, length)))
    return path
  })

/** A server that reads no body until `proceed`, and reports how the request ended. */
const patient = Effect.gen(function*() {
  const arrived = yield* Deferred.make<void>()
  const ended = yield* Deferred.make<"whole" | "broken">()
  let request: http.IncomingMessage | undefined
  const handler: Handler = (incoming, response) => {
    request = incoming
    incoming.on("end", () => {
      Deferred.doneUnsafe(ended, Effect.succeed("whole"))
      response.writeHead(200, { etag: "\"etag\"" }).end()
    })
    incoming.on("error", () => Deferred.doneUnsafe(ended, Effect.succeed("broken")))
    Deferred.doneUnsafe(arrived, Effect.void)
  }
  return {
    handler,
    arrived: Deferred.await(arrived),
    proceed: Effect.sync(() => request?.resume()),
    ended: Deferred.await(ended)
  }
})

/** Large enough that part of it is still unread when the buffers of sockets and streams are full. */
const large = 64 * MiB

const changes: ReadonlyArray<readonly [what: string, detail: string, change: (path: string) => Promise<void>]> = [
  ["grows", "changed from", (path) => fs.appendFile(path, "x")],
  ["is cut off", "ended early", (path) => fs.truncate(path, large - MiB)],
  ["is modified", "was modified", (path) => fs.utimes(path, 1, 1)],
  ["is removed", "was removed", (path) => fs.rm(path)],
  ["is replaced", "was removed", (path) => fs.writeFile(`${path}.new`, "y").then(() => fs.rename(`${path}.new`, path))]
]

describe("a file that", () => {
  it.live.each(changes)(
    "%s while it is being sent is SourceFailed, and is not sent completely",
    ([, detail, change]) =>
      Effect.gen(function*() {
        const server = yield* patient
        const store = yield* stubStore(server.handler)
        const path = yield* fileOf(large)
        const sending = yield* store.put("k", ObjectStore.fileRange(path, 0, large), info).pipe(
          Effect.flip,
          Effect.forkChild
        )
        yield* server.arrived
        yield* Effect.promise(() => change(path))
        yield* server.proceed
        const { reason } = yield* Fiber.join(sending)
        assert.strictEqual(reason._tag, "SourceFailed")
        assert.include(reason.message, detail)
        assert.include(reason.message, path)
        assert.strictEqual(yield* server.ended, "broken")
      })
  )

  it.live("is a directory or a pipe is refused before anything is sent", () =>
    Effect.gen(function*() {
      const store = yield* stubStore(() => assert.fail("nothing should be sent"))
      const path = yield* directory
      const fifo = join(path, "fifo")
      execFileSync("mkfifo", [fifo])
      for (const source of [path, fifo]) {
        const { reason } = yield* Effect.flip(store.put("k", ObjectStore.fileRange(source, 0, 10), info))
        assert.strictEqual(reason._tag, "SourceFailed")
        assert.include(reason.message, `${source} is not a regular file`)
      }
    }))
})

describe("a disk that", () => {
  // a regular file whose first page is not mapped
  it.live.skipIf(process.platform !== "linux")(
    "fails to read is SourceFailed",
    () =>
      Effect.gen(function*() {
        const store = yield* stubStore(answering((_, response) => response.writeHead(200, { etag: "\"etag\"" }).end()))
        for (const length of [1000, 3 * MiB]) {
          const { reason } = yield* Effect.flip(
            store.put("k", ObjectStore.fileRange("/proc/self/mem", 0, length), info)
          )
          assert.strictEqual(reason._tag, "SourceFailed")
          assert.match(reason.message, /\/proc\/self\/mem cannot be read: EIO/)
        }
      })
  )
})

/** Refuses chunked bodies and trailers. */
const oldStore: Handler = (request, response) => {
  const { headers } = request
  const isNew = headers["transfer-encoding"] !== undefined || headers["content-encoding"] === "aws-chunked"
  response.writeHead(isNew ? 411 : 200, isNew ? {} : { etag: "\"etag\"" }).end()
}

describe("a store that responds with 411 to chunks and trailers", () => {
  const bodies = Effect.map(fileOf(17 * MiB), (path) => [
    ObjectStore.bytes(new Uint8Array(3 * MiB)),
    ObjectStore.fileRange(path, 0, 3 * MiB),
    ObjectStore.fileRange(path, 0, 17 * MiB),
    ObjectStore.stream(Stream.make(new Uint8Array(17 * MiB)), 17 * MiB)
  ])

  it.live("accepts all bodies with whenRequired", () =>
    Effect.gen(function*() {
      const store = yield* stubStore(answering(oldStore), { checksums: "whenRequired" })
      for (const body of yield* bodies) {
        assert.strictEqual((yield* store.put("k", body, info)).etag, "\"etag\"")
        assert.strictEqual((yield* store.putPart(session, 1, body)).token, "\"etag\"")
      }
    }))

  it.live("refuses some bodies without it", () =>
    Effect.gen(function*() {
      const store = yield* stubStore(answering(oldStore))
      const results = yield* Effect.forEach(yield* bodies, (body) => Effect.result(store.put("k", body, info)))
      assert.include(results.map(({ _tag }) => _tag), "Failure")
    }))
})

describe("an interrupted operation", () => {
  /** Never responds; reports when the body begins and when the connection is closed. */
  const silent = Effect.gen(function*() {
    const arrived = yield* Deferred.make<void>()
    const gone = yield* Deferred.make<void>()
    const handler: Handler = (request) => {
      request.socket.once("close", () => Deferred.doneUnsafe(gone, Effect.void))
      if (request.headers["transfer-encoding"] === undefined) Deferred.doneUnsafe(arrived, Effect.void)
      else request.once("data", () => Deferred.doneUnsafe(arrived, Effect.void))
    }
    return { handler, arrived: Deferred.await(arrived), gone: Deferred.await(gone) }
  })

  const operations: ReadonlyArray<
    readonly [string, (store: ObjectStore.ObjectStore["Service"], path: string) => Effect.Effect<unknown, unknown>]
  > = [
    ["head", (store) => store.head("k")],
    ["put of bytes", (store) => store.put("k", ObjectStore.bytes(new Uint8Array(1000)), info)],
    ["put of a large file", (store, path) => store.put("k", ObjectStore.fileRange(path, 0, large), info)],
    ["putPart of a file", (store, path) => store.putPart(session, 1, ObjectStore.fileRange(path, 0, 8 * MiB))],
    ["begin", (store) => store.begin("k", info)],
    ["complete", (store) => store.complete(session, [], { size: 0, crc32: Crc32.empty })]
  ]

  it.live.each(operations)("%s closes its connection", ([, run]) =>
    Effect.gen(function*() {
      const server = yield* silent
      const store = yield* stubStore(server.handler)
      const fiber = yield* Effect.forkChild(run(store, yield* fileOf(large)))
      yield* server.arrived
      yield* Fiber.interrupt(fiber)
      yield* server.gone
    }))

  it.live("releases its source", () =>
    Effect.gen(function*() {
      const server = yield* silent
      const store = yield* stubStore(server.handler)
      const released = yield* Deferred.make<void>()
      const source: Stream.Stream<Uint8Array, SourceFailed> = Stream.forever(Stream.succeed(new Uint8Array(MiB))).pipe(
        Stream.ensuring(Deferred.succeed(released, undefined))
      )
      const fiber = yield* Effect.forkChild(store.put("k", ObjectStore.stream(source, 1024 * MiB), info))
      yield* server.arrived
      yield* Fiber.interrupt(fiber)
      assert.isTrue(yield* Deferred.isDone(released))
      yield* server.gone
    }))
})

describe("a request", () => {
  const headersOf = (
    send: (store: ObjectStore.ObjectStore["Service"]) => Effect.Effect<unknown, unknown>,
    options = {}
  ) =>
    Effect.gen(function*() {
      const seen: Array<http.IncomingHttpHeaders & { readonly path?: string | undefined }> = []
      const store = yield* stubStore(
        answering((request, response) => {
          seen.push({ ...request.headers, path: request.url })
          response.writeHead(200, { etag: "\"etag\"" }).end()
        }),
        options
      )
      yield* send(store)
      const [first] = seen
      assert.isDefined(first)
      return first
    })

  const hello = ObjectStore.bytes(new TextEncoder().encode("hello"))

  it.live("has the bucket in its path, and content type, metadata and CRC-32", () =>
    Effect.gen(function*() {
      const info = { contentType: "image/jp2", metadata: { "file-name": "a%20b.jp2" } }
      const headers = yield* headersOf((store) => store.put("images/a b.jp2", hello, info, { ifAbsent: true }))
      assert.strictEqual(headers.path, "/a.bucket/images/a%20b.jp2")
      assert.strictEqual(headers["content-type"], "image/jp2")
      assert.strictEqual(headers["content-length"], "5")
      assert.strictEqual(headers["x-amz-meta-file-name"], "a%20b.jp2")
      assert.strictEqual(headers["x-amz-checksum-crc32"], "NhCmhg==")
      assert.strictEqual(headers["x-amz-content-sha256"], "UNSIGNED-PAYLOAD")
      assert.strictEqual(headers["if-none-match"], "*")
    }))

  it.live("with whenRequired has Content-MD5 and a length, and no newer checksums", () =>
    Effect.gen(function*() {
      const path = yield* fileOf(17 * MiB)
      const whole = yield* headersOf((store) => store.put("k", hello, info), { checksums: "whenRequired" })
      assert.strictEqual(whole["content-md5"], "XUFAKrxLKna5cZ2REBfFkg==")
      const streamed = yield* headersOf(
        (store) => store.putPart(session, 1, ObjectStore.fileRange(path, 0, 17 * MiB)),
        { checksums: "whenRequired" }
      )
      assert.match(`${streamed["content-md5"]}`, /^[\w+/]{22}==$/)
      assert.strictEqual(streamed["content-length"], `${17 * MiB}`)
      for (const headers of [whole, streamed]) {
        assert.isUndefined(headers["transfer-encoding"])
        assert.deepStrictEqual(Object.keys(headers).filter((name) => /checksum|trailer/.test(name)), [])
      }
    }))
})
