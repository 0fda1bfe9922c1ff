/** How bodies are sent, and what happens if the server responds before their end. */
import * as Sdk from "@aws-sdk/client-s3"
import { assert, describe, it } from "@effect/vitest"
import { S3Client, S3ObjectStore } from "@iiif-ingest/aws"
import { FileReader } from "@iiif-ingest/core/image/FileReader"
import * as ObjectStore from "@iiif-ingest/core/upload/ObjectStore"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { createHash } from "node:crypto"
import * as fs from "node:fs/promises"
import * as http from "node:http"
import * as net from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { crc32 } from "node:zlib"
import { answering, clientLayer, type Handler, secret, storeAt, stubServer, xmlError } from "./support/stubS3.ts"

const MiB = 1024 * 1024
const info = { contentType: "image/tiff", metadata: {} }
const bytes = (length: number) => ObjectStore.bytes(new Uint8Array(length).fill(7))

const accepted: Handler = (_, response) => void response.writeHead(200, { etag: "\"etag\"" }).end()

/** A server that accepts everything, and the requests it received. */
const recorder = Effect.gen(function*() {
  const seen: Array<http.IncomingMessage> = []
  const url = yield* stubServer(answering((request, response) => {
    seen.push(request)
    accepted(request, response)
  }))
  return { url, seen }
})

const credentials = { accessKeyId: "SANDBOXKEY", secretAccessKey: secret }

/** Puts an object with a custom client, and reports whether it was sent by the SDK's command. */
const byCommand = (
  make: (endpoint: string) => Sdk.S3Client,
  options: S3ObjectStore.Options = {}
) =>
  Effect.gen(function*() {
    const { seen, url } = yield* recorder
    const client = yield* Effect.acquireRelease(
      Effect.sync(() => make(url)),
      (client) => Effect.sync(() => client.destroy())
    )
    const layer = Layer.provide(S3ObjectStore.layerBucket("a.bucket", options), S3Client.layerFrom(client))
    yield* ObjectStore.ObjectStore.use((store) => store.put("k", bytes(3), info)).pipe(Effect.provide(layer))
    return seen[0]?.url?.includes("x-id=PutObject")
  })

const usual = { region: "us-east-1", forcePathStyle: true, maxAttempts: 1, credentials }

const clients: ReadonlyArray<readonly [what: string, byCommand: boolean, make: (endpoint: string) => Sdk.S3Client]> = [
  ["default settings", false, (endpoint) => new Sdk.S3Client({ ...usual, endpoint })],
  [
    "custom agents",
    false,
    (endpoint) =>
      new Sdk.S3Client({ ...usual, endpoint, requestHandler: { httpAgent: new http.Agent({ keepAlive: true }) } })
  ],
  ["custom middleware", true, (endpoint) => {
    const client = new Sdk.S3Client({ ...usual, endpoint })
    client.middlewareStack.add((next) => (args) => next(args), { step: "build", name: "mine" })
    return client
  }],
  ["a custom request handler", true, (endpoint) => {
    const client = new Sdk.S3Client({ ...usual, endpoint })
    const { requestHandler } = client.config
    const handle = requestHandler.handle.bind(requestHandler)
    requestHandler.handle = handle
    return client
  }],
  [
    "a custom signer",
    true,
    (endpoint) => new Sdk.S3Client({ ...usual, endpoint, signer: { sign: async (request) => request } })
  ],
  ["a corrected clock", true, (endpoint) => new Sdk.S3Client({ ...usual, endpoint, systemClockOffset: 1000 })]
]

describe("a client with", () => {
  it.live.each(clients)(
    "%s sends by command: %s",
    ([, expected, make]) => Effect.map(byCommand(make), (by) => assert.strictEqual(by, expected))
  )
})

