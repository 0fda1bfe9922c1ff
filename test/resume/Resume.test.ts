import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { type Faults, type RequestLog, Sandbox } from "@iiif-ingest/sandbox"
import { Effect, FileSystem, Layer, Option, type Scope } from "effect"
import * as Crypto from "node:crypto"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { writeLargeTiff, writeSmallFiles } from "../support/pictures.ts"
import { expireUploads, openUploads } from "./support/openUploads.ts"
import * as Program from "./support/program.ts"

const layers = Layer.merge(Sandbox.Sandbox.layer(), NodeFileSystem.layer)

/** One request at a time, so that the order of events is deterministic. */
const upload = { partSize: 5 * 1024 * 1024, concurrency: 1, partConcurrency: 1 }

const large = "images/large.tif"

const makeTask = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  return { folder, upload, journal: Path.join(yield* fs.makeTempDirectoryScoped(), "journal.sqlite") }
})

/** A task with a TIFF of three parts. */
const withLargeFile = Effect.tap(
  makeTask,
  ({ folder }) => Effect.sync(() => writeLargeTiff(Path.join(folder, "large.tif"), 2000, 2100))
)

const check = (
  title: string,
  make: Effect.Effect<Program.Task, unknown, FileSystem.FileSystem | Scope.Scope>,
  test: (task: Program.Task) => Effect.Effect<void, unknown, Sandbox.Sandbox>
) => it.live(title, () => Effect.flatMap(make, test).pipe(Effect.scoped, Effect.provide(layers)), 60_000)

const faults = (...rules: ReadonlyArray<Faults.FaultRule>) =>
  Effect.flatMap(Sandbox.Sandbox, ({ faults }) => faults.set(rules))

const deny = (op: string): Faults.FaultRule => ({ match: { op }, effect: { type: "deny" } })

/** The request succeeds, but its reply never arrives. */
const loseReply = (op: string): Faults.FaultRule => ({ match: { op }, times: 1, effect: { type: "lostReply" } })

type Request = RequestLog.RequestLogEntry

const endOf = (op: string) => (request: Request) => request.op === op && request.ended !== undefined

/** The start of the n-th request of an operation. */
const startOf = (op: string, nth: number) => {
  const seen = new Set<number>()
  return (request: Request) => {
    if (request.op === op) seen.add(request.id)
    return seen.size === nth
  }
}

const ops = (run: Program.Run) => run.requests.map(({ op }) => op)

const count = (run: Program.Run, op: string) => ops(run).filter((other) => other === op).length

const uploaded = (run: Program.Run) => {
  const line = run.lines.find((line) => line._tag === "Uploaded")
  assert.isDefined(line, `${JSON.stringify(run.lines)}\n${run.stderr}`)
  return line
}

const isHashed = (run: Program.Run) => run.lines.some(({ _tag }) => _tag === "Hashed")

/** Checks that the object equals the file. */
const stored = (task: Program.Task, name = "large.tif", key = large) =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox.Sandbox
    const object = Option.getOrThrow(yield* sandbox.object(sandbox.s3.bucket, key))
    assert.isTrue(Fs.readFileSync(object.file).equals(Fs.readFileSync(Path.join(task.folder, name))))
  })

/** A run killed during its second part, so that the journal records the first. */
const killedInParts = (task: Program.Task) =>
  Effect.gen(function*() {
    const killed = yield* Program.run(task, startOf("UploadPart", 2))
    assert.isTrue(killed.killed)
    assert.strictEqual((yield* openUploads).length, 1)
  })

/** Replaces the file with another image of the same length, like a new scan. */
const change = (task: Program.Task) =>
  Effect.sync(() => {
    const path = Path.join(task.folder, "large.tif")
    const bytes = Fs.readFileSync(path)
    bytes.fill(0xa5, 1000, 9_000_000)
    Fs.writeFileSync(path, bytes)
    Fs.utimesSync(path, new Date(), new Date(Date.now() + 5000))
  })

/** Writes a list of checksums next to the file, correct or not. */
const listed = (task: Program.Task, isCorrect = true) =>
  Effect.sync(() => {
    const bytes = isCorrect ? Fs.readFileSync(Path.join(task.folder, "large.tif")) : "other bytes"
    const sum = Crypto.createHash("sha256").update(bytes).digest("hex")
    Fs.writeFileSync(Path.join(task.folder, "checksums.sha256"), `${sum}  large.tif\n`)
  })

describe("uploading a file with a known checksum", () => {
  check(
    "resumes after a kill, and does not read the file again once its checksum is verified",
    withLargeFile,
    (task) =>
      Effect.gen(function*() {
        yield* listed(task)
        yield* killedInParts(task)
        const again = yield* Program.run(task)
        assert.deepStrictEqual(ops(again), ["UploadPart", "UploadPart", "CompleteMultipartUpload"])
        assert.isTrue(isHashed(again))
        yield* stored(task)
        assert.isFalse(isHashed(yield* Program.run(task)))
      })
  )

  check(
    "does not complete the parts of a killed run if the checksum differs",
    withLargeFile,
    (task) =>
      Effect.gen(function*() {
        yield* killedInParts(task)
        yield* listed(task, false)
        const again = yield* Program.run(task)
        assert.strictEqual(count(again, "CompleteMultipartUpload"), 0)
        assert.include(JSON.stringify(again.lines), "checksums.sha256 gives")
        assert.deepStrictEqual(yield* openUploads, [])
      })
  )
})

