import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { AssetId } from "@iiif-ingest/core/base/Ids"
import * as Reason from "@iiif-ingest/core/base/Reason"
import * as RetryPolicy from "@iiif-ingest/core/base/RetryPolicy"
import type { Asset } from "@iiif-ingest/core/image/Asset"
import * as ImageSource from "@iiif-ingest/core/image/ImageSource"
import * as IngestProgram from "@iiif-ingest/core/IngestProgram"
import * as Progress from "@iiif-ingest/core/Progress"
import * as Journal from "@iiif-ingest/core/upload/Journal"
import * as ObjectStore from "@iiif-ingest/core/upload/ObjectStore"
import * as ObjectStoreError from "@iiif-ingest/core/upload/ObjectStoreError"
import * as Upload from "@iiif-ingest/core/upload/Upload"
import {
  Clock,
  Duration,
  Effect,
  Exit,
  Fiber,
  FileSystem,
  Latch,
  Layer,
  Option,
  Schedule,
  Stream,
  Tracer
} from "effect"
import { TestClock } from "effect/testing"
import { crc32 } from "node:zlib"
import { layer as config } from "../support/config.ts"
import { png } from "../support/imageCorpus.ts"
import { capturing } from "../support/logs.ts"
import * as SpyStore from "../support/spyStore.ts"
import { type Around, type Call, failure, show } from "../support/spyStore.ts"

const MiB = 1024 * 1024
const partSize = 5 * MiB

const header = { width: 4000, height: 3000, mediaType: "image/tiff" } as const

/** Bytes that differ from position to position. */
const bytes = (length: number): Uint8Array => {
  const all = new Uint8Array(length)
  const view = new DataView(all.buffer)
  for (let i = 0; i + 4 <= length; i += 4) view.setUint32(i, Math.imul(i, 0x9e37_79b1))
  return all
}

const large = bytes(12 * MiB + 3)

const chunks = (all: Uint8Array, size: number) =>
  Stream.range(0, Math.ceil(all.length / size) - 1).pipe(Stream.map((i) => all.subarray(i * size, (i + 1) * size)))

const assetOf = (id: string, source: ImageSource.ImageSource, size: number, modifiedMillis?: number): Asset => ({
  id: AssetId.make(id),
  key: `images/${id}.tif`,
  source,
  fingerprint: { size, ...(modifiedMillis === undefined ? {} : { modifiedMillis }) },
  width: 4000,
  height: 3000,
  mediaType: "image/tiff",
  warnings: []
})

const inMemory = (id: string, all: Uint8Array, description: ImageSource.SourceOptions = {}) =>
  assetOf(id, ImageSource.bytes(all, { name: `${id}.tif`, ...header, ...description }), all.length)

const inFile = (id: string, path: string) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const { mtime } = yield* fs.stat(path)
    const all = yield* fs.readFile(path)
    return assetOf(id, ImageSource.file(path, header), all.length, Option.getOrThrow(mtime).getTime())
  })

const inStream = (id: string, all: Uint8Array, chunk = 777_777) =>
  assetOf(id, ImageSource.stream(chunks(all, chunk), { name: `${id}.tif`, ...header }), all.length)

interface World {
  readonly around?: Around
  /** No waits between retries: the test clock does not wait for tests that read files. */
  readonly instant?: boolean
  readonly options?: Partial<Upload.Options>
  readonly journal?: Layer.Layer<Journal.Journal>
}

type Services = Upload.Upload | ObjectStore.ObjectStore | Journal.Journal | FileSystem.FileSystem

/** Runs with a store that records its calls in `calls`. */
const world = <A, E>(
  use: (calls: Array<Call>) => Effect.Effect<A, E, Services>,
  { around, instant = false, journal = Journal.layerMemory, options = {} }: World = {}
): Effect.Effect<A, E> => {
  const calls: Array<Call> = []
  return use(calls).pipe(
    Effect.provide(
      IngestProgram.layerUpload({ partSize, ...options }).pipe(
        Layer.provideMerge(Layer.merge(SpyStore.layer(calls, around), journal)),
        Layer.provide(config),
        Layer.provideMerge(NodeFileSystem.layer)
      )
    ),
    Effect.provideService(RetryPolicy.RetryPolicy, {
      ...RetryPolicy.standard,
      upload: instant ? Schedule.recurs(3) : Schedule.max([Schedule.spaced("1 second"), Schedule.recurs(3)]),
      attemptLimit: Duration.minutes(5)
    })
  )
}

const one = (asset: Asset, mayReplace = false) =>
  Upload.Upload.use((upload) => upload.one(asset, { mayReplace: () => mayReplace }))

/** Runs to completion by advancing the test clock. */
const inTime = <A, E, R>(effect: Effect.Effect<A, E, R>, time: Duration.Input = "1 hour") =>
  Effect.gen(function*() {
    const fiber = yield* Effect.forkChild(effect)
    yield* TestClock.adjust(time)
    return yield* Fiber.join(fiber)
  })

const stored = (key: string) =>
  Effect.flatMap(ObjectStore.ObjectStore, (store) => Effect.map(store.head(key), Option.getOrUndefined))

const withFile = <A, E, R>(all: Uint8Array, use: (path: string) => Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const path = `${yield* fs.makeTempDirectoryScoped()}/one.tif`
    yield* fs.writeFile(path, all)
    return yield* use(path)
  }).pipe(Effect.provide(NodeFileSystem.layer), Effect.scoped)

const lost = new Reason.ConnectionLost({ host: "s3", detail: "ECONNRESET" })
const denied = new ObjectStoreError.AccessDenied({ detail: "s3:PutObject" })

const tagOf = (error: Upload.UploadError) => error._tag === "JournalError" ? error._tag : error.reason._tag

