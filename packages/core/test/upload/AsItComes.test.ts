/** `Upload.stream` sends the bytes of a small file that were read to probe it. */
import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import * as Reason from "@iiif-ingest/core/base/Reason"
import * as RetryPolicy from "@iiif-ingest/core/base/RetryPolicy"
import { FileReader, type OpenedFile } from "@iiif-ingest/core/image/FileReader"
import { type FileInfo, FileStat } from "@iiif-ingest/core/image/FileStat"
import * as ImageSource from "@iiif-ingest/core/image/ImageSource"
import * as IngestProgram from "@iiif-ingest/core/IngestProgram"
import * as Journal from "@iiif-ingest/core/upload/Journal"
import * as ObjectStore from "@iiif-ingest/core/upload/ObjectStore"
import * as Upload from "@iiif-ingest/core/upload/Upload"
import { Context, Deferred, Effect, FileSystem, Layer, Schedule, Stream } from "effect"
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
const readerOf = (read: (path: string) => OpenedFile | undefined) => {
  const seen = { reads: new Array<string>(), released: 0, held: 0, mostHeld: 0 }
  return {
    seen,
    layer: Layer.succeed(FileReader, {
      read: (path, limit) =>
        Effect.sync(() => {
          seen.reads.push(path)
          const found = read(path)
          if ((found?.info.size ?? 0) > limit) return found && { info: found.info }
          seen.held += found?.bytes?.length ?? 0
          seen.mostHeld = Math.max(seen.mostHeld, seen.held)
          return found
        }),
      release: (bytes) => {
        seen.released += 1
        seen.held -= bytes.length
      }
    })
  }
}

const readWhole = (path: string): OpenedFile => ({ info: infoOf(path), bytes: new Uint8Array(Fs.readFileSync(path)) })

/** Reads a file and removes it, so that nothing else can read it. */
const readAndRemove = (path: string): OpenedFile => {
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
  const run = (paths: ReadonlyArray<string>, { around = (_, inner) => inner, options = {}, reader }: Setting) => {
    const calls: Array<SpyStore.Call> = []
    return Upload.Upload.use((upload) =>
      Stream.runCollect(upload.stream(Stream.fromIterable(paths.map((path) => ImageSource.file(path)))))
    ).pipe(
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
  it.live("reads each once, for its header, its checksums and what is sent", () =>
    inWorld(({ objects, run, write }) =>
      Effect.gen(function*() {
        const image = png(40, 30)
        const path = write("one.png", image)
        write("checksums.md5", Buffer.from(`${createHash("md5").update(image).digest("hex")}  one.png\n`))
        const reader = readerOf(readAndRemove)
        const { outcomes } = yield* run([path], { reader })
        assert.deepStrictEqual(summaryOf(outcomes), ["sent"])
        assert.deepStrictEqual(reader.seen.reads, [path])
        assert.strictEqual(reader.seen.released, 1)
        assert.deepStrictEqual(objects.get("images/one.png")?.bytes, image)
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

  it.live("holds no more bytes than the budget, whatever the concurrency", () =>
    inWorld(({ run, write }) =>
      Effect.gen(function*() {
        const image = new Uint8Array(300 * 1024)
        image.set(png(40, 30))
        const paths = Array.from({ length: 12 }, (_, n) => write(`image${n}.png`, image))
        const reader = readerOf(readWhole)
        const { outcomes } = yield* run(paths, { reader, options: { concurrency: 12, byteBudget: 1024 * 1024 } })
        assert.deepStrictEqual(summaryOf(outcomes), paths.map(() => "sent"))
        assert.isAtMost(reader.seen.mostHeld, 1024 * 1024)
        assert.strictEqual(reader.seen.held, 0)
      })
    ))

  it.live("gives the rest of its reservation back before it sends", () =>
    inWorld(({ run, write }) =>
      Effect.gen(function*() {
        const paths = Array.from({ length: 8 }, (_, n) => write(`image${n}.png`, png(40, 30)))
        const allSent = yield* Deferred.make<void>()
        let started = 0
        // no put ends before all have started
        const around: Around = (_, inner) =>
          Effect.suspend(() => ++started === paths.length ? Deferred.succeed(allSent, undefined) : Effect.void).pipe(
            Effect.andThen(Deferred.await(allSent)),
            Effect.andThen(inner)
          )
        const { outcomes } = yield* run(paths, {
          reader: readerOf(readWhole),
          around,
          options: { concurrency: 8, byteBudget: 1024 * 1024 }
        })
        assert.deepStrictEqual(summaryOf(outcomes), paths.map(() => "sent"))
      })
    ))

  it.live("probes a file again that was touched since an earlier run, within what it has reserved", () =>
    inWorld(({ journal, objects, run, write }) =>
      Effect.gen(function*() {
        const paths = Array.from({ length: 4 }, (_, n) => write(`image${n}.png`, png(40, 30)))
        // read before they were touched: the identity is an older one
        const older = (path: string): OpenedFile => {
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
