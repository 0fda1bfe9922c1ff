import { assert, layer as testLayer } from "@effect/vitest"
import type { Crc32 } from "@iiif-ingest/core/image/Crc32"
import * as ObjectStore from "@iiif-ingest/core/upload/ObjectStore"
import { type ObjectStoreError, type ObjectStoreReason, SourceFailed } from "@iiif-ingest/core/upload/ObjectStoreError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { crc32 as zlibCrc32 } from "node:zlib"

const MiB = 1024 * 1024
const info: ObjectStore.ObjectInfo = { contentType: "image/tiff", metadata: { "file-name": "a%20b.tif" } }

/** Pseudo-random bytes that depend on the seed, so that no part can be mistaken for another. */
const bytesOf = (length: number, seed = 1): Uint8Array<ArrayBuffer> => {
  const words = new Uint32Array(Math.ceil(length / 4))
  let x = seed * 0x9e3779b9
  for (let i = 0; i < words.length; i++) {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    words[i] = x
  }
  return new Uint8Array(words.buffer, 0, length)
}

/** The expected CRC-32, computed independently of the code under test. */
const sum = (...chunks: ReadonlyArray<Uint8Array>) => chunks.reduce((crc, chunk) => zlibCrc32(chunk, crc), 0) as Crc32

const failsWith = <A, R>(effect: Effect.Effect<A, ObjectStoreError, R>, tag: ObjectStoreReason["_tag"]) =>
  Effect.map(Effect.flip(effect), (error) => {
    assert.strictEqual(error.reason._tag, tag, error.message)
    return error
  })

const isAbsent = (key: string) =>
  Effect.gen(function*() {
    const store = yield* ObjectStore.ObjectStore
    assert.isTrue(Option.isNone(yield* store.head(key)), `${key} should not be there`)
  })

/** Whether the store keeps the CRC-32 of its objects. */
const KeepsChecksums = Context.Reference<boolean>("test/suites/objectStore/KeepsChecksums", {
  defaultValue: () => true
})

const holds = (key: string, ...chunks: ReadonlyArray<Uint8Array>) =>
  Effect.gen(function*() {
    const store = yield* ObjectStore.ObjectStore
    const crc32 = (yield* KeepsChecksums) ? sum(...chunks) : undefined
    const head = Option.getOrThrow(yield* store.head(key))
    assert.strictEqual(head.key, key)
    assert.strictEqual(head.size, chunks.reduce((n, chunk) => n + chunk.length, 0))
    assert.strictEqual(head.contentType, info.contentType)
    assert.strictEqual(head.crc32, crc32)
    const read = yield* Stream.runFold(store.read(key), () => 0, (crc, chunk: Uint8Array) => zlibCrc32(chunk, crc))
    assert.strictEqual(read, sum(...chunks))
  })

const fileOf = (bytes: Uint8Array) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const path = yield* fs.makeTempFileScoped()
    yield* fs.writeFile(path, bytes)
    return path
  })

/** Sends parts and returns their receipts. */
const putParts = (session: ObjectStore.UploadSession, parts: ReadonlyArray<Uint8Array>) =>
  Effect.gen(function*() {
    const store = yield* ObjectStore.ObjectStore
    return yield* Effect.forEach(
      parts,
      (part, i) => store.putPart(session, i + 1, ObjectStore.bytes(part)),
      { concurrency: 3 }
    )
  })

const wholeOf = (...parts: ReadonlyArray<Uint8Array>) => ({
  size: parts.reduce((n, part) => n + part.length, 0),
  crc32: sum(...parts)
})

const chunked = (bytes: Uint8Array, size: number) =>
  Stream.range(0, Math.ceil(bytes.length / size) - 1).pipe(
    Stream.map((i) => bytes.subarray(i * size, (i + 1) * size))
  )

type Test = Parameters<
  Parameters<ReturnType<typeof testLayer<ObjectStore.ObjectStore | FileSystem.FileSystem, never>>>[1]
>[0]

