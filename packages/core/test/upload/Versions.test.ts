/**
 * One file in two versions: whatever is edited when, an object is one whole version of it, or the image is refused.
 */
import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { AssetId } from "@iiif-ingest/core/base/Ids"
import * as Reason from "@iiif-ingest/core/base/Reason"
import * as RetryPolicy from "@iiif-ingest/core/base/RetryPolicy"
import type { Asset } from "@iiif-ingest/core/image/Asset"
import { FileStat, identity } from "@iiif-ingest/core/image/FileStat"
import * as Fingerprint from "@iiif-ingest/core/image/Fingerprint"
import * as ImageSource from "@iiif-ingest/core/image/ImageSource"
import * as IngestProgram from "@iiif-ingest/core/IngestProgram"
import * as Journal from "@iiif-ingest/core/upload/Journal"
import * as ObjectStore from "@iiif-ingest/core/upload/ObjectStore"
import * as Upload from "@iiif-ingest/core/upload/Upload"
import { Context, Effect, Exit, FileSystem, Layer, Option, Schedule, type Scope } from "effect"
import * as Fs from "node:fs"
import { join } from "node:path"
import { layer as config } from "../support/config.ts"
import * as SpyStore from "../support/spyStore.ts"
import { type Around, type Call, failure } from "../support/spyStore.ts"

const MiB = 1024 * 1024
const partSize = 5 * MiB
const key = "images/one.tif"

/** A version of a file: each of its three parts is filled with one letter. */
const version = (...letters: ReadonlyArray<string>): Uint8Array => {
  const bytes = new Uint8Array(2 * partSize + 1000)
  letters.forEach((letter, part) => bytes.fill(letter.charCodeAt(0), part * partSize, (part + 1) * partSize))
  return bytes
}

const small = (letter: string): Uint8Array => new Uint8Array(1000).fill(letter.charCodeAt(0))

/** The letters of an object's parts, or of all of its bytes if it is small. */
const lettersOf = (bytes: Uint8Array): string =>
  [0, partSize, 2 * partSize].filter((at) => at < bytes.length)
    .map((at) => [...new Set(bytes.subarray(at, at + partSize))].map((code) => String.fromCharCode(code)).join("+"))
    .join(" ")

const modified = new Date("2026-03-01T12:00:00.000Z")

/** Writes a version, as an editor or rsync does that keeps the size and the modification time. */
const write = (path: string, bytes: Uint8Array): void => {
  Fs.writeFileSync(path, bytes)
  Fs.utimesSync(path, modified, modified)
}

/** As `NodeFiles.layer`. */
const withIdentity = Layer.succeed(FileStat, (path) =>
  Effect.map(FileStat.defaultValue()(path), (info) => ({
    ...info,
    identity: identity(Fs.statSync(path, { bigint: true }))
  })))

/** A file system that keeps size, modification time, inode and ctime of a file whose bytes change. */
const withConstantIdentity = Layer.succeed(
  FileStat,
  (path) => Effect.map(FileStat.defaultValue()(path), (info) => ({ ...info, identity: "1:1" }))
)

const platforms = { "with an identity": withIdentity, "without": Layer.empty } as const

/** A bucket and a durable journal that outlive the runs, and a file of which there are versions. */
const world = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const path = join(yield* fs.makeTempDirectoryScoped(), "one.tif")
  const memory = ObjectStore.makeMemory(fs, "memory")
  const journal = Context.get(yield* Layer.build(SpyStore.durableJournal), Journal.Journal)
  const asset = Effect.map(Fingerprint.ofFile(path), (fingerprint): Asset => ({
    id: AssetId.make("one"),
    key,
    source: ImageSource.file(path, { width: 40, height: 30, mediaType: "image/tiff" }),
    fingerprint,
    width: 40,
    height: 30,
    mediaType: "image/tiff",
    warnings: []
  }))
  /** Probes the file and uploads it. */
  const run = (around: Around = (_, inner) => inner, mayReplace = false) => {
    const calls: Array<Call> = []
    const upload = Upload.Upload.use((upload) =>
      Effect.flatMap(asset, (asset) => upload.one(asset, { mayReplace: () => mayReplace }))
    )
    return upload.pipe(
      Effect.provide(
        IngestProgram.layerUpload({ partSize, partConcurrency: 1 }).pipe(
          Layer.provide(Layer.succeed(ObjectStore.ObjectStore, SpyStore.spyOn(memory.store, calls, around))),
          Layer.provide([Layer.succeed(Journal.Journal, journal), config]),
          Layer.provideMerge(NodeFileSystem.layer)
        )
      ),
      Effect.provideService(RetryPolicy.RetryPolicy, { ...RetryPolicy.standard, upload: Schedule.recurs(0) }),
      Effect.exit,
      Effect.map((exit) => ({
        how: Exit.isSuccess(exit) ? exit.value.how : undefined,
        error: Option.getOrUndefined(Exit.findErrorOption(exit)),
        parts: calls.flatMap(({ partNumber }) => partNumber ?? []),
        calls: calls.map(({ operation }) => operation),
        object: Option.getOrUndefined(
          Option.map(Option.fromUndefinedOr(memory.objects.get(key)), ({ bytes }) => lettersOf(bytes))
        )
      }))
    )
  }
  return { path, run }
})

const lost = new Reason.ConnectionLost({ host: "s3", detail: "ECONNRESET" })

/** Breaks off before the given part. */
const breaksAt = (part: number): Around => (call, inner) => call.partNumber === part ? failure(call, lost) : inner

