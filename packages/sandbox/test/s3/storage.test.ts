import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import {
  BUCKET,
  call,
  codeOf,
  fresh,
  head,
  md5,
  openSocket,
  type Reply,
  serve,
  sha256,
  signRequest,
  temporaryDirectory,
  until
} from "./support.ts"

const at = (key: string) => `/_s3/${BUCKET}/${key}`
const put = (port: number, key: string, body: string | Buffer) => call(port, { method: "PUT", target: at(key), body })
const get = (port: number, key: string, headers: Record<string, string> = {}) =>
  call(port, { method: "GET", target: at(key), headers })
const field = (reply: Reply, name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(reply.body)?.[1] ?? ""

const files = async (directory: string): Promise<ReadonlyArray<string>> =>
  (await readdir(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))

describe("names", () => {
  it.live("are keys, never file paths", () =>
    Effect.gen(function*() {
      const outer = yield* temporaryDirectory
      const { endpoint, port } = yield* serve(join(outer, "s3"))
      for (const key of ["../../evil", "..", "./a", "a//b", "C%3A%5Cx", "%2Fetc%2Fpasswd", "con", "x%00y", ".json"]) {
        const reply = yield* put(port, key, key)
        assert.strictEqual(reply.status, 200, key)
        assert.strictEqual((yield* get(port, key)).body, key)
        assert.isTrue(Option.isSome(yield* endpoint.object(BUCKET, decodeURIComponent(key))))
      }
      for (const file of yield* Effect.promise(() => files(outer))) {
        assert.match(file.slice(outer.length), /^[/\\]s3[/\\](buckets|content|objects)[/\\][0-9a-f-]+(\.json)?$/)
      }
    }))

  it.live("of keys and buckets are limited", () =>
    Effect.gen(function*() {
      const { port } = yield* fresh
      assert.strictEqual((yield* put(port, "k".repeat(1024), "")).status, 200)
      assert.strictEqual(codeOf(yield* put(port, "k".repeat(1025), "")), "KeyTooLongError")
      for (const bucket of ["ab", "Upper", "a..b", "192.168.0.1", "-a-b", "a_b-c"]) {
        assert.strictEqual(
          codeOf(yield* call(port, { method: "PUT", target: `/_s3/${bucket}` })),
          "InvalidBucketName",
          bucket
        )
      }
    }))
})

describe("header fields of a reply", () => {
  it.live("are replaced by the query, except with what a header field cannot hold", () =>
    Effect.gen(function*() {
      const { port } = yield* fresh
      yield* put(port, "k", "0123456789")
      const named = (value: string) => get(port, `k?response-content-disposition=${encodeURIComponent(value)}`)
      const good = yield* named(`attachment; filename="é.tif"`)
      assert.deepStrictEqual(
        [good.status, good.headers["content-disposition"]],
        [200, `attachment; filename="é.tif"`]
      )
      for (const value of ["a\r\nx-evil: 1", "a\nb", "\u0000", "目次.tif"]) {
        const bad = yield* named(value)
        assert.deepStrictEqual([bad.status, codeOf(bad)], [400, "InvalidArgument"], value)
        assert.isUndefined(bad.headers["x-evil"])
      }
    }))
})

describe("ranges and conditions", () => {
  it.live("behave as in S3", () =>
    Effect.gen(function*() {
      const { port } = yield* fresh
      yield* put(port, "k", "0123456789")
      const range = Effect.fnUntraced(function*(value: string) {
        const reply = yield* get(port, "k", { range: value })
        return [reply.status, reply.headers["content-range"] ?? "", reply.status === 416 ? codeOf(reply) : reply.body]
      })
      assert.deepStrictEqual(yield* range("bytes=2-4"), [206, "bytes 2-4/10", "234"])
      assert.deepStrictEqual(yield* range("bytes=-3"), [206, "bytes 7-9/10", "789"])
      assert.deepStrictEqual(yield* range("bytes=8-999"), [206, "bytes 8-9/10", "89"])
      assert.deepStrictEqual(yield* range("bytes=10-"), [416, "bytes */10", "InvalidRange"])
      assert.deepStrictEqual(yield* range("bytes=0-1,3-4"), [200, "", "0123456789"])
      const etag = `"${md5("0123456789").toString("hex")}"`
      const status = (headers: Record<string, string>) => Effect.map(get(port, "k", headers), (reply) => reply.status)
      assert.strictEqual(yield* status({ "if-none-match": etag }), 304)
      assert.strictEqual(yield* status({ "if-none-match": "\"other\"" }), 200)
      assert.strictEqual(yield* status({ "if-match": etag }), 200)
      assert.strictEqual(yield* status({ "if-match": "\"other\"" }), 412)
      assert.strictEqual(yield* status({ "if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT" }), 304)
      assert.strictEqual(yield* status({ "if-unmodified-since": "Thu, 01 Jan 2015 00:00:00 GMT" }), 412)
      yield* put(port, "empty", "")
      assert.strictEqual((yield* get(port, "empty", { range: "bytes=0-0" })).status, 416)
      assert.strictEqual((yield* get(port, "empty")).status, 200)
    }))
})

describe("multipart uploads", () => {
  const MIB = 1024 * 1024

  const begin = Effect.fnUntraced(function*(port: number, key: string, headers: Record<string, string> = {}) {
    return field(yield* call(port, { method: "POST", target: `${at(key)}?uploads`, headers }), "UploadId")
  })
  const part = (port: number, key: string, id: string, number: number | string, body: string | Buffer) =>
    call(port, { method: "PUT", target: `${at(key)}?partNumber=${number}&uploadId=${id}`, body })
  const complete = (port: number, key: string, id: string, parts: ReadonlyArray<readonly [number, string]>) => {
    const listed = parts.map(([n, etag]) => `<Part><PartNumber>${n}</PartNumber><ETag>${etag}</ETag></Part>`).join("")
    const body = `<CompleteMultipartUpload>${listed}</CompleteMultipartUpload>`
    return call(port, { method: "POST", target: `${at(key)}?uploadId=${id}`, body })
  }

  it.live("enforce the rules for part numbers, order and size", () =>
    Effect.gen(function*() {
      const { port } = yield* fresh
      const id = yield* begin(port, "k")
      const etag = (text: string | Buffer) => `"${md5(text).toString("hex")}"`
      for (const number of [0, 10_001, "x", ""]) {
        assert.strictEqual(codeOf(yield* part(port, "k", id, number, "x")), "InvalidArgument", `${number}`)
      }
      assert.strictEqual((yield* part(port, "k", id, 10_000, "last")).status, 200)
      assert.strictEqual((yield* part(port, "k", id, 1, "small")).status, 200)
      const code = (...parts: ReadonlyArray<readonly [number, string]>) =>
        Effect.map(complete(port, "k", id, parts), codeOf)
      assert.strictEqual(yield* code(), "MalformedXML")
      assert.strictEqual(yield* code([10_000, etag("last")], [1, etag("small")]), "InvalidPartOrder")
      assert.strictEqual(yield* code([1, etag("small")], [1, etag("small")]), "InvalidPartOrder")
      assert.strictEqual(yield* code([2, etag("small")]), "InvalidPart")
      assert.strictEqual(yield* code([1, etag("other")]), "InvalidPart")
      assert.strictEqual(yield* code([1, etag("small")], [10_000, etag("last")]), "EntityTooSmall")
      assert.strictEqual(codeOf(yield* part(port, "other", id, 1, "x")), "NoSuchUpload")
      assert.strictEqual(codeOf(yield* part(port, "k", "..%2F..%2Fx", 1, "x")), "NoSuchUpload")
      assert.strictEqual(yield* code([10_000, etag("last")]), "200")
      assert.strictEqual((yield* get(port, "k")).body, "last")
      assert.strictEqual(yield* code([10_000, etag("last")]), "NoSuchUpload")
    }))

  it.live("use the last part with a number, and leave nothing but the object", () =>
    Effect.gen(function*() {
      const { directory, endpoint, port } = yield* fresh
      const [first, second] = [Buffer.alloc(5 * MIB, "a"), Buffer.alloc(5 * MIB, "b")]
      const id = yield* begin(port, "k")
      yield* part(port, "k", id, 1, first)
      yield* part(port, "k", id, 2, "end")
      yield* part(port, "k", id, 1, second)
      assert.strictEqual(
        codeOf(yield* complete(port, "k", id, [[1, md5(first).toString("hex")], [2, md5("end").toString("hex")]])),
        "InvalidPart"
      )
      const parts = [[1, md5(second).toString("hex")], [2, md5("end").toString("hex")]] as const
      assert.strictEqual((yield* complete(port, "k", id, parts)).status, 200)
      const whole = Buffer.concat([second, Buffer.from("end")])
      const object = Option.getOrThrow(yield* endpoint.object(BUCKET, "k"))
      assert.isTrue(whole.equals(yield* Effect.promise(() => readFile(object.file))))
      assert.strictEqual(object.etag, `${md5(Buffer.concat([md5(second), md5("end")])).toString("hex")}-2`)
      for (const folder of ["parts", "uploads"]) {
        assert.deepStrictEqual(yield* Effect.promise(() => readdir(join(directory, folder))), [])
      }
      assert.lengthOf(yield* Effect.promise(() => readdir(join(directory, "content"))), 1)
      const secondPart = yield* call(port, { method: "HEAD", target: `${at("k")}?partNumber=2` })
      assert.strictEqual(secondPart.headers["content-length"], "3")
      assert.strictEqual(secondPart.headers["x-amz-mp-parts-count"], "2")
    }))

  it.live("can be aborted during the upload of a part", () =>
    Effect.gen(function*() {
      const { directory, port } = yield* fresh
      const id = yield* begin(port, "k")
      const target = `${at("k")}?partNumber=1&uploadId=${id}`
      const { headers } = signRequest(port, {
        method: "PUT",
        target,
        payload: sha256("hello"),
        headers: { "content-length": "5" }
      })
      const connection = yield* openSocket(port)
      connection.socket.write(head("PUT", target, headers) + "he")
      yield* Effect.promise(() => readdir(join(directory, "content"))).pipe(
        Effect.repeat({ until: (list) => list.length > 0 })
      )
      assert.strictEqual((yield* call(port, { method: "DELETE", target: `${at("k")}?uploadId=${id}` })).status, 204)
      connection.socket.write("llo")
      assert.include(yield* until(connection, (text) => text.includes("</Error>")), "NoSuchUpload")
      assert.deepStrictEqual(yield* Effect.promise(() => readdir(join(directory, "content"))), [])
    }))

  it.live("reject XML that S3 does not define", () =>
    Effect.gen(function*() {
      const { port } = yield* fresh
      const id = yield* begin(port, "k")
      for (const body of ["", "x", "<Other/>", "<!DOCTYPE x><CompleteMultipartUpload/>"]) {
        const reply = yield* call(port, { method: "POST", target: `${at("k")}?uploadId=${id}`, body })
        assert.strictEqual(codeOf(reply), "MalformedXML")
      }
    }))
})

describe("restarts", () => {
  it.live("keep buckets, objects, uploads and parts, and remove what a crash left behind", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const id = yield* Effect.scoped(Effect.gen(function*() {
        const { port } = yield* serve(directory)
        yield* call(port, {
          method: "PUT",
          target: at("kept"),
          body: "kept",
          headers: { "x-amz-meta-a": "b", "content-type": "image/tiff" }
        })
        yield* put(port, "lost", "lost")
        const reply = yield* call(port, { method: "POST", target: `${at("mpu")}?uploads` })
        yield* call(port, {
          method: "PUT",
          target: `${at("mpu")}?partNumber=1&uploadId=${field(reply, "UploadId")}`,
          body: "part"
        })
        return field(reply, "UploadId")
      }))
      // The state after a crash: content without an entry, a half-written entry, an entry without content.
      yield* Effect.promise(async () => {
        await writeFile(join(directory, "content", "orphan"), "x")
        await writeFile(join(directory, "objects", "half.json.tmp"), "{")
        for (const file of await files(join(directory, "content"))) {
          if (await readFile(file, "utf8") === "lost") await rm(file)
        }
      })
      const { endpoint, port } = yield* serve(directory)
      const kept = yield* get(port, "kept")
      assert.deepStrictEqual([kept.body, kept.headers["x-amz-meta-a"], kept.headers["content-type"]], [
        "kept",
        "b",
        "image/tiff"
      ])
      assert.strictEqual(codeOf(yield* get(port, "lost")), "NoSuchKey")
      assert.lengthOf(yield* Effect.promise(() => readdir(join(directory, "content"))), 2)
      assert.lengthOf(yield* Effect.promise(() => readdir(join(directory, "objects"))), 1)
      const body =
        `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${md5("part").toString("hex")}</ETag></Part>` +
        "</CompleteMultipartUpload>"
      assert.strictEqual(
        (yield* call(port, { method: "POST", target: `${at("mpu")}?uploadId=${id}`, body })).status,
        200
      )
      assert.strictEqual((yield* get(port, "mpu")).body, "part")
      yield* endpoint.reset
      assert.strictEqual(codeOf(yield* get(port, "mpu")), "NoSuchKey")
      assert.deepStrictEqual(yield* Effect.promise(() => readdir(join(directory, "content"))), [])
    }))

  it.live("report the path of a file that cannot be used", () =>
    Effect.gen(function*() {
      const outer = yield* temporaryDirectory
      const occupied = join(outer, "file")
      yield* Effect.promise(() => writeFile(occupied, ""))
      const error = yield* Effect.flip(Effect.scoped(serve(occupied)))
      assert.include(error.message, occupied)
      const broken = join(outer, "s3", "objects", "broken.json")
      yield* Effect.promise(() => mkdir(dirname(broken), { recursive: true }))
      yield* Effect.promise(() => writeFile(broken, "not json"))
      assert.include((yield* Effect.flip(Effect.scoped(serve(join(outer, "s3"))))).message, broken)
    }))
})