const singlePuts = (it: Test) => {
  it.effect("puts bytes, and returns what it stored", () =>
    Effect.gen(function*() {
      const store = yield* ObjectStore.ObjectStore
      const bytes = bytesOf(300_001)
      const stored = yield* store.put("single/bytes.tif", ObjectStore.bytes(bytes), info)
      assert.strictEqual(stored.key, "single/bytes.tif")
      assert.strictEqual(stored.size, bytes.length)
      assert.strictEqual(stored.crc32, sum(bytes))
      yield* holds("single/bytes.tif", bytes)
    }))

  it.effect("returns none for a missing object", () =>
    Effect.gen(function*() {
      const store = yield* ObjectStore.ObjectStore
      assert.isTrue(Option.isNone(yield* store.head("single/none.tif")))
      yield* failsWith(Stream.runDrain(store.read("single/none.tif")), "Rejected")
    }))

  it.effect("puts a range from the middle of a file", () =>
    Effect.gen(function*() {
      const store = yield* ObjectStore.ObjectStore
      const bytes = bytesOf(3 * MiB)
      const path = yield* fileOf(bytes)
      const stored = yield* store.put("single/range.tif", ObjectStore.fileRange(path, 1_000_003, MiB + 7), info)
      const range = bytes.subarray(1_000_003, 1_000_003 + MiB + 7)
      assert.strictEqual(stored.crc32, sum(range))
      yield* holds("single/range.tif", range)
    }))

  it.effect("puts a file that is too large to hold in memory", () =>
    Effect.gen(function*() {
      const store = yield* ObjectStore.ObjectStore
      const bytes = bytesOf(20 * MiB + 1)
      const path = yield* fileOf(bytes)
      const stored = yield* store.put("single/large.tif", ObjectStore.fileRange(path, 1, 20 * MiB), info)
      assert.strictEqual(stored.crc32, sum(bytes.subarray(1)))
      yield* holds("single/large.tif", bytes.subarray(1))
    }))

  it.effect("puts short and long streams in small chunks", () =>
    Effect.gen(function*() {
      const store = yield* ObjectStore.ObjectStore
      for (const length of [100_000, 17 * MiB + 13]) {
        const bytes = bytesOf(length)
        const key = `single/stream-${length}.tif`
        const stored = yield* store.put(key, ObjectStore.stream(chunked(bytes, 4001), length), info)
        assert.strictEqual(stored.crc32, sum(bytes))
        yield* holds(key, bytes)
      }
    }))

  it.effect("puts empty bodies", () =>
    Effect.gen(function*() {
      const store = yield* ObjectStore.ObjectStore
      const path = yield* fileOf(bytesOf(10))
      const bodies = [
        ObjectStore.bytes(new Uint8Array(0)),
        ObjectStore.stream(Stream.empty, 0),
        ObjectStore.fileRange(path, 10, 0)
      ]
      for (const [i, body] of bodies.entries()) {
        const stored = yield* store.put(`single/empty-${i}.tif`, body, info)
        assert.strictEqual(stored.size, 0)
        yield* holds(`single/empty-${i}.tif`)
      }
    }))

  it.effect("replaces an object, except with ifAbsent", () =>
    Effect.gen(function*() {
      const store = yield* ObjectStore.ObjectStore
      const [first, second, third] = [bytesOf(10, 1), bytesOf(11, 2), bytesOf(12, 3)] as const
      const key = "single/again.tif"
      yield* store.put(key, ObjectStore.bytes(first), info, { ifAbsent: true })
      yield* store.put(key, ObjectStore.bytes(second), info)
      const error = yield* failsWith(
        store.put(key, ObjectStore.bytes(third), info, { ifAbsent: true }),
        "AlreadyExists"
      )
      assert.strictEqual(error.operation, "put")
      assert.strictEqual(error.key, key)
      yield* holds(key, second)
    }))

  it.effect("accepts keys with all kinds of characters", () =>
    Effect.gen(function*() {
      const store = yield* ObjectStore.ObjectStore
      const keys = [
        "k/a b+c&d%20e=f.tif",
        "k/日本語 ö é.tif",
        "k/'quoted' (1)!*;@,$~[x].tif",
        "k//double/./dot/..x",
        "k/?q#f"
      ]
      for (const [i, key] of keys.entries()) yield* store.put(key, ObjectStore.bytes(bytesOf(10 + i)), info)
      for (const [i, key] of keys.entries()) yield* holds(key, bytesOf(10 + i))
    }))

  it.effect("puts eight files at a time, repeatedly, without mixing them up", () =>
    Effect.gen(function*() {
      const store = yield* ObjectStore.ObjectStore
      for (const round of [0, 1, 2]) {
        const contents = Array.from({ length: 8 }, (_, i) => bytesOf(150_000 + i * 10_000, round * 8 + i + 1))
        yield* Effect.forEach(
          contents,
          (bytes, i) =>
            Effect.flatMap(fileOf(bytes), (path) =>
              store.put(`eight/${i}.tif`, ObjectStore.fileRange(path, 0, bytes.length), info)),
          { concurrency: 8 }
        )
        for (const [i, bytes] of contents.entries()) {
          yield* holds(`eight/${i}.tif`, bytes)
        }
      }
    }))
}

