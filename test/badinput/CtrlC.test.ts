import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { type Faults, Sandbox } from "@iiif-ingest/sandbox"
import { Effect, FileSystem, Layer } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import * as Child from "../support/child.ts"
import { pathOf, writeLargeTiff, writeSmallFiles } from "../support/pictures.ts"
import { program, variablesOf } from "./support/programs.ts"
import { assertHoldsNone, piecesOf } from "./support/secrets.ts"

const hold = (match: Faults.FaultMatch): Faults.FaultRule => ({ match, effect: { type: "delay", millis: 600_000 } })

interface Stage {
  readonly while: string
  /** The requests left unanswered; undefined if the program itself reports that it got this far. */
  readonly held?: Faults.FaultMatch
  readonly image?: "endless" | "large"
  /** Whether this is the only image. */
  readonly isAlone?: boolean
  readonly says: RegExp | undefined
  /** The requests that may follow the signal. */
  readonly after?: ReadonlyArray<string>
}

const stages: ReadonlyArray<Stage> = [
  { while: "probing images", image: "endless", says: undefined },
  {
    while: "putting the first object",
    held: { op: "PutObject" },
    isAlone: true,
    says: /1 image was being uploaded, none is in the bucket yet, and nothing was submitted: run the same ingest again/
  },
  {
    while: "putting objects",
    held: { path: "/_s3/*/images/page001.png" },
    says: /1 image is in the bucket and no job is known for it: run the same ingest again to continue/
  },
  {
    while: "sending parts",
    held: { op: "UploadPart" },
    image: "large",
    says: /1 image is in the bucket and no job is known for it/,
    after: ["AbortMultipartUpload"]
  },
  {
    while: "submitting",
    held: { op: "Initialize" },
    says: /2 images are in the bucket and no job is known for them: run the same ingest again to continue/
  },
  {
    while: "waiting for the job",
    held: { op: "JobStatus" },
    says:
      /the request was accepted as job [0-9a-f]{24}, which continues in MPS: check it by this id, or run the same ingest again/
  },
  {
    while: "verifying",
    held: { op: "ImageInfo" },
    says: /job [0-9a-f]{24} ended as success, but verification did not finish: run the same ingest again/
  }
]

/** The second image of a stage. Small ones reach the sandbox whole, so that it sees the connection close. */
const imageOf = Effect.fnUntraced(function*(stage: Stage) {
  if (stage.image === "endless") return "endless"
  const folder = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
  if (stage.image === undefined) {
    const [path = ""] = yield* Effect.promise(() => writeSmallFiles(folder, 1))
    return path
  }
  const path = Path.join(folder, "large.tif")
  writeLargeTiff(path, 3_000, 2_500)
  return path
})

describe("Ctrl-C", { concurrent: true }, () => {
  for (const stage of stages) {
    it.live(`while ${stage.while}: logs what was done, and nothing keeps running`, () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        if (stage.held !== undefined) yield* sandbox.faults.set([hold(stage.held)])
        const child = yield* Child.start(
          process.execPath,
          [program, "main", ...(stage.isAlone === true ? [] : [pathOf("coffee.png")]), yield* imageOf(stage)],
          { env: variablesOf(sandbox) }
        )
        if (stage.held === undefined) assert.strictEqual(yield* Effect.promise(() => child.firstLine), "reading")
        else yield* reached(sandbox, stage.held, stage.isAlone === true, child)
        const before = (yield* sandbox.requests()).length
        child.process.kill("SIGINT")
        const { code, stderr, stdout } = yield* Effect.promise(() => child.ended)
        assert.strictEqual(code, 130, stderr)
        yield* sandbox.awaitIdle
        assert.strictEqual(yield* sandbox.openSockets, 0)
        const after = (yield* sandbox.requests()).slice(before).map((request) => request.op)
        // More of the held requests may have been in flight at the time of the signal.
        assert.deepStrictEqual(after.filter((op) => op !== stage.held?.op), stage.after ?? [])
        if (stage.says !== undefined) assert.match(stdout + stderr, stage.says)
        else assert.deepStrictEqual(yield* sandbox.requests(), [])
        assertHoldsNone(stdout + stderr, piecesOf(Fs.readFileSync(sandbox.privateKeyPath, "utf8")))
      }).pipe(Effect.scoped, Effect.provide(Layer.merge(Sandbox.Sandbox.layer(), NodeFileSystem.layer))))
  }
})

/** Waits until the held request has arrived; fails if the child ends first. */
const reached = (sandbox: Sandbox.Sandbox["Service"], held: Faults.FaultMatch, isAlone: boolean, child: Child.Child) =>
  Effect.race(
    sandbox.awaitRequest((request) =>
      held.op === undefined ? request.path.includes("page001.png") : request.op === held.op
    ),
    Effect.flatMap(Effect.promise(() => child.ended), ({ stderr, stdout }) => Effect.die(new Error(stdout + stderr)))
  ).pipe(
    // If there is another image, it must have arrived by then, so that the log counts it.
    Effect.andThen(
      isAlone
        ? Effect.void
        : sandbox.awaitRequest((request) => request.path.includes("coffee.png") && request.ended !== undefined)
    )
  )