/** Edits the file while the given part is on its way. */
const edits = (path: string, part: number, bytes: Uint8Array): Around => {
  let done = false
  return (call, inner) =>
    Effect.suspend(() => {
      if (call.partNumber === part && !done) {
        done = true
        write(path, bytes)
      }
      return inner
    })
}

const tag = (error: Upload.UploadError | { readonly _tag: string } | undefined) =>
  error !== undefined && "reason" in error ? error.reason._tag : error?._tag

for (const [name, platform] of Object.entries(platforms)) {
  describe(`a file of which size and modification time are kept, ${name}`, () => {
    const check = (title: string, test: Effect.Effect<void, unknown, FileSystem.FileSystem | Scope.Scope>) =>
      it.live(title, () => test.pipe(Effect.scoped, Effect.provide(Layer.merge(platform, NodeFileSystem.layer))))

    check(
      "edited between a kill and the next run, is sent anew where it differs",
      Effect.gen(function*() {
        const { path, run } = yield* world
        write(path, version("a", "b", "c"))
        assert.strictEqual(tag((yield* run(breaksAt(3))).error), "ConnectionLost")
        write(path, version("A", "b", "C"))
        const next = yield* run()
        assert.deepStrictEqual([next.object, next.how, next.parts], ["A b C", "resumed", [1, 3]])
      })
    )

    check(
      "edited while its parts are sent, is sent anew where it differs",
      Effect.gen(function*() {
        const { path, run } = yield* world
        write(path, version("a", "b", "c"))
        const only = yield* run(edits(path, 2, version("A", "b", "C")))
        assert.strictEqual(only.object, "A b C")
        assert.deepStrictEqual(only.parts.filter((part) => part === 1), [1, 1])
      })
    )

    check(
      "edited again and again, is refused, and nothing is left",
      Effect.gen(function*() {
        const { path, run } = yield* world
        write(path, version("a", "b", "c"))
        let edit = 0
        const only = yield* run((call, inner) =>
          Effect.suspend(() => {
            if (call.operation === "putPart") write(path, version(...["xyz", "klm", "def"][edit++ % 3] ?? ""))
            return Effect.tap(inner, () =>
              Effect.sync(() => {
                if (call.partNumber === 3) write(path, version(...["xyz", "klm", "def"][edit++ % 3] ?? ""))
              }))
          })
        )
        assert.deepStrictEqual([tag(only.error), only.object, only.calls.at(-1)], ["SourceChanged", undefined, "abort"])
      })
    )

    for (
      const [kind, first, second] of [
        ["in parts", version("a", "b", "c"), version("a", "B", "c")],
        ["in one request", small("a"), small("A")]
      ] as const
    ) {
      check(
        `edited after it was stored ${kind}, is refused, or replaces the object whole`,
        Effect.gen(function*() {
          const { path, run } = yield* world
          write(path, first)
          assert.strictEqual((yield* run()).how, "sent")
          assert.strictEqual((yield* run()).how, "resumed")
          write(path, second)
          const created = yield* run()
          assert.deepStrictEqual([tag(created.error), created.object], ["IdTaken", lettersOf(first)])
          const updated = yield* run(undefined, true)
          assert.deepStrictEqual([updated.how, updated.object], ["replaced", lettersOf(second)])
        })
      )
    }

    check(
      "touched only, is not sent again",
      Effect.gen(function*() {
        const { path, run } = yield* world
        write(path, version("a", "b", "c"))
        yield* run(breaksAt(3))
        write(path, version("a", "b", "c"))
        const next = yield* run()
        assert.deepStrictEqual([next.object, next.parts], ["a b c", [3]])
        write(path, version("a", "b", "c"))
        assert.deepStrictEqual((yield* run()).parts, [])
      })
    )
  })
}

describe("a file of another size or modification time", () => {
  for (
    const [what, after] of [
      ["size", (path: string) => write(path, version("A", "B", "C").subarray(0, 2 * partSize + 1))],
      ["modification time", (path: string) => Fs.writeFileSync(path, version("A", "B", "C"))]
    ] as const
  ) {
    it.live(`(${what}) is sent anew, whole`, () =>
      Effect.gen(function*() {
        const { path, run } = yield* world
        write(path, version("a", "b", "c"))
        yield* run(breaksAt(3))
        after(path)
        const next = yield* run()
        assert.deepStrictEqual([next.object, next.how, next.parts], ["A B C", "sent", [1, 2, 3]])
      }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)))

    it.live(`(${what}) is refused if it changes while its parts are sent`, () =>
      Effect.gen(function*() {
        const { path, run } = yield* world
        write(path, version("a", "b", "c"))
        let sent = 0
        const only = yield* run((call, inner) =>
          Effect.suspend(() => {
            if (call.operation === "putPart" && ++sent === 2) after(path)
            return inner
          })
        )
        assert.deepStrictEqual([tag(only.error), only.object], ["SourceChanged", undefined])
      }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)))
  }
})

describe("a file system that keeps size, time, inode and ctime", () => {
  it.live("is believed, as Fingerprint says: parts of an earlier run are not compared again", () =>
    Effect.gen(function*() {
      const { path, run } = yield* world
      write(path, version("a", "b", "c"))
      yield* run(breaksAt(3))
      write(path, version("A", "B", "C"))
      assert.deepStrictEqual((yield* run()).parts, [3])
    }).pipe(Effect.scoped, Effect.provide(Layer.merge(withConstantIdentity, NodeFileSystem.layer))))
})