const sources = (it: Test) => {
  it.effect("stores nothing of a stream that is too short, too long, or fails", () =>
    Effect.gen(function*() {
      const store = yield* ObjectStore.ObjectStore
      for (const length of [100_000, 17 * MiB]) {
        const bytes = bytesOf(length)
        const key = `source/${length}.tif`
        const put = (stream: Stream.Stream<Uint8Array, SourceFailed>) =>
          failsWith(store.put(key, ObjectStore.stream(stream, length), info), "SourceFailed")
        yield* put(chunked(bytes.subarray(1), 65_537))
        yield* put(Stream.concat(chunked(bytes, 65_537), Stream.succeed(new Uint8Array(1))))
        const failing = Stream.fail(new SourceFailed({ detail: "the scanner is gone" }))
        const error = yield* put(Stream.concat(chunked(bytes, 65_537), failing))
        assert.include(error.message, "the scanner is gone")
        yield* isAbsent(key)
      }
    }))

  it.effect("stores nothing of a file that is missing or ends early", () =>
    Effect.gen(function*() {
      const store = yield* ObjectStore.ObjectStore
      const put = (path: string, offset: number, length: number) =>
        failsWith(store.put("source/file.tif", ObjectStore.fileRange(path, offset, length), info), "SourceFailed")
      const small = yield* fileOf(bytesOf(1000))
      const large = yield* fileOf(bytesOf(17 * MiB))
      assert.include((yield* put(`${small}.gone`, 0, 1000)).message, `${small}.gone`)
      yield* put(`${small}.gone`, 0, 17 * MiB)
      yield* put(small, 500, 501)
      yield* put(small, 2000, 1)
      yield* put(large, 1, 17 * MiB)
      yield* isAbsent("source/file.tif")
    }))
}

const expectations = (it: Test) => {
  it.effect("stores a file that is unchanged, and nothing of one that has changed", () =>
    Effect.gen(function*() {
      const store = yield* ObjectStore.ObjectStore
      const fs = yield* FileSystem.FileSystem
      for (const length of [100_000, 3 * MiB]) {
        const bytes = bytesOf(length)
        const path = yield* fileOf(bytes)
        const { mtime } = yield* fs.stat(path)
        const expected = { size: length, modifiedMillis: Option.getOrThrow(mtime).getTime() }
        const put = (key: string) => store.put(key, ObjectStore.fileRange(path, 0, length, expected), info)
        yield* put(`expected/${length}.tif`)
        yield* holds(`expected/${length}.tif`, bytes)
        const changed = Effect.gen(function*() {
          yield* failsWith(put(`changed/${length}.tif`), "SourceFailed")
          yield* isAbsent(`changed/${length}.tif`)
        })
        yield* fs.utimes(path, 1, 1)
        yield* changed
        yield* fs.writeFile(path, bytesOf(length + 1))
        yield* changed
        yield* fs.remove(path)
        yield* changed
      }
    }))
}