describe("a small image", () => {
  it.effect("is sent in one conditional request, with its media type and name", () =>
    world((calls) =>
      Effect.gen(function*() {
        const all = bytes(1000)
        const uploaded = yield* one(inMemory("one", all))
        assert.deepStrictEqual([uploaded.how, uploaded.crc32], ["sent", crc32(all)])
        assert.deepStrictEqual(calls, [{ operation: "put", key: "images/one.tif", bytes: 1000, ifAbsent: true }])
        const object = yield* stored("images/one.tif")
        assert.deepStrictEqual([object?.size, object?.crc32, object?.contentType], [1000, crc32(all), "image/tiff"])
      })
    ))

  it.effect("is sent the same way from a file, from memory and from a stream", () =>
    withFile(bytes(50_001), (path) =>
      world((calls) =>
        Effect.gen(function*() {
          const all = bytes(50_001)
          const assets = [yield* inFile("file", path), inMemory("memory", all), inStream("stream", all, 999)]
          for (const asset of assets) assert.strictEqual((yield* one(asset)).crc32, crc32(all))
          assert.deepStrictEqual(calls.map(({ operation }) => operation), ["put", "put", "put"])
        })
      )))

  it.effect("of exactly the part size is still sent in one request", () =>
    world((calls) =>
      Effect.gen(function*() {
        yield* one(inMemory("one", bytes(partSize)))
        yield* one(inMemory("two", bytes(partSize + 1)))
        assert.deepStrictEqual(calls.map(show), [
          "put images/one.tif",
          "head images/two.tif",
          "begin images/two.tif",
          "putPart images/two.tif 1",
          "putPart images/two.tif 2",
          "complete images/two.tif"
        ])
      })
    ))

  it.effect.each(["Gr\u00F6\u00DFe 100%.tif", "\uD800.tif", "\u6771".repeat(1000), "a\r\nx-evil: 1"])(
    "has its name encoded for a header: %j",
    (name) => {
      const infos: Array<ObjectStore.ObjectInfo> = []
      const recording = Layer.effect(
        ObjectStore.ObjectStore,
        Effect.map(ObjectStore.ObjectStore, (store): ObjectStore.ObjectStore["Service"] => ({
          ...store,
          put: (key, body, info, options) => {
            infos.push(info)
            return store.put(key, body, info, options)
          }
        }))
      ).pipe(Layer.provide(ObjectStore.layerMemory))
      const asset = assetOf("one", ImageSource.bytes(bytes(10), { name, ...header }), 10)
      return Effect.gen(function*() {
        yield* one(asset)
        const text = infos[0]?.metadata["original-name"] ?? ""
        assert.match(text, /^[\x20-\x7e]{1,1800}$/)
        assert.isTrue(name.toWellFormed().startsWith(decodeURIComponent(text)))
      }).pipe(
        Effect.provide(
          IngestProgram.layerUpload().pipe(
            Layer.provide([recording, Journal.layerMemory, config]),
            Layer.provideMerge(NodeFileSystem.layer)
          )
        )
      )
    }
  )
})

describe("a large image", () => {
  it.effect("is sent in parts, from a file, from memory and from a stream", () =>
    withFile(large, (path) =>
      world((calls) =>
        Effect.gen(function*() {
          for (const asset of [yield* inFile("file", path), inMemory("memory", large), inStream("stream", large)]) {
            calls.length = 0
            const uploaded = yield* one(asset)
            assert.deepStrictEqual([uploaded.how, uploaded.crc32], ["sent", crc32(large)])
            assert.deepStrictEqual(
              calls.filter((call) => call.operation === "putPart").map(({ bytes, partNumber }) => [partNumber, bytes]),
              [[1, partSize], [2, partSize], [3, 2 * MiB + 3]]
            )
            assert.deepStrictEqual(calls.at(-1), { operation: "complete", key: asset.key, ifAbsent: true })
            const object = yield* stored(asset.key)
            assert.deepStrictEqual([object?.size, object?.crc32], [large.length, crc32(large)])
          }
        })
      )))

  it.effect("has parts of at least 5 MiB even if fewer bytes are configured", () =>
    world((calls) =>
      Effect.gen(function*() {
        yield* one(inMemory("one", large))
        assert.lengthOf(calls.filter(({ operation }) => operation === "putPart"), 3)
      }), { options: { partSize: 1000 } }))

  it.effect("sends as many parts concurrently as are allowed", () =>
    Effect.gen(function*() {
      const gate = yield* Latch.make()
      let inFlight = 0
      let highest = 0
      const around: Around = (call, inner) =>
        call.operation !== "putPart" ? inner : Effect.suspend(() => {
          highest = Math.max(highest, ++inFlight)
          return Effect.andThen(gate.await, inner)
        }).pipe(Effect.ensuring(Effect.sync(() => void inFlight--)))
      yield* world(() =>
        Effect.gen(function*() {
          const fiber = yield* Effect.forkChild(one(inMemory("one", bytes(6 * partSize))))
          yield* TestClock.adjust(1)
          assert.strictEqual(inFlight, 2)
          yield* gate.open
          yield* Fiber.join(fiber)
          assert.strictEqual(highest, 2)
        }), { around, options: { partConcurrency: 2 } })
    }))

  it.effect("that already exists is detected before its parts are sent", () =>
    world((calls) =>
      Effect.gen(function*() {
        yield* one(inMemory("one", large))
        calls.length = 0
        assert.strictEqual((yield* one(inMemory("one", large))).how, "identical")
        assert.deepStrictEqual(calls.map(({ operation }) => operation), ["head"])
      })
    ))

  it.effect("is sent even if listing is not allowed, so that it cannot be looked up", () =>
    world((calls) =>
      Effect.gen(function*() {
        assert.strictEqual((yield* one(inMemory("one", large))).how, "sent")
        assert.strictEqual(calls.at(-1)?.operation, "complete")
      }), { around: (call, inner) => call.operation === "head" ? failure(call, denied) : inner }))

  it.effect("whose reply to CompleteMultipartUpload was lost is found to be complete", () => {
    let completions = 0
    return world((calls) =>
      Effect.gen(function*() {
        const uploaded = yield* inTime(one(inMemory("one", large)))
        assert.strictEqual(uploaded.crc32, crc32(large))
        assert.notInclude(calls.map(show), "abort images/one.tif")
      }), {
      options: { existing: "replace" },
      around: (call, inner) => {
        if (call.operation !== "complete") return inner
        return ++completions === 1 ? Effect.andThen(inner, failure(call, lost)) : inner
      }
    })
  })
})

