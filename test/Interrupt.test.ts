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

/** Delays the reply to matching requests until long after the test. */
const hold = (op: string): Faults.FaultRule => ({ match: { op }, effect: { type: "delay", millis: 10 * minute } })

/** A run with its own layers, so that interrupting it releases them too. Its log messages are recorded. */
const start = Effect.fnUntraced(function*(options: Pick<IngestProgram.Options, "images">) {
  const logged: Array<string> = []
  const recorder = Logger.make(({ message }) => void logged.push(String(message)))
  const run = IngestProgram.ingestProgram({ ...options, manifest: { name: "CUT", label: "Cut" } }).pipe(
    short,
    Effect.provide(Layer.merge(onSandbox, Logger.layer([recorder])))
  )
  return { fiber: yield* Effect.forkChild(run), logged }
})

/**
 * Interrupts a run while the sandbox has a matching request open, and checks what holds at every stage: the run ends as
 * interrupted, within the two seconds that finalizers have, and the sandbox sees every connection closed. Returns the
 * requests that started afterwards.
 */
const interruptAt = (op: string, sources: ReadonlyArray<IngestImage.IngestImage>) =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox.Sandbox
    yield* sandbox.faults.add(hold(op))
    const { fiber, logged } = yield* start({ images: sources })
    yield* sandbox.awaitRequest((request) => request.op === op)
    const before = (yield* sandbox.requests()).length
    yield* Effect.timeout(Fiber.interrupt(fiber), "3 seconds")
    assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(fiber)))
    yield* sandbox.awaitIdle
    assert.strictEqual(yield* sandbox.openSockets, 0)
    const after = (yield* sandbox.requests()).slice(before).map((request) => request.op)
    return { sandbox, after, logged: logged.filter((line) => !line.includes("no kid")) }
  })

const sandboxed = Effect.provide(Sandbox.Sandbox.layer())

describe("interrupting a run", () => {
  it.live("while probing: no request was sent", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const reading = yield* Deferred.make<void>()
      const endless = Stream.fromEffect(Effect.andThen(Deferred.succeed(reading, void 0), Effect.never))
      const { fiber } = yield* start({ images: [IngestImage.stream(endless, { name: "endless.tif" })] })
      yield* Deferred.await(reading)
      yield* Fiber.interrupt(fiber)
      assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(fiber)))
      assert.deepStrictEqual(yield* sandbox.requests(), [])
      assert.strictEqual(yield* sandbox.openSockets, 0)
    }).pipe(sandboxed))

  it.live("while putting objects: none is stored partially, and none starts afterwards", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      // Small enough for the sandbox to receive whole: it cannot see a connection close behind bytes it has not read.
      const paths = yield* Effect.promise(() => writeSmallFiles(folder, 20))
      const { after, sandbox } = yield* interruptAt("PutObject", paths.map((path) => IngestImage.file(path)))
      assert.deepStrictEqual(after.filter((op) => op !== "PutObject"), [])
      const requests = yield* sandbox.requests()
      assert.isAtMost(requests.length, 8)
      assert.isTrue(requests.every((request) => request.status === undefined))
      for (const path of paths) {
        const key = `images/${Path.basename(path).replace("-", "")}`
        assert.isTrue(Option.isNone(yield* sandbox.object(sandbox.s3.bucket, key)))
      }
      assert.deepStrictEqual(yield* sandbox.jobs.list, [])
    }).pipe(Effect.scoped, Effect.provide(Layer.merge(Sandbox.Sandbox.layer(), NodeFileSystem.layer))))

  it.live("while sending parts: the multipart upload is aborted", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const path = Path.join(yield* fs.makeTempDirectoryScoped(), "large.tif")
      writeLargeTiff(path, 5_000, 4_000)
      const { after, sandbox } = yield* interruptAt("UploadPart", [IngestImage.file(path)])
      assert.deepStrictEqual(after.filter((op) => op !== "UploadPart"), ["AbortMultipartUpload"])
      const aborted = (yield* sandbox.requests()).find((request) => request.op === "AbortMultipartUpload")
      assert.strictEqual(aborted?.status, 204)
    }).pipe(Effect.scoped, Effect.provide(Layer.merge(Sandbox.Sandbox.layer(), NodeFileSystem.layer))))

  it.live("while submitting: logs how many images are in the bucket without a job", () =>
    Effect.gen(function*() {
      const { after, logged } = yield* interruptAt("Initialize", images)
      assert.deepStrictEqual(after, [])
      assert.match(logged.join("\n"), /5 images are in the bucket and no job is known/)
    }).pipe(sandboxed))

  it.live("while waiting for the job: logs the job's id", () =>
    Effect.gen(function*() {
      const { after, logged, sandbox } = yield* interruptAt("JobStatus", images)
      assert.deepStrictEqual(after, [])
      const [job] = yield* sandbox.jobs.list
      assert.include(logged.join("\n"), `job ${job?.id}`)
    }).pipe(sandboxed))

  it.live("while verifying: no further image is requested", () =>
    Effect.gen(function*() {
      const { after } = yield* interruptAt("ImageInfo", images)
      assert.deepStrictEqual(after.filter((op) => op !== "ImageInfo"), [])
      assert.isAtMost(after.length, 1)
    }).pipe(sandboxed))
})