const inParts = (it: Test) => {
  const parts = [bytesOf(5 * MiB, 1), bytesOf(5 * MiB + 3, 2), bytesOf(1234, 3)]

  it.effect("puts an object in parts, in any order", () =>
    Effect.gen(function*() {
      const store = yield* ObjectStore.ObjectStore
      const key = "parts/three.tif"
      const path = yield* fileOf(Buffer.concat(parts))
      const session = yield* store.begin(key, info)
      assert.strictEqual(session.key, key)
      const at = (n: number) => parts.slice(0, n).reduce((sum, part) => sum + part.length, 0)
      const receipts = yield* Effect.forEach(
        [3, 1, 2],
        (n) => store.putPart(session, n, ObjectStore.fileRange(path, at(n - 1), at(n) - at(n - 1)))
      )
      const sorted = receipts.toSorted((a, b) => a.partNumber - b.partNumber)
      assert.deepStrictEqual(sorted.map((r) => r.crc32), parts.map((part) => sum(part)))
      assert.deepStrictEqual(sorted.map((r) => r.size), parts.map((part) => part.length))
      yield* isAbsent(key)
      const stored = yield* store.complete(session, sorted, wholeOf(...parts))
      assert.strictEqual(stored.crc32, sum(...parts))
      assert.strictEqual(stored.size, at(3))
      yield* holds(key, ...parts)
    }))

  it.effect("uses the last part sent under a number", () =>
    Effect.gen(function*() {
      const store = yield* ObjectStore.ObjectStore
      const session = yield* store.begin("parts/twice.tif", info)
      yield* putParts(session, [bytesOf(100, 9)])
      const receipts = yield* putParts(session, [bytesOf(200, 8)])
      yield* store.complete(session, receipts, wholeOf(bytesOf(200, 8)))
      yield* holds("parts/twice.tif", bytesOf(200, 8))
    }))

  it.effect("rejects an object whose checksum does not match", () =>
    Effect.gen(function*() {
      const store = yield* ObjectStore.ObjectStore
      const session = yield* store.begin("parts/sum.tif", info)
      const receipts = yield* putParts(session, parts)
      const wrong = { ...wholeOf(...parts), crc32: sum(...parts.toReversed()) }
      const error = yield* failsWith(store.complete(session, receipts, wrong), "ChecksumMismatch")
      assert.strictEqual(error.operation, "complete")
      yield* isAbsent("parts/sum.tif")
    }))

  it.effect("rejects a part that was never sent", () =>
    Effect.gen(function*() {
      const store = yield* ObjectStore.ObjectStore
      const session = yield* store.begin("parts/missing.tif", info)
      const [first, second] = yield* putParts(session, parts.slice(0, 2))
      assert.isDefined(first)
      assert.isDefined(second)
      const unsent = { ...second, partNumber: 3 }
      yield* failsWith(
        store.complete(session, [first, unsent], wholeOf(...parts.slice(0, 2))),
        "InvalidPart"
      )
      yield* isAbsent("parts/missing.tif")
    }))

  it.effect("rejects parts that are too small", () =>
    Effect.gen(function*() {
      const store = yield* ObjectStore.ObjectStore
      const small = [bytesOf(1000, 1), bytesOf(1000, 2)]
      const session = yield* store.begin("parts/small.tif", info)
      const receipts = yield* putParts(session, small)
      const error = yield* failsWith(store.complete(session, receipts, wholeOf(...small)), "Rejected")
      assert.include(error.message, "EntityTooSmall")
      yield* isAbsent("parts/small.tif")
    }))

  it.effect("no longer knows an aborted upload", () =>
    Effect.gen(function*() {
      const store = yield* ObjectStore.ObjectStore
      const session = yield* store.begin("parts/aborted.tif", info)
      const receipts = yield* putParts(session, [bytesOf(100)])
      yield* store.abort(session)
      yield* failsWith(store.putPart(session, 2, ObjectStore.bytes(bytesOf(100))), "NoSuchUpload")
      yield* failsWith(store.complete(session, receipts, wholeOf(bytesOf(100))), "NoSuchUpload")
      yield* failsWith(store.abort(session), "NoSuchUpload")
      yield* isAbsent("parts/aborted.tif")
    }))

  it.effect("completes under an existing key, except with ifAbsent", () =>
    Effect.gen(function*() {
      const store = yield* ObjectStore.ObjectStore
      const key = "parts/taken.tif"
      yield* store.put(key, ObjectStore.bytes(bytesOf(50)), info)
      const session = yield* store.begin(key, info)
      const receipts = yield* putParts(session, [bytesOf(100)])
      const whole = wholeOf(bytesOf(100))
      yield* failsWith(store.complete(session, receipts, whole, { ifAbsent: true }), "AlreadyExists")
      yield* holds(key, bytesOf(50))
      yield* store.complete(session, receipts, whole)
      yield* holds(key, bytesOf(100))
    }))

  it.effect("stores no part if its source fails", () =>
    Effect.gen(function*() {
      const store = yield* ObjectStore.ObjectStore
      const session = yield* store.begin("parts/source.tif", info)
      const short = ObjectStore.stream(chunked(bytesOf(100), 10), 101)
      const error = yield* failsWith(store.putPart(session, 1, short), "SourceFailed")
      assert.strictEqual(error.operation, "putPart")
    }))
}

/**
 * The tests that every layer of `ObjectStore` must pass, on an empty bucket and with the live clock. Set
 * `keepsChecksums: false` for a store that keeps no CRC-32.
 */
export const objectStore = (
  name: string,
  layer: Layer.Layer<ObjectStore.ObjectStore | FileSystem.FileSystem>,
  options: { readonly keepsChecksums: boolean } = { keepsChecksums: true }
): void =>
  testLayer(Layer.merge(layer, Layer.succeed(KeepsChecksums, options.keepsChecksums)), { excludeTestServices: true })(
    `ObjectStore: ${name}`,
    (it) => {
      singlePuts(it)
      sources(it)
      expectations(it)
      inParts(it)
    }
  )