describe("the limits of a batch", () => {
  const holding = (gate: Latch.Latch) => {
    const seen = { inFlight: 0, bytes: 0, highest: 0, highestBytes: 0 }
    const around: Around = (call, inner) =>
      call.operation !== "put" && call.operation !== "putPart" ? inner : Effect.suspend(() => {
        seen.inFlight += 1
        seen.bytes += call.bytes ?? 0
        seen.highest = Math.max(seen.highest, seen.inFlight)
        seen.highestBytes = Math.max(seen.highestBytes, seen.bytes)
        return Effect.andThen(gate.await, inner)
      }).pipe(Effect.ensuring(Effect.sync(() => {
        seen.inFlight -= 1
        seen.bytes -= call.bytes ?? 0
      })))
    return { around, seen }
  }

  const bounded = (
    options: Partial<Upload.Options>,
    assets: ReadonlyArray<Asset>,
    check: (seen: ReturnType<typeof holding>["seen"]) => void
  ) =>
    Effect.gen(function*() {
      const gate = yield* Latch.make()
      const { around, seen } = holding(gate)
      yield* world(() =>
        Effect.gen(function*() {
          const upload = yield* Upload.Upload
          const fiber = yield* Effect.forkChild(upload.all(assets))
          yield* TestClock.adjust(1)
          check({ ...seen })
          yield* gate.open
          const outcomes = yield* Fiber.join(fiber)
          assert.isTrue(outcomes.every(({ _tag }) => _tag === "Uploaded"))
          check({ ...seen, inFlight: seen.highest, bytes: seen.highestBytes })
        }), { around, options })
    })

  const many = (count: number, size: number) => Array.from({ length: count }, (_, i) => inMemory(`p${i}`, bytes(size)))

  it.effect("bound the number of concurrent images, 8 by default", () =>
    Effect.gen(function*() {
      yield* bounded({}, many(20, 100), ({ inFlight }) => assert.strictEqual(inFlight, 8))
      yield* bounded({ concurrency: 3 }, many(20, 100), ({ inFlight }) => assert.strictEqual(inFlight, 3))
    }))

  it.effect.each([0, -1, NaN])("are at least 1, not %s, with which nothing would ever be sent", (given) => {
    const options = { concurrency: given, partConcurrency: given, byteBudget: given, partSize: given }
    return bounded(options, many(3, 100), ({ inFlight }) => assert.strictEqual(inFlight, 1))
  })

  it.effect("bound the bytes in flight, whatever the mix of sizes", () =>
    bounded(
      { byteBudget: 10 * MiB },
      [...many(6, 4 * MiB), inMemory("large", bytes(3 * partSize)), inMemory("small", bytes(10))],
      ({ bytes }) => {
        assert.isAtMost(bytes, 10 * MiB)
        assert.isAtLeast(bytes, 8 * MiB)
      }
    ))

  it.effect("let an image larger than the whole budget be sent alone", () =>
    bounded({ byteBudget: MiB }, many(3, 4 * MiB), ({ inFlight }) => assert.strictEqual(inFlight, 1)))

  it.effect("bound how far ahead a stream is read", () =>
    Effect.gen(function*() {
      const gate = yield* Latch.make()
      const { around } = holding(gate)
      let pulled = 0
      const all = bytes(8 * partSize)
      const counted = Stream.tap(chunks(all, 65_536), (chunk) => Effect.sync(() => void (pulled += chunk.length)))
      const assets = ["a", "b"].map((id) =>
        assetOf(id, ImageSource.stream(counted, { name: id, ...header }), all.length)
      )
      yield* world(() =>
        Effect.gen(function*() {
          const upload = yield* Upload.Upload
          const fiber = yield* Effect.forkChild(upload.all(assets))
          yield* TestClock.adjust(1)
          assert.isAtMost(pulled, 2 * partSize + 2 * 65_536)
          yield* gate.open
          const outcomes = yield* Fiber.join(fiber)
          assert.isTrue(outcomes.every(({ _tag }) => _tag === "Uploaded"))
        }), { around, options: { byteBudget: 2 * partSize } })
    }))
})

describe("retries", () => {
  it.effect("repeat retryable requests as often as the policy says", () => {
    const tries = new Map<string, number>()
    const around: Around = (call, inner) => {
      const nth = (tries.get(show(call)) ?? 0) + 1
      tries.set(show(call), nth)
      return nth < 3 ? failure(call, lost) : inner
    }
    return world((calls) =>
      Effect.gen(function*() {
        const uploaded = yield* inTime(one(inMemory("one", large)))
        assert.strictEqual(uploaded.crc32, crc32(large))
        assert.deepStrictEqual([...new Set(tries.values())], [3])
        assert.lengthOf(calls, 3 * 6)
      }), { around })
  })

  it.effect("end with the last error", () =>
    world((calls) =>
      Effect.gen(function*() {
        const error = yield* inTime(Effect.flip(one(inMemory("one", bytes(10)))))
        assert(error._tag === "ObjectStoreError")
        assert.deepStrictEqual([error.operation, error.key, error.reason], ["put", "images/one.tif", lost])
        assert.lengthOf(calls, 4)
      }), { around: alwaysFailing(lost) }))

  it.effect("are not made for errors that are not retryable", () =>
    world((calls) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(one(inMemory("one", bytes(10))))
        assert.deepStrictEqual([tagOf(error), calls.length], ["AccessDenied", 1])
      }), { around: alwaysFailing(denied) }))

  it.effect.each(["put", "begin", "putPart", "complete", "head"] as const)(
    "time out on a %s that is never answered",
    (operation) =>
      world(() =>
        Effect.gen(function*() {
          const asset = operation === "put" ? inMemory("one", bytes(10)) : inMemory("one", large)
          const error = yield* inTime(Effect.flip(one(asset)))
          assert(error._tag === "ObjectStoreError" && error.reason._tag === "TimedOut")
          assert.deepStrictEqual([error.operation, Duration.toMinutes(error.reason.limit)], [operation, 5])
        }), { around: (call, inner) => call.operation === operation ? Effect.never : inner })
  )

  it.effect("wait as long as the store asks for", () => {
    const times: Array<number> = []
    const busy = new Reason.Throttled({ evidence: Reason.evidence(503, "SlowDown"), retryAfter: Duration.seconds(30) })
    const around: Around = (call, inner) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => times.push(now) === 1 ? failure(call, busy) : inner)
    return world(() =>
      Effect.gen(function*() {
        yield* inTime(one(inMemory("one", bytes(10))))
        assert.deepStrictEqual(times, [0, 30_000])
      }), { around })
  })
})

