import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { IngestImage, IngestProgram } from "@iiif-ingest/core"
import { Faults, Sandbox } from "@iiif-ingest/sandbox"
import { Deferred, Effect, Exit, Fiber, FileSystem, Layer, Logger, Option, Stream } from "effect"
import * as Path from "node:path"
import { onSandbox } from "../examples/support/sandboxLayers.ts"
import { images, writeLargeTiff, writeSmallFiles } from "./support/pictures.ts"
import { short } from "./support/policies.ts"

const minute = 60_000

/** Keeps matching requests from being answered until long after the test. */
const hold = (op: string): Faults.FaultRule => ({ match: { op }, effect: { type: "delay", millis: 10 * minute } })

/** A run on layers of its own, so that interrupting it releases them too; what it logs is kept. */
const start = Effect.fnUntraced(function*(options: Pick<IngestProgram.Options, "images">) {
  const logged: Array<string> = []
  const keep = Logger.make(({ message }) => void logged.push(String(message)))
  const run = IngestProgram.ingestProgram({ ...options, manifest: { name: "CUT", label: "Cut" } }).pipe(
    short,
    Effect.provide(Layer.merge(onSandbox, Logger.layer([keep])))
  )
  return { fiber: yield* Effect.forkChild(run), logged }
})

/**
 * Interrupts once the sandbox has a matching request open, and checks what holds at every stage: the run ends as
 * interrupted, within the two seconds that finalizers have; the sandbox sees every connection closed; no request starts
 * afterwards but the one that takes parts back.
 */
const interruptAt = (op: string, sources: ReadonlyArray<IngestImage.IngestImage>) =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox.Sandbox
    yield* sandbox.faults.add(hold(op))
    const { fiber, logged } = yield* start({ images: sources })
    yield* sandbox.awaitRequest((request) => request.op === op)
    const before = (yield* sandbox.requests).length
    yield* Effect.timeout(Fiber.interrupt(fiber), "3 seconds")
    assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(fiber)))
    yield* sandbox.awaitIdle
    assert.strictEqual(yield* sandbox.openSockets, 0)
    const after = (yield* sandbox.requests).slice(before).map((request) => request.op)
    return { sandbox, after, logged: logged.filter((line) => !line.includes("no kid")) }
  })

const sandboxed = Effect.provide(Sandbox.Sandbox.layer())

describe("interrupted", () => {
  it.live("while probing: nothing was asked of the service", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const reading = yield* Deferred.make<void>()
      const endless = Stream.fromEffect(Effect.andThen(Deferred.succeed(reading, void 0), Effect.never))
      const { fiber } = yield* start({ images: [IngestImage.stream(endless, { name: "endless.tif" })] })
      yield* Deferred.await(reading)
      yield* Fiber.interrupt(fiber)
      assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(fiber)))
      assert.deepStrictEqual(yield* sandbox.requests, [])
      assert.strictEqual(yield* sandbox.openSockets, 0)
    }).pipe(sandboxed))

  it.live("while putting objects: none of them is stored half, none is begun afterwards", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      // Small enough to be with the sandbox whole: behind bytes that it does not read it could not see the end.
      const paths = yield* Effect.promise(() => writeSmallFiles(folder, 20))
      const { after, sandbox } = yield* interruptAt("PutObject", paths.map((path) => IngestImage.file(path)))
      assert.deepStrictEqual(after.filter((op) => op !== "PutObject"), [])
      const requests = yield* sandbox.requests
      assert.isAtMost(requests.length, 8)
      assert.isTrue(requests.every((request) => request.status === undefined))
      for (const path of paths) {
        const key = `images/${Path.basename(path).replace("-", "")}`
        assert.isTrue(Option.isNone(yield* sandbox.object(sandbox.s3.bucket, key)))
      }
      assert.deepStrictEqual(yield* sandbox.jobs.list, [])
    }).pipe(Effect.scoped, Effect.provide(Layer.merge(Sandbox.Sandbox.layer(), NodeFileSystem.layer))))

  it.live("while sending parts: the multipart upload is taken back", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const path = Path.join(yield* fs.makeTempDirectoryScoped(), "large.tif")
      writeLargeTiff(path, 5_000, 4_000)
      const { after, sandbox } = yield* interruptAt("UploadPart", [IngestImage.file(path)])
      assert.deepStrictEqual(after.filter((op) => op !== "UploadPart"), ["AbortMultipartUpload"])
      const aborted = (yield* sandbox.requests).find((request) => request.op === "AbortMultipartUpload")
      assert.strictEqual(aborted?.status, 204)
    }).pipe(Effect.scoped, Effect.provide(Layer.merge(Sandbox.Sandbox.layer(), NodeFileSystem.layer))))

  it.live("while submitting: the images that wait in the bucket are named", () =>
    Effect.gen(function*() {
      const { after, logged } = yield* interruptAt("Initialize", images)
      assert.deepStrictEqual(after, [])
      assert.match(logged.join("\n"), /5 images are in the bucket and no job is known/)
    }).pipe(sandboxed))

  it.live("while waiting for the job: its id is said", () =>
    Effect.gen(function*() {
      const { after, logged, sandbox } = yield* interruptAt("JobStatus", images)
      assert.deepStrictEqual(after, [])
      const [job] = yield* sandbox.jobs.list
      assert.include(logged.join("\n"), `job ${job?.id}`)
    }).pipe(sandboxed))

  it.live("while verifying: no further image is asked for", () =>
    Effect.gen(function*() {
      const { after } = yield* interruptAt("ImageInfo", images)
      assert.deepStrictEqual(after.filter((op) => op !== "ImageInfo"), [])
      assert.isAtMost(after.length, 1)
    }).pipe(sandboxed))
})