describe("bodies", () => {
  it.live("are sent by commands if the option says so", () =>
    Effect.map(
      byCommand((endpoint) => new Sdk.S3Client({ ...usual, endpoint }), { bodies: "commands" }),
      (by) => assert.isTrue(by)
    ))

  it.live("are sent one after another over one connection", () =>
    Effect.gen(function*() {
      const { seen, url } = yield* recorder
      const store = yield* storeAt(url)
      for (const length of [10, 3 * MiB, 10]) yield* store.put("k", bytes(length), info)
      assert.strictEqual(new Set(seen.map(({ socket }) => socket)).size, 1)
    }))

  it.live("are hashed for the signature if they are sent over http to another machine", () =>
    Effect.gen(function*() {
      const { seen, url } = yield* recorder
      const lookup: net.LookupFunction = (_, options, callback) =>
        options.all === true ? callback(null, [{ address: "127.0.0.1", family: 4 }]) : callback(null, "127.0.0.1", 4)
      const endpoint = url.replace("127.0.0.1", "s3.example")
      const requestHandler = { httpAgent: new http.Agent({ lookup }) }
      const client = new Sdk.S3Client({ ...usual, endpoint, requestHandler })
      const layer = Layer.provide(S3ObjectStore.layerBucket("a.bucket"), S3Client.layerFrom(client))
      yield* ObjectStore.ObjectStore.use((store) => store.put("k", bytes(5), info)).pipe(Effect.provide(layer))
      assert.strictEqual(
        seen[0]?.headers["x-amz-content-sha256"],
        createHash("sha256").update(new Uint8Array(5).fill(7)).digest("hex")
      )
      client.destroy()
    }))

  it.live("of files have their checksum in a trailer, and a length", () =>
    Effect.gen(function*() {
      const path = join(
        yield* Effect.acquireRelease(
          Effect.promise(() => fs.mkdtemp(join(tmpdir(), "bodies-"))),
          (folder) => Effect.promise(() => fs.rm(folder, { recursive: true }))
        ),
        "image.tif"
      )
      yield* Effect.promise(() => fs.writeFile(path, new Uint8Array(3 * MiB).fill(7)))
      const { seen, url } = yield* recorder
      const store = yield* storeAt(url)
      yield* store.put("k", ObjectStore.fileRange(path, 0, 3 * MiB), info)
      const headers = seen[0]?.headers
      assert.strictEqual(headers?.["content-encoding"], "aws-chunked")
      assert.strictEqual(headers?.["x-amz-content-sha256"], "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
      assert.strictEqual(headers?.["x-amz-decoded-content-length"], `${3 * MiB}`)
      assert.strictEqual(headers?.["x-amz-trailer"], "x-amz-checksum-crc32")
      assert.isAbove(Number(headers?.["content-length"]), 3 * MiB)
      assert.isUndefined(headers?.["transfer-encoding"])
    }))
})

describe("bodies of small files, with a FileReader", () => {
  const fingerprint = { size: 5, modifiedMillis: 1_700_000_000_000, identity: "7:100" }

  /** A file of five bytes, a reader that finds them as they are given, and what it was asked to release. */
  const setting = (found: { readonly bytes: Uint8Array; readonly identity: string }) =>
    Effect.gen(function*() {
      const folder = yield* Effect.acquireRelease(
        Effect.promise(() => fs.mkdtemp(join(tmpdir(), "bodies-"))),
        (folder) => Effect.promise(() => fs.rm(folder, { recursive: true }))
      )
      const path = join(folder, "image.tif")
      yield* Effect.promise(() => fs.writeFile(path, "abcde"))
      const released = new Array<string>()
      const reader = {
        read: () =>
          Effect.succeed({
            info: { type: "File", ...fingerprint, identity: found.identity } as const,
            bytes: found.bytes
          }),
        release: (bytes: Uint8Array) => void released.push(Buffer.from(bytes).toString())
      }
      const { seen, url } = yield* recorder
      const store = yield* storeAt(url)
      const put = (length: number, as?: typeof fingerprint) =>
        Effect.provideService(store.put("k", ObjectStore.fileRange(path, 0, length, as), info), FileReader, reader)
      return { put, released, seen }
    })

  it.live("are what it reads, which is released after they were sent", () =>
    Effect.gen(function*() {
      const { put, released } = yield* setting({ bytes: Buffer.from("fghij"), identity: "7:100" })
      const { crc32: sent } = yield* put(5, fingerprint)
      assert.strictEqual(sent, crc32("fghij"))
      assert.deepStrictEqual(released, ["fghij"])
    }))

  it.live("are read the usual way if the file is not the one that was probed, which then says so", () =>
    Effect.gen(function*() {
      const { put, released, seen } = yield* setting({ bytes: Buffer.from("fghij"), identity: "7:200" })
      const { reason } = yield* Effect.flip(put(5, fingerprint))
      assert.match(reason.message, /was modified after it was probed/)
      assert.deepStrictEqual([released, seen.length], [["fghij"], 0])
    }))

  it.live("are read the usual way if the reader has more or less than is asked for", () =>
    Effect.gen(function*() {
      for (const text of ["fghijk", "fghi"]) {
        const { put, released } = yield* setting({ bytes: Buffer.from(text), identity: "7:100" })
        const { crc32: sent } = yield* put(5)
        assert.strictEqual(sent, crc32("abcde"))
        assert.deepStrictEqual(released, [text])
      }
    }))
})

/** A TCP server. `talk` handles each connection; `received` returns the bytes so far. */
const socketServer = (talk: (socket: net.Socket, received: () => string) => void) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.callback<{ readonly server: net.Server; readonly sockets: Set<net.Socket> }>((resume) => {
        const sockets = new Set<net.Socket>()
        const server = net.createServer((socket) => {
          sockets.add(socket)
          let received = ""
          socket.on("data", (chunk) => void (received += chunk.toString("latin1")))
          socket.on("error", () => {})
          talk(socket, () => received)
        })
        server.listen(0, "127.0.0.1", () => resume(Effect.succeed({ server, sockets })))
      }),
      ({ server, sockets }) =>
        Effect.callback<void>((resume) => {
          server.close(() => resume(Effect.void))
          for (const socket of sockets) socket.destroy()
        })
    ),
    // a server that listens on TCP has an address of this type
    ({ server }) => `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`
  )