/** Fails every call. */
function alwaysFailing(reason: ObjectStoreError.ObjectStoreReason): Around {
  return (call) => failure(call, reason)
}

/** A store that, the first `times` times, stores different bytes than it was sent and reports the mismatch. */
const corrupting = (times: number) => {
  let left = times
  const mismatch = (operation: "put" | "complete") => ({ etag = "", key }: ObjectStore.StoredObject) =>
    Effect.fail(
      new ObjectStoreError.ObjectStoreError({
        operation,
        key,
        reason: new ObjectStoreError.ChecksumMismatch({ detail: "other bytes were stored", etag })
      })
    )
  return Layer.effect(
    ObjectStore.ObjectStore,
    Effect.map(ObjectStore.ObjectStore, (store) =>
      ObjectStore.ObjectStore.of({
        ...store,
        put: (key, body, info, options) =>
          Effect.suspend(() =>
            left-- > 0
              ? Effect.flatMap(store.put(key, ObjectStore.bytes(bytes(7)), info, options), mismatch("put"))
              : store.put(key, body, info, options)
          ),
        complete: (session, parts, whole, options) =>
          Effect.suspend(() =>
            left-- > 0
              ? store.put(session.key, ObjectStore.bytes(bytes(7)), { contentType: "x", metadata: {} }).pipe(
                Effect.tap(() => store.abort(session)),
                Effect.flatMap(mismatch("complete"))
              )
              : store.complete(session, parts, whole, options)
          )
      }))
  ).pipe(Layer.provide(ObjectStore.layerMemory))
}

describe("a store that stores different bytes than it was sent", () => {
  const sending = (all: Uint8Array, times: number) =>
    Effect.gen(function*() {
      const outcome = yield* Effect.result(one(inMemory("one", all)))
      return { outcome, stored: yield* stored("images/one.tif") }
    }).pipe(
      Effect.provide(
        IngestProgram.layerUpload({ partSize }).pipe(
          Layer.provideMerge(Layer.merge(corrupting(times), Journal.layerMemory)),
          Layer.provide(config),
          Layer.provideMerge(NodeFileSystem.layer)
        )
      ),
      Effect.provideService(RetryPolicy.RetryPolicy, { ...RetryPolicy.standard, upload: Schedule.recurs(3) })
    )

  it.effect.each([["in one request", bytes(1000)], ["in parts", large]] as const)(
    "is sent the image again, %s",
    ([, all]) =>
      Effect.gen(function*() {
        const { outcome, stored } = yield* sending(all, 1)
        assert.strictEqual(outcome._tag, "Success")
        assert.strictEqual(stored?.crc32, crc32(all))
      })
  )

  it.effect.each([["in one request", bytes(1000)], ["in parts", large]] as const)(
    "every time ends in a ChecksumMismatch, %s",
    ([, all]) =>
      Effect.gen(function*() {
        const { outcome } = yield* sending(all, Infinity)
        assert.isTrue(outcome._tag === "Failure" && tagOf(outcome.failure) === "ChecksumMismatch")
      })
  )
})