describe("requests", () => {
  it.live("for unsupported features are rejected instead of misinterpreted", () =>
    Effect.gen(function*() {
      const { port } = yield* fresh
      yield* put(port, "k", "content")
      for (const query of ["acl", "tagging", "versionId=1"]) {
        const reply = yield* call(port, { method: "PUT", target: `${at("k")}?${query}`, body: "<x/>" })
        assert.strictEqual(codeOf(reply), "NotImplemented", query)
      }
      for (
        const name of [
          "x-amz-tagging",
          "x-amz-object-lock-mode",
          "x-amz-grant-read",
          "x-amz-server-side-encryption-customer-algorithm"
        ]
      ) {
        const reply = yield* call(port, { method: "PUT", target: at("k"), body: "x", headers: { [name]: "x" } })
        assert.strictEqual(codeOf(reply), "NotImplemented", name)
      }
      assert.strictEqual(codeOf(yield* call(port, { method: "PATCH", target: at("k") })), "MethodNotAllowed")
      assert.strictEqual((yield* get(port, "k")).body, "content")
    }))

  it.live("for version 1 listings return markers", () =>
    Effect.gen(function*() {
      const { port } = yield* fresh
      for (const key of ["a/1", "a/2", "b"]) yield* put(port, key, "x")
      const list = (query: string) => call(port, { method: "GET", target: `/_s3/${BUCKET}?${query}` })
      const first = yield* list("delimiter=%2F&max-keys=1")
      assert.deepStrictEqual([field(first, "NextMarker"), field(first, "IsTruncated")], ["a/", "true"])
      const second = yield* list("delimiter=%2F&marker=a%2F")
      assert.deepStrictEqual([field(second, "Key"), field(second, "IsTruncated")], ["b", "false"])
      assert.strictEqual(codeOf(yield* list("list-type=2&continuation-token=nonsense")), "InvalidArgument")
      assert.strictEqual(codeOf(yield* list("list-type=2&max-keys=-1")), "InvalidArgument")
    }))
})