describe("bodies that are sent by commands", () => {
  const byCommands = (url: string) =>
    ObjectStore.ObjectStore.use((store) => store.put("k", bytes(64 * MiB), info)).pipe(
      Effect.provide(
        S3ObjectStore.layerBucket("a.bucket", { bodies: "commands" }).pipe(Layer.provide(clientLayer(url)))
      )
    )

  /** A server that answers in the middle of a body, which does not fit into the buffers of sockets. */
  const hasty = (afterwards: (socket: net.Socket) => void) =>
    socketServer((socket, received) => {
      socket.on("data", () => {
        const text = received()
        if (text.endsWith("\r\n\r\n") && text.includes("100-continue")) socket.write("HTTP/1.1 100 Continue\r\n\r\n")
        if (text.length < 200_000) return
        socket.pause()
        socket.removeAllListeners("data")
        socket.write("HTTP/1.1 200 OK\r\nETag: \"etag\"\r\nContent-Length: 0\r\n\r\n", () => afterwards(socket))
      })
    })

  it.live("count as sent only when they are, even if the store answers before", () =>
    Effect.gen(function*() {
      let isRead = false
      const readOn = async (socket: net.Socket) => {
        for (let turns = 0; turns < 100; turns++) await new Promise((resolve) => setImmediate(resolve))
        isRead = true
        socket.resume()
      }
      yield* byCommands(yield* hasty((socket) => void readOn(socket)))
      assert.isTrue(isRead)
    }))

  it.live("are lost with the connection if the store closes it, whatever it has answered", () =>
    Effect.gen(function*() {
      const { reason } = yield* Effect.flip(byCommands(yield* hasty((socket) => socket.destroy())))
      assert.strictEqual(reason._tag, "ConnectionLost")
    }))
})

describe("a server that", () => {
  it.live("refuses a large body by its headers is not sent the body", () =>
    Effect.gen(function*() {
      const bytesRead = yield* Deferred.make<number>()
      const url = yield* stubServer(() => assert.fail("it did not request the body"))
      const refusing = yield* Effect.acquireRelease(
        Effect.callback<http.Server>((resume) => {
          const server = http.createServer()
          server.on("checkContinue", (request: http.IncomingMessage, response: http.ServerResponse) => {
            xmlError(503, "SlowDown")(request, response)
            request.socket.once("close", () => Deferred.doneUnsafe(bytesRead, Effect.succeed(request.socket.bytesRead)))
          })
          server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
        }),
        (server) => Effect.sync(() => server.close())
      )
      const store = yield* storeAt(url.replace(/\d+$/, `${(refusing.address() as net.AddressInfo).port}`))
      const { reason } = yield* Effect.flip(store.put("k", bytes(8 * MiB), info))
      assert.strictEqual(reason._tag, "Throttled")
      assert.isBelow(yield* Deferred.await(bytesRead), 10_000)
    }))

  it.live("refuses a body while receiving it is reported as a refusal, not as a broken pipe", () =>
    Effect.gen(function*() {
      const url = yield* socketServer((socket, received) => {
        socket.on("data", () => {
          const text = received()
          if (text.endsWith("\r\n\r\n") && text.includes("100-continue")) socket.write("HTTP/1.1 100 Continue\r\n\r\n")
          if (text.length < 200_000) return
          socket.pause()
          const body = "<Error><Code>AccessDenied</Code><Message>No.</Message></Error>"
          socket.write(`HTTP/1.1 403 Forbidden\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`)
          socket.removeAllListeners("data")
        })
      })
      const store = yield* storeAt(url)
      const { reason } = yield* Effect.flip(store.put("k", bytes(32 * MiB), info))
      assert.strictEqual(reason._tag, "AccessDenied")
    }))

  it.live("does not support Expect still gets the body", () =>
    Effect.gen(function*() {
      const url = yield* socketServer((socket, received) => {
        socket.on("data", () => {
          const [head = "", body = ""] = received().split("\r\n\r\n")
          if (body.length < Number(/content-length: (\d+)/i.exec(head)?.[1])) return
          socket.end("HTTP/1.1 200 OK\r\nETag: \"etag\"\r\nContent-Length: 0\r\n\r\n")
        })
      })
      const store = yield* storeAt(url)
      assert.strictEqual((yield* store.put("k", bytes(3 * MiB), info)).etag, "\"etag\"")
    }))

  it.live("responds with success before it has the whole body is not believed", () =>
    Effect.gen(function*() {
      const url = yield* socketServer((socket) => {
        socket.once("data", () => {
          socket.write("HTTP/1.1 200 OK\r\nETag: \"etag\"\r\nContent-Length: 0\r\n\r\n", () => socket.destroy())
        })
      })
      const store = yield* storeAt(url, { stallTimeout: "200 millis" })
      const { reason } = yield* Effect.flip(store.put("k", bytes(32 * MiB), info))
      assert.include(["ConnectionLost", "TimedOut"], reason._tag)
    }))
})