describe("an object that already exists", () => {
  const putOne = (all: Uint8Array) =>
    Effect.flatMap(
      ObjectStore.ObjectStore,
      (store) => store.put("images/one.tif", ObjectStore.bytes(all), { contentType: "image/tiff", metadata: {} })
    )

  const uploadOver = (
    existingBytes: Uint8Array,
    asset: Asset,
    existing: Upload.Existing,
    { around = (_, inner) => inner, mayReplace = false }: {
      readonly around?: Around
      readonly mayReplace?: boolean
    } = {}
  ) => {
    let uploading = true
    return world((calls) =>
      Effect.gen(function*() {
        yield* putOne(existingBytes)
        calls.length = 0
        const exit = yield* Effect.exit(one(asset, mayReplace))
        uploading = false
        const object = yield* stored("images/one.tif")
        const error = Option.getOrUndefined(Exit.findErrorOption(exit))
        return {
          how: Exit.isSuccess(exit) ? exit.value.how : undefined,
          error: error === undefined ? undefined : tagOf(error),
          crc32: object?.crc32,
          calls: calls.slice(0, -1).map(({ operation }) => operation)
        }
      }), { options: { existing }, around: (call, inner) => uploading ? around(call, inner) : inner })
  }

  for (const [size, ours, other] of [["small", bytes(1000), bytes(999)], ["large", large, bytes(6 * MiB)]] as const) {
    it.effect(`skipIdentical keeps it if it is identical (${size})`, () =>
      Effect.gen(function*() {
        const { calls, error, how } = yield* uploadOver(ours, inMemory("one", ours), "skipIdentical")
        assert.deepStrictEqual([how, error, calls.at(-1)], ["identical", undefined, "head"])
      }))

    it.effect(`skipIdentical refuses an image with different bytes and the same id (${size})`, () =>
      Effect.gen(function*() {
        const { crc32: left, error } = yield* uploadOver(other, inMemory("one", ours), "skipIdentical")
        assert.deepStrictEqual([error, left], ["IdTaken", crc32(other)])
      }))

    it.effect(`skipIdentical replaces it if mayReplace allows it (${size})`, () =>
      Effect.gen(function*() {
        const { crc32: left, how } = yield* uploadOver(other, inMemory("one", ours), "skipIdentical", {
          mayReplace: true
        })
        assert.deepStrictEqual([how, left], ["replaced", crc32(ours)])
      }))

    it.effect(`replace replaces it without comparing (${size})`, () =>
      Effect.gen(function*() {
        const { calls, crc32: left, how } = yield* uploadOver(other, inMemory("one", ours), "replace")
        assert.deepStrictEqual([how, left], ["replaced", crc32(ours)])
        assert.notInclude(calls, "head")
      }))

    it.effect(`fail refuses even an identical image (${size})`, () =>
      Effect.gen(function*() {
        const { calls, error } = yield* uploadOver(ours, inMemory("one", ours), "fail")
        assert.strictEqual(error, "IdTaken")
        assert.deepStrictEqual(calls, size === "small" ? ["put"] : ["head"])
      }))
  }

  it.effect("is read and compared if access to what the store tells of it is denied, and not replaced", () =>
    Effect.gen(function*() {
      const noHead: Around = (call, inner) => call.operation === "head" ? failure(call, denied) : inner
      const ours = bytes(9)
      const identical = yield* uploadOver(ours, inMemory("one", ours), "skipIdentical", { around: noHead })
      assert.deepStrictEqual([identical.how, identical.crc32], ["identical", crc32(ours)])
      const other = yield* uploadOver(bytes(5), inMemory("one", ours), "skipIdentical", { around: noHead })
      assert.deepStrictEqual([other.error, other.crc32], ["IdTaken", crc32(bytes(5))])
      const silent: Around = (call, inner) => ["head", "read"].includes(call.operation) ? failure(call, denied) : inner
      const unknown = yield* uploadOver(ours, inMemory("one", ours), "skipIdentical", { around: silent })
      assert.deepStrictEqual([unknown.error, unknown.crc32], ["CannotCompare", crc32(ours)])
    }))

  it.effect("is compared with files and streams as with bytes in memory", () =>
    withFile(large, (path) =>
      Effect.gen(function*() {
        const file = yield* inFile("one", path)
        for (const asset of [file, inStream("one", large)]) {
          assert.strictEqual((yield* uploadOver(large, asset, "skipIdentical")).how, "identical")
          assert.strictEqual((yield* uploadOver(bytes(7), asset, "skipIdentical")).error, "IdTaken")
        }
      })))
})

describe("a source that has changed", () => {
  it.effect("is detected before anything is stored", () =>
    withFile(bytes(1000), (path) =>
      world(() =>
        Effect.gen(function*() {
          const fs = yield* FileSystem.FileSystem
          const asset = yield* inFile("one", path)
          yield* fs.writeFile(path, bytes(1001))
          const longer = yield* Effect.flip(one(asset))
          assert.include(longer.message, "it had 1000 bytes and has 1001")
          yield* fs.writeFile(path, bytes(1000))
          yield* fs.utimes(path, 1, 1)
          const touched = yield* Effect.flip(one(asset))
          assert.strictEqual(tagOf(touched), "SourceChanged")
          yield* fs.remove(path)
          const gone = yield* Effect.flip(one(asset))
          assert.strictEqual(tagOf(gone), "Unreadable")
          assert.isUndefined(yield* stored(asset.key))
        })
      )))

  it.effect("is detected while its parts are sent: the upload is aborted, not completed", () =>
    withFile(large, (path) =>
      world((calls) =>
        Effect.gen(function*() {
          const error = yield* Effect.flip(one(yield* inFile("one", path)))
          assert.strictEqual(tagOf(error), "SourceChanged")
          assert.notInclude(calls.map(({ operation }) => operation), "complete")
          assert.strictEqual(calls.at(-1)?.operation, "abort")
        }), {
        around: (call, inner) =>
          call.partNumber !== 3 ? inner : Effect.tap(inner, () =>
            Effect.orDie(Effect.provide(
              FileSystem.FileSystem.use((fs) => fs.utimes(path, 1, 1)),
              NodeFileSystem.layer
            )))
      })))

  it.effect("as a stream, is detected by its length", () =>
    world((calls) =>
      Effect.gen(function*() {
        for (const length of [large.length - 1, large.length + 1]) {
          const asset = { ...inStream(`s${length}`, large), fingerprint: { size: length } }
          const error = yield* Effect.flip(one(asset))
          assert.strictEqual(tagOf(error), "SourceChanged")
          assert.strictEqual(calls.at(-1)?.operation, "abort")
        }
      })
    ))

  it.effect("as a stream that fails, is reported with its error, and the upload is aborted", () =>
    world((calls) =>
      Effect.gen(function*() {
        const broken = Stream.concat(
          chunks(large.subarray(0, 6 * MiB), 100_000),
          Stream.fail(new Error("the connection was reset"))
        )
        const source = ImageSource.stream(broken, { name: "one", ...header })
        const error = yield* Effect.flip(one(assetOf("one", source, large.length)))
        assert.strictEqual(tagOf(error), "SourceFailed")
        assert.include(error.message, "the connection was reset")
        assert.strictEqual(calls.at(-1)?.operation, "abort")
      })
    ))
})

