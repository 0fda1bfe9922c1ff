/** Runs `test/programs/batch.ts` against a sandbox in this process, until it ends or is killed. */
import { BatchReport } from "@iiif-ingest/core"
import { type RequestLog, Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Redacted, Schema } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { sandboxSettings } from "../../../examples/support/sandboxLayers.ts"
import type { BatchOrder } from "../../programs/batchProtocol.ts"
import { root, start } from "../../support/child.ts"

/** What differs between runs against the same sandbox. */
export type Task = Pick<BatchOrder, "plan" | "journal" | "jobsInFlight" | "concurrency" | "deliveryMillis">

export interface Run {
  readonly killed: boolean
  readonly report: BatchReport.BatchReport | undefined
  readonly stderr: string
  readonly requests: ReadonlyArray<RequestLog.RequestLogEntry>
}

const decodeReport = Schema.decodeUnknownSync(Schema.fromJsonString(BatchReport.BatchReport))

const program = Path.resolve(import.meta.dirname, "../../programs/batch.ts")

/** Without a cache, half of each run would go into compiling the same modules. */
const compileCache = Path.join(root, "node_modules/.cache/node-compile")

/** `killAt` is called for each request when it starts and when it ends; if it is true, the program is killed at once. */
export const run = Effect.fn(
  function*(task: Task, killAt: (request: RequestLog.RequestLogEntry) => boolean = () => false) {
    const sandbox = yield* Sandbox.Sandbox
    const before = yield* sandbox.requests()
    const base = 1 + Math.max(-1, ...before.map(({ ended, started }) => ended ?? started))
    const order: BatchOrder = {
      settings: sandboxSettings(sandbox),
      s3: sandbox.s3,
      secretAccessKey: Redacted.value(sandbox.s3.secretAccessKey),
      issuer: sandbox.issuer,
      kid: sandbox.kid,
      privateKeyPath: sandbox.privateKeyPath,
      report: `${task.journal}.json`,
      ...task
    }
    const child = yield* start(process.execPath, [program, JSON.stringify(order)], {
      env: { NODE_COMPILE_CACHE: compileCache }
    })
    const moment = sandbox.awaitRequest((request) => request.started >= base && killAt(request))
    const ended = yield* Effect.raceFirst(
      Effect.andThen(moment, Effect.sync(() => child.process.kill("SIGKILL"))).pipe(
        Effect.andThen(Effect.promise(() => child.ended))
      ),
      Effect.promise(() => child.ended)
    )
    yield* sandbox.awaitIdle
    const result: Run = {
      killed: child.process.signalCode === "SIGKILL",
      report: Fs.existsSync(order.report) ? decodeReport(Fs.readFileSync(order.report, "utf8")) : undefined,
      stderr: ended.stderr,
      // by their numbers, since the log keeps only the last ones
      requests: (yield* sandbox.requests()).filter(({ started }) => started >= base)
    }
    return result
  },
  Effect.scoped
)
