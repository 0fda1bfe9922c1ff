/** `Upload.stream` sends the bytes of a small file that were read to probe it. */
import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import * as Reason from "@iiif-ingest/core/base/Reason"
import * as RetryPolicy from "@iiif-ingest/core/base/RetryPolicy"
import { FileReader, type ReadFile } from "@iiif-ingest/core/image/FileReader"
import { type FileInfo, FileStat } from "@iiif-ingest/core/image/FileStat"
import * as ImageProgress from "@iiif-ingest/core/image/ImageProgress"
import * as ImageSource from "@iiif-ingest/core/image/ImageSource"
import * as IngestProgram from "@iiif-ingest/core/IngestProgram"
import * as Journal from "@iiif-ingest/core/upload/Journal"
import * as ObjectStore from "@iiif-ingest/core/upload/ObjectStore"
import * as Upload from "@iiif-ingest/core/upload/Upload"
import { Context, Deferred, Effect, Fiber, FileSystem, Layer, Schedule, Stream } from "effect"
import { createHash } from "node:crypto"
import * as Fs from "node:fs"
import { join } from "node:path"
import { layer as config } from "../support/config.ts"
import { png } from "../support/imageCorpus.ts"
import * as SpyStore from "../support/spyStore.ts"
import { type Around, failure, show } from "../support/spyStore.ts"

const infoOf = (path: string): FileInfo => {
  const { ctimeNs, ino, mtimeMs, size } = Fs.statSync(path, { bigint: true })
  return { type: "File", size: Number(size), modifiedMillis: Number(mtimeMs), identity: `${ino}:${ctimeNs}` }
}

/** A reader that counts, and can do something else than to read. */
const readerOf = (read: (path: string) => ReadFile | undefined) => {
  const seen = { reads: new Array<string>(), released: 0, held: 0 }
  return {
    seen,
    layer: Layer.succeed(FileReader, {
      read: (path, limit, use) =>
        Effect.sync(() => {
          if (use === "header") return undefined
          seen.reads.push(path)
          const found = read(path)
          if ((found?.info.size ?? 0) > limit) return found && { info: found.info }
          seen.held += found?.bytes?.length ?? 0
          return found
        }),
      release: (bytes) => {
        seen.released += 1
        seen.held -= bytes.length
      }
    })
  }
}

const readWhole = (path: string): ReadFile => ({ info: infoOf(path), bytes: new Uint8Array(Fs.readFileSync(path)) })

/** Reads a file and removes it, so that nothing else can read it. */
const readAndRemove = (path: string): ReadFile => {
  const found = readWhole(path)
  Fs.rmSync(path)
  return found
}

const withIdentity = Layer.succeed(
  FileStat,
  (path) => Effect.map(FileStat.defaultValue()(path), (info) => ({ ...info, identity: infoOf(path).identity ?? "" }))
)

interface Setting {
  readonly reader: ReturnType<typeof readerOf>
  readonly around?: Around
  readonly options?: Upload.Options
  readonly journal?: Journal.Journal["Service"]
}

const world = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  const memory = ObjectStore.makeMemory(fs, "memory")
  const journal = Context.get(yield* Layer.build(SpyStore.durableJournal), Journal.Journal)
  const write = (name: string, bytes: Uint8Array) => {
    Fs.writeFileSync(join(folder, name), bytes)
    return join(folder, name)
  }
  const run = (
    images: ReadonlyArray<string | ImageSource.ImageSource>,
    { around = (_, inner) => inner, options = {}, reader }: Setting
  ) => {
    const calls: Array<SpyStore.Call> = []
    const sources = images.map((image) => typeof image === "string" ? ImageSource.file(image) : image)
    return Upload.Upload.use((upload) => Stream.runCollect(upload.stream(Stream.fromIterable(sources)))).pipe(
      Effect.provide(
        IngestProgram.layerUpload(options).pipe(
          Layer.provide(Layer.succeed(ObjectStore.ObjectStore, SpyStore.spyOn(memory.store, calls, around))),
          Layer.provide([Layer.succeed(Journal.Journal, journal), config]),
          Layer.provideMerge(NodeFileSystem.layer)
        )
      ),
      Effect.provide([reader.layer, withIdentity]),
      Effect.provideService(RetryPolicy.RetryPolicy, { ...RetryPolicy.standard, upload: Schedule.recurs(1) }),
      Effect.map((outcomes) => ({ outcomes, calls: calls.map(show) }))
    )
  }
  return { write, run, objects: memory.objects, journal }
})

const inWorld = <A, E>(test: (here: Effect.Success<typeof world>) => Effect.Effect<A, E>) =>
  Effect.flatMap(world, test).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))

/** The problem of each image, or how it was stored. */
const summaryOf = (outcomes: ReadonlyArray<Upload.AssetOutcome>): ReadonlyArray<string> =>
  outcomes.map((outcome) => outcome._tag === "Uploaded" ? outcome.uploaded.how : outcome.error.message)