describe("an interrupted upload", () => {
  /** Two parts are uploaded before the third is sent. */
  const sequential = { partConcurrency: 1 }

  /** The third part fails. */
  const withoutThird = (reason: ObjectStoreError.ObjectStoreReason): Around => (call, inner) =>
    call.partNumber === 3 ? failure(call, reason) : inner

  it.effect("is aborted if the journal does not outlive the process", () =>
    withFile(large, (path) =>
      world((calls) =>
        Effect.gen(function*() {
          yield* Effect.flip(one(yield* inFile("one", path)))
          assert.strictEqual(calls.at(-1)?.operation, "abort")
        }), { instant: true, options: sequential, around: withoutThird(lost) })))

  it.effect("is kept for a later run if the journal outlives the process", () =>
    withFile(large, (path) =>
      world((calls) =>
        Effect.gen(function*() {
          const asset = yield* inFile("one", path)
          yield* Effect.flip(one(asset))
          assert.notInclude(calls.map(({ operation }) => operation), "abort")
          const journal = yield* Journal.Journal
          const record = Option.getOrThrow(yield* journal.upload("memory", asset.key))
          assert.sameMembers(record.parts.map((part) => part.partNumber), [1, 2])
        }), { instant: true, options: sequential, around: withoutThird(lost), journal: SpyStore.durableJournal })))

  it.effect("is aborted if no later run can resume it: after a refusal, or if the source is not a file", () =>
    withFile(large, (path) =>
      Effect.gen(function*() {
        const file = yield* inFile("one", path)
        for (
          const [asset, reason] of [[file, denied], [inMemory("one", large), lost], [
            inStream("one", large),
            lost
          ]] as const
        ) {
          yield* world((calls) =>
            Effect.gen(function*() {
              yield* Effect.flip(one(asset))
              assert.strictEqual(calls.at(-1)?.operation, "abort")
            }), { instant: true, options: sequential, around: withoutThird(reason), journal: SpyStore.durableJournal })
        }
      }).pipe(Effect.provide(NodeFileSystem.layer))))

  it.effect("is aborted if it cannot be journaled", () => {
    const full = new Journal.JournalError({ operation: "write", detail: "the disk is full" })
    const journal = Layer.effect(
      Journal.Journal,
      Effect.map(Journal.Journal, (inner) => ({ ...inner, saveUpload: () => Effect.fail(full) }))
    ).pipe(Layer.provide(Journal.layerMemory))
    return world((calls) =>
      Effect.gen(function*() {
        assert.strictEqual(yield* Effect.flip(one(inMemory("one", large))), full)
        assert.deepStrictEqual(calls.map(({ operation }) => operation), ["head", "begin", "abort"])
      }), { journal })
  })

  it.effect("that cannot be aborted adds a warning and fails with its original error", () =>
    world(() =>
      Effect.gen(function*() {
        const [error, lines] = yield* capturing(Effect.flip(one(inMemory("one", large))))
        assert.strictEqual(tagOf(error), "SourceFailed")
        assert.lengthOf(lines.filter((line) => line.includes("could not be aborted")), 1)
      }), {
      around: (call, inner) =>
        call.operation === "abort"
          ? failure(call, denied)
          : call.partNumber === 2
          ? failure(call, new ObjectStoreError.SourceFailed({ detail: "gone" }))
          : inner
    }))

  const resumed = (
    path: string,
    between: (asset: Asset) => Effect.Effect<void, unknown, Services> = () => Effect.void
  ) => {
    let broken = true
    return world((calls) =>
      Effect.gen(function*() {
        const asset = yield* inFile("one", path)
        yield* Effect.flip(one(asset))
        broken = false
        yield* between(asset)
        calls.length = 0
        const uploaded = yield* one(yield* inFile("one", path))
        const seen = calls.map(show)
        return { uploaded, calls: seen, object: yield* stored(asset.key) }
      }), {
      instant: true,
      options: sequential,
      around: (call, inner) => broken && call.partNumber === 3 ? failure(call, lost) : inner,
      journal: SpyStore.durableJournal
    })
  }

  it.effect("resumes with the missing parts", () =>
    withFile(large, (path) =>
      Effect.gen(function*() {
        const { calls, object, uploaded } = yield* resumed(path)
        assert.deepStrictEqual(calls, ["putPart images/one.tif 3", "complete images/one.tif"])
        assert.deepStrictEqual([uploaded.how, uploaded.crc32], ["resumed", crc32(large)])
        assert.strictEqual(object?.crc32, crc32(large))
      })))

  it.effect("starts again if the store has removed it", () =>
    withFile(large, (path) =>
      Effect.gen(function*() {
        const { calls, uploaded } = yield* resumed(path, () =>
          Effect.gen(function*() {
            const journal = yield* Journal.Journal
            const store = yield* ObjectStore.ObjectStore
            const { session } = Option.getOrThrow(yield* journal.upload("memory", "images/one.tif"))
            assert(session !== undefined)
            yield* store.abort(session)
          }))
        assert.deepStrictEqual(calls.filter((call) => !call.startsWith("head") && !call.startsWith("abort")), [
          "putPart images/one.tif 3",
          "begin images/one.tif",
          "putPart images/one.tif 1",
          "putPart images/one.tif 2",
          "putPart images/one.tif 3",
          "complete images/one.tif"
        ])
        assert.deepStrictEqual([uploaded.how, uploaded.crc32], ["sent", crc32(large)])
      })))

  it.effect("that is to replace an object starts again if the store has lost it", () => {
    const lostOnce: { call?: Call } = {}
    const around: Around = (call, inner) => {
      if (call.operation !== "complete" || lostOnce.call !== undefined) return inner
      lostOnce.call = call
      return failure(call, new ObjectStoreError.InvalidPart())
    }
    return world(() =>
      Effect.gen(function*() {
        yield* ObjectStore.ObjectStore.use((store) =>
          store.put("images/one.tif", ObjectStore.bytes(bytes(9)), { contentType: "image/tiff", metadata: {} })
        )
        const uploaded = yield* one(inMemory("one", large), true)
        assert.deepStrictEqual([uploaded.how, (yield* stored("images/one.tif"))?.crc32], ["replaced", crc32(large)])
      }), { around })
  })

  it.effect("starts again if the file has changed, and aborts the old upload", () => {
    const other = bytes(11 * MiB)
    return withFile(large, (path) =>
      Effect.gen(function*() {
        const { calls, uploaded } = yield* resumed(
          path,
          () => Effect.flatMap(FileSystem.FileSystem, (fs) => fs.writeFile(path, other))
        )
        assert.deepStrictEqual([uploaded.how, uploaded.crc32], ["sent", crc32(other)])
        assert.lengthOf(calls.filter((call) => call.startsWith("putPart")), 3)
        assert.lengthOf(calls.filter((call) => call.startsWith("abort")), 1)
      }))
  })

  it.effect("is not sent again if an earlier run finished it", () =>
    withFile(large, (path) =>
      world((calls) =>
        Effect.gen(function*() {
          const asset = yield* inFile("one", path)
          yield* one(asset)
          calls.length = 0
          assert.strictEqual((yield* one(asset)).how, "resumed")
          assert.deepStrictEqual(calls.map(({ operation }) => operation), ["head"])
        }), { journal: SpyStore.durableJournal })))

  it.effect("is sent again if the store no longer has the finished object", () =>
    withFile(bytes(1000), (path) =>
      Effect.gen(function*() {
        const journal = Layer.succeed(
          Journal.Journal,
          yield* Journal.Journal.pipe(Effect.provide(SpyStore.durableJournal))
        )
        const first = yield* world(() => Effect.flatMap(inFile("one", path), one), { journal })
        // This world has a new, empty store.
        const second = yield* world(() => Effect.flatMap(inFile("one", path), one), { journal })
        assert.deepStrictEqual([first.how, second.how], ["sent", "replaced"])
      })))
})