describe("an upload resumed after another process was killed", () => {
  check("sends only the missing parts", withLargeFile, (task) =>
    Effect.gen(function*() {
      yield* killedInParts(task)
      const again = yield* Program.run(task)
      assert.deepStrictEqual(ops(again), ["UploadPart", "UploadPart", "CompleteMultipartUpload"])
      assert.strictEqual(uploaded(again).how, "resumed")
      yield* stored(task)
    }))

  check(
    "whose Complete succeeded but the reply was lost: sends nothing and reads nothing",
    withLargeFile,
    (task) =>
      Effect.gen(function*() {
        yield* faults(loseReply("CompleteMultipartUpload"))
        assert.isTrue((yield* Program.run(task, endOf("CompleteMultipartUpload"))).killed)
        const again = yield* Program.run(task)
        assert.deepStrictEqual(ops(again), ["CompleteMultipartUpload", "HeadObject"])
        assert.strictEqual(uploaded(again).how, "resumed")
        assert.isFalse(isHashed(again))
        yield* stored(task)
        assert.deepStrictEqual(yield* openUploads, [])
      })
  )

  check(
    "whose part arrived but the reply was lost: sends that part again",
    withLargeFile,
    (task) =>
      Effect.gen(function*() {
        yield* faults(loseReply("UploadPart"))
        assert.isTrue((yield* Program.run(task, endOf("UploadPart"))).killed)
        const again = yield* Program.run(task)
        assert.strictEqual(count(again, "UploadPart"), 3)
        assert.strictEqual(count(again, "CreateMultipartUpload"), 0)
        yield* stored(task)
      })
  )

  check(
    "whose file has changed: starts over, and aborts the old upload",
    withLargeFile,
    (task) =>
      Effect.gen(function*() {
        yield* killedInParts(task)
        yield* change(task)
        const again = yield* Program.run(task)
        assert.strictEqual(count(again, "AbortMultipartUpload"), 1)
        assert.strictEqual(count(again, "UploadPart"), 3)
        assert.deepInclude(uploaded(again), { how: "sent", warnings: [] })
        yield* stored(task)
        assert.deepStrictEqual(yield* openUploads, [])
      })
  )

  check(
    "whose file has changed, with abort denied: reports the parts left behind",
    withLargeFile,
    (task) =>
      Effect.gen(function*() {
        yield* killedInParts(task)
        yield* change(task)
        yield* faults(deny("AbortMultipartUpload"))
        const again = yield* Program.run(task)
        assert.match(
          uploaded(again).warnings.join("\n"),
          /the multipart upload of images\/large\.tif could not be aborted, and its parts may be charged: /
        )
        yield* stored(task)
        assert.strictEqual((yield* openUploads).length, 1)
      })
  )

  check("whose upload has expired at the store: starts over", withLargeFile, (task) =>
    Effect.gen(function*() {
      yield* killedInParts(task)
      yield* expireUploads
      const again = yield* Program.run(task)
      assert.strictEqual(count(again, "CreateMultipartUpload"), 1)
      assert.deepInclude(uploaded(again), { how: "sent", warnings: [] })
      yield* stored(task)
      assert.deepStrictEqual(yield* openUploads, [])
    }))

  check(
    "with list, head, get and abort denied: the journal is enough",
    withLargeFile,
    (task) =>
      Effect.gen(function*() {
        yield* faults(...["HeadObject", "GetObject", "ListParts", "AbortMultipartUpload", "ListObjectsV2"].map(deny))
        yield* Program.run(task, startOf("UploadPart", 2))
        const again = yield* Program.run(task)
        assert.deepStrictEqual(ops(again), ["UploadPart", "UploadPart", "CompleteMultipartUpload"])
        const third = yield* Program.run(task)
        assert.deepStrictEqual(ops(third), ["HeadObject", "GetObject"])
        assert.strictEqual(uploaded(third).how, "resumed")
        assert.match(
          uploaded(third).warnings.join("\n"),
          /images\/large\.tif: the store does not say whether it is still/
        )
        yield* stored(task)
      })
  )
})

describe("a small object that arrived but whose reply was lost", () => {
  const withSmallFile = Effect.tap(makeTask, ({ folder }) => Effect.promise(() => writeSmallFiles(folder, 1)))

  for (const existing of ["skipIdentical", "fail"] as const) {
    check(`is found in the bucket (existing: ${existing})`, withSmallFile, (small) =>
      Effect.gen(function*() {
        const task = { ...small, upload: { ...upload, existing } }
        yield* faults(loseReply("PutObject"))
        assert.isTrue((yield* Program.run(task, endOf("PutObject"))).killed)
        const again = yield* Program.run(task)
        assert.strictEqual(count(again, "PutObject"), 1)
        assert.strictEqual(uploaded(again).how, "identical")
        yield* stored(task, "page-001.png", "images/page001.png")
        assert.deepStrictEqual(ops(yield* Program.run(task)), ["HeadObject"])
      }))
  }
})
