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

/** One request at a time, so that what came before a moment is certain. */
const upload = { partSize: 5 * 1024 * 1024, concurrency: 1, partConcurrency: 1 }

const large = "images/large.tif"

const makeTask = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  return { folder, upload, journal: Path.join(yield* fs.makeTempDirectoryScoped(), "journal.sqlite") }
})

/** A TIFF of three parts. */
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

/** The request is carried out, and its answer never arrives. */
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

/** The object is what the file is. */
const stored = (task: Program.Task, name = "large.tif", key = large) =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox.Sandbox
    const object = Option.getOrThrow(yield* sandbox.object(sandbox.s3.bucket, key))
    assert.isTrue(Fs.readFileSync(object.file).equals(Fs.readFileSync(Path.join(task.folder, name))))
  })

/** Killed in its second part, so that the journal knows of the first. */
const killedInParts = (task: Program.Task) =>
  Effect.gen(function*() {
    const killed = yield* Program.run(task, startOf("UploadPart", 2))
    assert.isTrue(killed.killed)
    assert.strictEqual((yield* openUploads).length, 1)
  })

/** Another image of the same length, as a scan that was made again. */
const change = (task: Program.Task) =>
  Effect.sync(() => {
    const path = Path.join(task.folder, "large.tif")
    const bytes = Fs.readFileSync(path)
    bytes.fill(0xa5, 1000, 9_000_000)
    Fs.writeFileSync(path, bytes)
    Fs.utimesSync(path, new Date(), new Date(Date.now() + 5000))
  })

/** A list of checksums beside the file, right or wrong. */
const listed = (task: Program.Task, isRight = true) =>
  Effect.sync(() => {
    const bytes = isRight ? Fs.readFileSync(Path.join(task.folder, "large.tif")) : "other bytes"
    const sum = Crypto.createHash("sha256").update(bytes).digest("hex")
    Fs.writeFileSync(Path.join(task.folder, "checksums.sha256"), `${sum}  large.tif\n`)
  })

describe("an upload of a file whose checksum is known", () => {
  check(
    "goes on where it was killed, and is read no more once that was proved",
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
    "is not completed from the parts of a killed run where it has another",
    withLargeFile,
    (task) =>
      Effect.gen(function*() {
        yield* killedInParts(task)
        yield* listed(task, false)
        const again = yield* Program.run(task)
        assert.strictEqual(count(again, "CompleteMultipartUpload"), 0)
        assert.include(JSON.stringify(again.lines), "checksums.sha256 says")
        assert.deepStrictEqual(yield* openUploads, [])
      })
  )
})

describe("an upload that goes on where another process was killed", () => {
  check("sends only the parts that are missing", withLargeFile, (task) =>
    Effect.gen(function*() {
      yield* killedInParts(task)
      const again = yield* Program.run(task)
      assert.deepStrictEqual(ops(again), ["UploadPart", "UploadPart", "CompleteMultipartUpload"])
      assert.strictEqual(uploaded(again).how, "resumed")
      yield* stored(task)
    }))

  check(
    "whose object was completed, unheard: sends nothing and reads nothing",
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

  check("whose part arrived, unheard: sends that part again", withLargeFile, (task) =>
    Effect.gen(function*() {
      yield* faults(loseReply("UploadPart"))
      assert.isTrue((yield* Program.run(task, endOf("UploadPart"))).killed)
      const again = yield* Program.run(task)
      assert.strictEqual(count(again, "UploadPart"), 3)
      assert.strictEqual(count(again, "CreateMultipartUpload"), 0)
      yield* stored(task)
    }))

  check(
    "whose file is another by now: nothing is mixed, and the old parts are taken back",
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
    "whose file is another by now, where taking back is denied: the report names it",
    withLargeFile,
    (task) =>
      Effect.gen(function*() {
        yield* killedInParts(task)
        yield* change(task)
        yield* faults(deny("AbortMultipartUpload"))
        const again = yield* Program.run(task)
        assert.match(uploaded(again).warnings.join("\n"), /parts of images\/large\.tif .* could not be taken back/)
        yield* stored(task)
        assert.strictEqual((yield* openUploads).length, 1)
      })
  )

  check("which the store has forgotten: begins again", withLargeFile, (task) =>
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
    "where listing, looking and taking back are denied: the journal suffices",
    withLargeFile,
    (task) =>
      Effect.gen(function*() {
        yield* faults(...["HeadObject", "ListParts", "AbortMultipartUpload", "ListObjectsV2"].map(deny))
        yield* Program.run(task, startOf("UploadPart", 2))
        const again = yield* Program.run(task)
        assert.deepStrictEqual(ops(again), ["UploadPart", "UploadPart", "CompleteMultipartUpload"])
        const third = yield* Program.run(task)
        assert.deepStrictEqual(ops(third), ["HeadObject"])
        assert.strictEqual(uploaded(third).how, "resumed")
        assert.match(
          uploaded(third).warnings.join("\n"),
          /images\/large\.tif: the store does not say whether it is still/
        )
        yield* stored(task)
      })
  )
})

describe("a small object that arrived, unheard", () => {
  const withSmallFile = Effect.tap(makeTask, ({ folder }) => Effect.promise(() => writeSmallFiles(folder, 1)))

  for (const existing of ["skipIdentical", "fail"] as const) {
    check(`is found to be there (existing: ${existing})`, withSmallFile, (small) =>
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