describe("Upload.stream of small files", () => {
  it.live("reads each once, for its header, its checksums and what is sent, within the same room", () =>
    inWorld(({ objects, run, write }) =>
      Effect.gen(function*() {
        const images = { "one.png": png(40, 30), "two.png": png(30, 40), "three.png": png(20, 20) }
        const paths = Object.entries(images).map(([name, image]) => write(name, image))
        const sums = Object.entries(images).map(([name, image]) =>
          `${createHash("md5").update(image).digest("hex")}  ${name}\n`
        )
        write("checksums.md5", Buffer.from(sums.join("")))
        const reader = readerOf(readAndRemove)
        const { outcomes } = yield* run(paths, { reader, options: { concurrency: 1, byteBudget: 64 * 1024 } })
        assert.deepStrictEqual(summaryOf(outcomes), ["sent", "sent", "sent"])
        assert.deepStrictEqual([reader.seen.reads, reader.seen.released], [paths, 3])
        for (const [name, image] of Object.entries(images)) {
          assert.deepStrictEqual(objects.get(`images/${name}`)?.bytes, image)
        }
      })
    ))

  it.live("verifies the bytes that it read, and sends none that differ from their checksum", () =>
    inWorld(({ objects, run, write }) =>
      Effect.gen(function*() {
        const path = write("one.png", png(40, 30))
        write("checksums.md5", Buffer.from(`${"0".repeat(32)}  one.png\n`))
        const { calls, outcomes } = yield* run([path], { reader: readerOf(readAndRemove) })
        assert.match(summaryOf(outcomes)[0] ?? "", /checksum/)
        assert.deepStrictEqual([calls, objects.size], [[], 0])
      })
    ))

  it.live("sends the same bytes again after a failure, and does not release what a failed request may still read", () =>
    inWorld(({ objects, run, write }) =>
      Effect.gen(function*() {
        const reader = readerOf(readAndRemove)
        const lost = new Reason.ConnectionLost({ host: "s3", detail: "ECONNRESET" })
        let failures = 1
        const around: Around = (call, inner) => failures-- > 0 ? failure(call, lost) : inner
        const once = yield* run([write("one.png", png(40, 30))], { reader, around })
        assert.deepStrictEqual(summaryOf(once.outcomes), ["sent"])
        assert.deepStrictEqual(once.calls, ["put images/one.png", "put images/one.png"])
        failures = 9
        const never = yield* run([write("two.png", png(40, 30))], { reader, around })
        assert.match(summaryOf(never.outcomes)[0] ?? "", /ECONNRESET/)
        assert.strictEqual(reader.seen.released, 0)
        assert.deepStrictEqual([...objects.keys()], ["images/one.png"])
      })
    ))

  it.live("releases what no request has read: of an image that is stored already, or refused", () =>
    inWorld(({ run, write }) =>
      Effect.gen(function*() {
        const path = write("one.png", png(40, 30))
        const reader = readerOf(readWhole)
        yield* run([path], { reader })
        const again = yield* run([path], { reader })
        assert.deepStrictEqual([summaryOf(again.outcomes), again.calls], [["resumed"], ["head images/one.png"]])
        assert.strictEqual(reader.seen.released, 2)
        write("checksums.md5", Buffer.from(`${"0".repeat(32)}  one.png\n`))
        assert.match(summaryOf((yield* run([path], { reader })).outcomes)[0] ?? "", /checksum/)
        assert.strictEqual(reader.seen.held, 0)
      })
    ))

  it.live("goes the usual way for a file that the reader does not know better", () =>
    inWorld(({ objects, run, write }) =>
      Effect.gen(function*() {
        const one = write("one.png", png(40, 30))
        const reader = readerOf(() => undefined)
        const { outcomes } = yield* run([one, write("two.png", Buffer.from("no image")), `${one}.gone`], { reader })
        const problems = new Map(outcomes.map((outcome) => [
          outcome._tag === "Failed" ? outcome.source.replace(/.*\//, "") : "",
          summaryOf([outcome])[0]
        ]))
        assert.strictEqual(problems.get(""), "sent")
        assert.match(problems.get("two.png") ?? "", /two\.png: .*cut short/)
        assert.match(problems.get("one.png.gone") ?? "", /there is no such file/)
        assert.deepStrictEqual([...objects.keys()], ["images/one.png"])
      })
    ))

  /** A store that answers no put before as many have begun as are awaited. */
  const answersAfter = (awaited: number) =>
    Effect.map(Deferred.make<void>(), (begun) => {
      let puts = 0
      const around: Around = (_, inner) =>
        Effect.suspend(() => ++puts === awaited ? Deferred.succeed(begun, undefined) : Effect.void).pipe(
          Effect.andThen(Deferred.await(begun)),
          Effect.andThen(inner)
        )
      return { around }
    })

  it.live("keeps nothing while the budget has no room, and does not wait for it to probe", () =>
    inWorld(({ objects, run, write }) =>
      Effect.gen(function*() {
        const large = new Uint8Array(1024 * 1024)
        large.set(png(40, 30))
        const reader = readerOf(readWhole)
        const probed = yield* Deferred.make<void>()
        // the large image takes all of the budget until the small one is probed
        const around: Around = (call, inner) =>
          call.key === "images/large.png" ? Effect.andThen(Deferred.await(probed), inner) : inner
        const onEvent = (event: ImageProgress.Event) =>
          event._tag === "Probed" && event.asset.id === "small" ? Deferred.succeed(probed, undefined) : Effect.void
        const images = [ImageSource.bytes(large, { name: "large.png" }), write("small.png", png(40, 30))]
        const { calls, outcomes } = yield* run(images, {
          reader,
          around,
          options: { concurrency: 2, byteBudget: large.length }
        }).pipe(Effect.provideService(ImageProgress.ImageProgress, (event) => Effect.asVoid(onEvent(event))))
        assert.deepStrictEqual(summaryOf(outcomes), ["sent", "sent"])
        assert.deepStrictEqual([calls, reader.seen.reads], [["put images/large.png", "put images/small.png"], []])
        assert.strictEqual(objects.size, 2)
      })
    ))

  it.live("gives back what it does not need before it sends", () =>
    inWorld(({ run, write }) =>
      Effect.gen(function*() {
        const paths = Array.from({ length: 9 }, (_, n) => write(`image${n}.png`, png(40, 30)))
        const reader = readerOf(readWhole)
        const { around } = yield* answersAfter(9)
        // eight of them take two of the sixteen permits until their size is known, and leave none to the ninth
        const options = { concurrency: 9, byteBudget: 1024 * 1024 }
        const { outcomes } = yield* run(paths, { reader, around, options })
        assert.deepStrictEqual(summaryOf(outcomes), paths.map(() => "sent"))
        assert.strictEqual(reader.seen.reads.length, 8)
        assert.strictEqual(reader.seen.held, 0)
      })
    ))

  it.live("gives its room back if it is interrupted, and not the bytes that are on their way", () =>
    inWorld(({ run, write }) =>
      Effect.gen(function*() {
        const reader = readerOf(readWhole)
        const options = { concurrency: 1, byteBudget: 64 * 1024 }
        const begun = yield* Deferred.make<void>()
        const around: Around = () => Effect.andThen(Deferred.succeed(begun, undefined), Effect.never)
        const sending = yield* Effect.forkChild(run([write("one.png", png(40, 30))], { reader, around, options }))
        yield* Deferred.await(begun)
        yield* Fiber.interrupt(sending)
        assert.strictEqual(reader.seen.released, 0)
        const { outcomes } = yield* run([write("two.png", png(40, 30))], { reader, options })
        assert.deepStrictEqual([summaryOf(outcomes), reader.seen.released], [["sent"], 1])
      })
    ))

  it.live("reads an image whose size and media type are given once, too", () =>
    inWorld(({ objects, run, write }) =>
      Effect.gen(function*() {
        const path = write("one.png", png(40, 30))
        const reader = readerOf(readAndRemove)
        const source = ImageSource.file(path, { width: 40, height: 30, mediaType: "image/png" })
        const { outcomes } = yield* run([source], { reader })
        assert.deepStrictEqual([summaryOf(outcomes), reader.seen.released], [["sent"], 1])
        assert.deepStrictEqual(objects.get("images/one.png")?.bytes, png(40, 30))
      })
    ))

  it.live("releases what was read of an image that is refused before it is sent", () =>
    inWorld(({ run, write }) =>
      Effect.gen(function*() {
        const reader = readerOf(readWhole)
        const wrong = ImageSource.file(write("one.png", png(40, 30)), { width: 41, height: 30 })
        const { outcomes } = yield* run([wrong, write("two.png", Buffer.alloc(20_000, "no image"))], { reader })
        assert.deepStrictEqual(outcomes.map(({ _tag }) => _tag), ["Failed", "Failed"])
        assert.deepStrictEqual([reader.seen.released, reader.seen.held], [2, 0])
      })
    ))

  it.live("probes a file again that was touched since an earlier run, within what it has reserved", () =>
    inWorld(({ journal, objects, run, write }) =>
      Effect.gen(function*() {
        const paths = Array.from({ length: 4 }, (_, n) => write(`image${n}.png`, png(40, 30)))
        // read before they were touched: the identity is an older one
        const older = (path: string): ReadFile => {
          const { bytes, info } = readWhole(path)
          return { info: { ...info, identity: "1:1" }, ...(bytes === undefined ? {} : { bytes }) }
        }
        for (const [n, path] of paths.entries()) {
          const { identity: _, type: __, ...fingerprint } = infoOf(path)
          yield* journal.saveUpload({ bucket: "memory", key: `images/image${n}.png`, fingerprint, parts: [] })
        }
        const { outcomes } = yield* run(paths, {
          reader: readerOf(older),
          // as many permits as there are files
          options: { concurrency: 4, byteBudget: 4 * 64 * 1024 }
        })
        assert.deepStrictEqual(summaryOf(outcomes), paths.map(() => "sent"))
        assert.strictEqual(objects.size, 4)
      })
    ))
})