describe("Upload.all and Upload.stream", () => {
  it.effect("refuse two images with the same key, even if replacing is allowed; a stream refuses the second", () =>
    Effect.gen(function*() {
      const images = [inMemory("one", bytes(10)), inMemory("one", bytes(20))]
      for (
        const [mayReplace, options] of [
          [false, {}],
          [false, { existing: "replace" }],
          [true, {}]
        ] as const
      ) {
        yield* world(() =>
          Effect.gen(function*() {
            const upload = yield* Upload.Upload
            const all = yield* upload.all(images, { mayReplace: () => mayReplace })
            assert.deepStrictEqual(all.map(({ _tag }) => _tag), ["Failed", "Failed"])
            assert.isUndefined(yield* stored("images/one.tif"))
            const outcomes = yield* Stream.runCollect(
              upload.stream(Stream.fromIterable(images), { mayReplace: () => mayReplace })
            )
            assert.deepStrictEqual(outcomes.map(({ _tag }) => _tag), ["Uploaded", "Failed"])
            assert.strictEqual((yield* stored("images/one.tif"))?.size, 10)
          }), { options: { concurrency: 1, ...options } })
      }
    }))

  const picture = (id: string) => ImageSource.bytes(png(40, 30), { name: `${id}.png` })

  it.effect("return an outcome for every image: all in order, stream as they complete", () =>
    Effect.gen(function*() {
      const gate = yield* Latch.make()
      const around: Around = (call, inner) => call.key === "images/a.png" ? Effect.andThen(gate.await, inner) : inner
      const sources = [
        picture("a"),
        ImageSource.bytes(new Uint8Array(9), { name: "b.png" }),
        picture("c"),
        ImageSource.file("/no/such/d.png"),
        inMemory("e", bytes(10))
      ]
      const names = (outcomes: ReadonlyArray<Upload.AssetOutcome>) =>
        outcomes.map((outcome) =>
          outcome._tag === "Uploaded" ? outcome.uploaded.asset.id : `${outcome.source} ${tagOf(outcome.error)}`
        )
      yield* world(() =>
        Effect.gen(function*() {
          const upload = yield* Upload.Upload
          const order: Array<string> = []
          const fiber = yield* upload.stream(Stream.fromIterable(sources)).pipe(
            Stream.tap((outcome) =>
              Effect.suspend(() => {
                order.push(...names([outcome]))
                return order.length === 4 ? gate.open : Effect.void
              })
            ),
            Stream.runDrain,
            Effect.forkChild
          )
          yield* Fiber.join(fiber)
          assert.strictEqual(order.at(-1), "a")
          assert.sameMembers(order, ["a", "b.png Truncated", "c", "/no/such/d.png Unreadable", "e"])
          const all = yield* upload.all(sources)
          assert.deepStrictEqual(names(all), ["a", "b.png Truncated", "c", "/no/such/d.png Unreadable", "e"])
        }), { around })
    }))

  it.effect("stop sending after an error that affects every image", () => {
    const noBucket = new ObjectStoreError.NoSuchBucket({ bucket: "b" })
    return world((calls) =>
      Effect.gen(function*() {
        const upload = yield* Upload.Upload
        const assets = ["a", "b", "c", "d"].map((id) => inMemory(id, bytes(10)))
        const outcomes = yield* upload.all(assets)
        assert.deepStrictEqual(calls.map(show), ["put images/a.tif"])
        for (const [i, outcome] of outcomes.entries()) {
          assert(outcome._tag === "Failed" && outcome.error._tag === "ObjectStoreError")
          assert.deepStrictEqual([outcome.id, outcome.error.key], [assets[i]?.id, assets[i]?.key])
          assert.strictEqual(outcome.error.reason, noBucket)
          assert.include(outcome.error.message, "there is no bucket b")
        }
        calls.length = 0
        yield* upload.all([inMemory("e", bytes(10))])
        assert.lengthOf(calls, 1)
      }), { around: alwaysFailing(noBucket), options: { concurrency: 1 } })
  })

  it.effect("go on after an error that affects one image only", () =>
    world((calls) =>
      Effect.gen(function*() {
        const outcomes = yield* Upload.Upload.use((upload) =>
          upload.all(["a", "b"].map((id) => inMemory(id, bytes(10))))
        )
        assert.deepStrictEqual(outcomes.map(({ _tag }) => _tag), ["Failed", "Uploaded"])
        assert.lengthOf(calls, 2)
      }), {
      around: (call, inner) => call.key === "images/a.tif" ? failure(call, denied) : inner,
      options: { concurrency: 1 }
    }))

  it.effect("emit progress events for every image", () => {
    const events: Array<string> = []
    const record = (event: Progress.Event) =>
      Effect.sync(() => {
        if (event._tag === "PartUploaded") events.push(`${event._tag} ${event.id} ${event.partNumber} ${event.bytes}`)
        else if (event._tag === "UploadStarted") events.push(`${event._tag} ${event.id} ${event.bytes}`)
        else if (event._tag === "Uploaded") events.push(`${event._tag} ${event.uploaded.asset.id}`)
        else if (event._tag === "UploadFailed") events.push(`${event._tag} ${event.id}`)
        else events.push(event._tag)
      })
    return world(() =>
      Effect.gen(function*() {
        const upload = yield* Upload.Upload
        yield* upload.all([
          picture("a"),
          inMemory("b", bytes(6 * MiB)),
          ImageSource.bytes(new Uint8Array(9), { name: "c" })
        ])
        assert.deepStrictEqual(
          events,
          [
            "Probed",
            "Refused",
            "UploadStarted a 64",
            "UploadFailed a",
            "UploadStarted b 6291456",
            "PartUploaded b 1 5242880",
            "PartUploaded b 2 1048576",
            "Uploaded b"
          ].map((event) => event.replace("64", String(png(40, 30).length)))
        )
      }).pipe(Effect.provide(Progress.layer(record))), {
      around: (call, inner) => call.key === "images/a.png" ? failure(call, denied) : inner,
      options: { concurrency: 1, partConcurrency: 1 }
    })
  })
})

