/** Runs `test/programs/upload.ts` against a sandbox in this process, until it ends or is killed. */
import { type RequestLog, Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Redacted, Schema } from "effect"
import * as Path from "node:path"
import { sandboxSettings } from "../../../examples/support/sandboxLayers.ts"
import { Line, type Order } from "../../programs/protocol.ts"
import { root, start } from "../../support/child.ts"

type Sandboxed = Sandbox.Sandbox["Service"]

/** What differs between runs against the same sandbox. */
export type Task = Pick<Order, "folder" | "journal"> & Partial<Order>

const orderFor = (sandbox: Sandboxed, task: Task): Order => ({
  settings: sandboxSettings(sandbox),
  s3: sandbox.s3,
  secretAccessKey: Redacted.value(sandbox.s3.secretAccessKey),
  issuer: sandbox.issuer,
  kid: sandbox.kid,
  privateKeyPath: sandbox.privateKeyPath,
  ...task
})

const decodeLine = Schema.decodeUnknownSync(Schema.fromJsonString(Line))

/** The complete lines of the output. */
const linesOf = (stdout: string): ReadonlyArray<Line> => stdout.split("\n").slice(0, -1).map((line) => decodeLine(line))

/** The sequence number after all events so far. */
const nextEvent = (requests: ReadonlyArray<RequestLog.RequestLogEntry>): number =>
  1 + Math.max(-1, ...requests.map(({ ended, started }) => ended ?? started))

/** Without a cache, half of each run would go into compiling the same modules. */
const compileCache = Path.join(root, "node_modules/.cache/node-compile")

export interface Run {
  /** Whether it was killed before it ended. */
  readonly killed: boolean
  readonly lines: ReadonlyArray<Line>
  readonly stderr: string
  /** Its requests to the sandbox. */
  readonly requests: ReadonlyArray<RequestLog.RequestLogEntry>
}

/**
 * Runs the program. `killAt` is called for each request of this run when it starts and when it ends; if it returns
 * true, the program is killed at once.
 */
export const run = Effect.fn(function*(
  task: Task,
  killAt: (request: RequestLog.RequestLogEntry) => boolean = () => false
) {
  const sandbox = yield* Sandbox.Sandbox
  const before = (yield* sandbox.requests()).length
  const base = nextEvent(yield* sandbox.requests())
  const order = JSON.stringify(orderFor(sandbox, task))
  const program = Path.resolve(import.meta.dirname, "../../programs/upload.ts")
  const child = yield* start(process.execPath, [program, order], { env: { NODE_COMPILE_CACHE: compileCache } })
  const moment = sandbox.awaitRequest((request) => request.started >= base && killAt(request))
  const ended = yield* Effect.raceFirst(
    Effect.andThen(moment, Effect.sync(() => child.process.kill("SIGKILL"))).pipe(
      Effect.andThen(Effect.promise(() => child.ended))
    ),
    Effect.promise(() => child.ended)
  )
  // let the sandbox finish the requests that were in flight when the program died
  yield* sandbox.awaitIdle
  const requests = (yield* sandbox.requests()).slice(before)
  const result: Run = {
    killed: child.process.signalCode === "SIGKILL",
    lines: linesOf(ended.stdout),
    stderr: ended.stderr,
    requests
  }
  return result
}, Effect.scoped)

/** A seeded generator of numbers in [0, 1) (mulberry32). */
export const random = (seed: number) => {
  let state = seed >>> 0
  return (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