describe("what a caller provides", () => {
  it.live("holds for the upload, not what was provided to the layer: retry policy, spans, progress", () => {
    const spans: Array<string> = []
    const tracer = Tracer.make({
      span: (options) => {
        spans.push(`${options.name} in ${Option.match(options.parent, { onNone: () => "none", onSome: nameOf })}`)
        return new Tracer.NativeSpan(options)
      }
    })
    const nameOf = (parent: Tracer.AnySpan) => parent._tag === "Span" ? parent.name : "elsewhere"
    const policy = (times: number) =>
      Layer.succeed(RetryPolicy.RetryPolicy, { ...RetryPolicy.standard, upload: Schedule.recurs(times) })
    const calls: Array<Call> = []
    const layer = IngestProgram.layerUpload({ partSize }).pipe(
      Layer.provideMerge(Layer.merge(SpyStore.layer(calls, (call) => failure(call, lost)), Journal.layerMemory)),
      Layer.provide([config, policy(7), Layer.span("the layer's")]),
      Layer.provideMerge(NodeFileSystem.layer)
    )
    return Effect.gen(function*() {
      yield* Effect.exit(one(inMemory("one", bytes(9)))).pipe(
        Effect.withSpan("the caller's"),
        Effect.provide(policy(2))
      )
      assert.lengthOf(calls, 3)
      assert.include(spans, "Upload.one in the caller's")
    }).pipe(Effect.provide(layer), Effect.withTracer(tracer))
  })
})

describe("an interrupt", () => {
  it.effect("starts no further request, and aborts the multipart upload", () =>
    Effect.gen(function*() {
      const around: Around = (call, inner) =>
        call.operation === "put" || call.operation === "putPart" ? Effect.never : inner
      yield* world((calls) =>
        Effect.gen(function*() {
          const upload = yield* Upload.Upload
          const assets = [inMemory("large", large), ...["a", "b", "c"].map((id) => inMemory(id, bytes(10)))]
          const fiber = yield* Effect.forkChild(upload.all(assets))
          yield* TestClock.adjust("1 second")
          const before = calls.length
          yield* Fiber.interrupt(fiber)
          assert.deepStrictEqual(calls.slice(before).map(show), ["abort images/large.tif"])
          yield* TestClock.adjust("1 hour")
          assert.lengthOf(calls, before + 1)
        }), { around, options: { concurrency: 2, partConcurrency: 1 } })
    }))

  it.effect("waits at most two seconds for uploads to be aborted", () =>
    Effect.gen(function*() {
      const around: Around = (call, inner) =>
        call.operation === "putPart" || call.operation === "abort" ? Effect.never : inner
      yield* world((calls) =>
        Effect.gen(function*() {
          const upload = yield* Upload.Upload
          const fiber = yield* Effect.forkChild(upload.all(["a", "b", "c"].map((id) => inMemory(id, large))))
          yield* TestClock.adjust("1 second")
          const interrupting = yield* Effect.forkChild(Fiber.interrupt(fiber))
          yield* TestClock.adjust(1999)
          assert.isUndefined(interrupting.pollUnsafe())
          assert.lengthOf(calls.filter(({ operation }) => operation === "abort"), 3)
          yield* TestClock.adjust(1)
          assert.isDefined(interrupting.pollUnsafe())
        }), { around })
    }))

  it.effect("keeps the multipart upload if the journal outlives the process", () =>
    withFile(large, (path) =>
      world((calls) =>
        Effect.gen(function*() {
          const fiber = yield* Effect.forkChild(one(yield* inFile("one", path)))
          yield* TestClock.adjust("1 second")
          yield* Fiber.interrupt(fiber)
          assert.notInclude(calls.map(({ operation }) => operation), "abort")
        }), {
        around: (call, inner) => call.partNumber === 3 ? Effect.never : inner,
        journal: SpyStore.durableJournal
      })))
})
