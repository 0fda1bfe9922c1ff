/** Finds the sandbox that runs in another process, and asks its control API. */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { join, resolve } from "node:path"
import * as DataDirectory from "../state/dataDirectory.ts"
import { DEFAULT_PORT } from "./flags.ts"
import * as Quote from "./quote.ts"

/** Where one was looked for, and how to start it there. */
export class NotRunning extends Schema.TaggedError<NotRunning>()("NotRunning", {
  where: Schema.String,
  start: Schema.String
}) {
  override get message() {
    return `No sandbox runs ${this.where}. Start one: iiif-ingest-sandbox start${this.start}`
  }
}

export class ControlFailed extends Schema.TaggedError<ControlFailed>()("ControlFailed", { detail: Schema.String }) {
  override get message() {
    return this.detail
  }
}

export interface Target {
  readonly url: string
  /** Asks the control API; fails unless the reply is a success. */
  readonly ask: (path: string, method?: "GET" | "POST", signal?: AbortSignal) => Effect.Effect<Response, ControlFailed>
}

const Health = Schema.Struct({ status: Schema.Literal("ok"), dataDirectory: Schema.String })
const decodeHealth = Schema.decodeUnknownEffect(Health)

const TIMEOUT_MILLIS = 5000

const health = (url: string) =>
  Effect.tryPromise(async (signal): Promise<unknown> => {
    const timeout = AbortSignal.timeout(TIMEOUT_MILLIS)
    const response = await fetch(`${url}/_sandbox/health`, {
      redirect: "error",
      signal: AbortSignal.any([signal, timeout]),
      headers: { connection: "close" }
    })
    return response.json()
  }).pipe(Effect.flatMap(decodeHealth))

const Problem = Schema.fromJsonString(Schema.Struct({ error: Schema.String }))
const decodeProblem = Schema.decodeUnknownOption(Problem)

const ask = (url: string, token: string): Target["ask"] => (path, method = "GET", until) =>
  Effect.tryPromise({
    try: async (interrupted) => {
      const signal = until ?? interrupted
      const headers = { authorization: `Bearer ${token}`, connection: "close" }
      const response = await fetch(`${url}/_sandbox/${path}`, { method, signal, redirect: "error", headers })
      return { response, problem: response.ok ? "" : await response.text() }
    },
    catch: () => new ControlFailed({ detail: `The sandbox at ${url} did not reply` })
  }).pipe(Effect.flatMap(({ problem, response }) => {
    if (response.ok) return Effect.succeed(response)
    const said = Option.match(decodeProblem(problem), { onNone: () => "", onSome: ({ error }) => `: ${error}` })
    return Effect.fail(new ControlFailed({ detail: `The sandbox at ${url} refused with ${response.status}${said}` }))
  }))

const ELSEWHERE = "belongs to another user or a folder that cannot be read"

/**
 * The sandbox in a folder, or that on a port. What listens on a port says in which folder its token is; the token of
 * another sandbox is not sent to it, since a folder has recorded the port of its own.
 */
export const find = Effect.fnUntraced(function*(data: Option.Option<string>, port: number) {
  const fs = yield* FileSystem.FileSystem
  const wanted = Option.map(data, (path) => resolve(path))
  const recorded = Option.isSome(wanted) ? yield* DataDirectory.recordedPort(fs, wanted.value) : port
  const notRunning = Option.match(data, {
    onNone: () => new NotRunning({ where: `on port ${port}`, start: port === DEFAULT_PORT ? "" : ` --port ${port}` }),
    onSome: (path) => new NotRunning({ where: `in ${path}`, start: ` --data ${Quote.shellWord(path)}` })
  })
  if (recorded === undefined || recorded === 0) return yield* notRunning
  const url = DataDirectory.baseOf(recorded)
  const { dataDirectory } = yield* Effect.mapError(health(url), () => notRunning)
  const same = Option.isNone(wanted) || (yield* realPath(fs, wanted.value)) === (yield* realPath(fs, dataDirectory))
  if (!same) return yield* notRunning
  const unreadable = () => new ControlFailed({ detail: `The sandbox at ${url} ${ELSEWHERE}` })
  const own = yield* Effect.mapError(DataDirectory.recordedPort(fs, dataDirectory), unreadable)
  if (own !== recorded) return yield* unreadable()
  const token = yield* Effect.mapError(fs.readFileString(join(dataDirectory, "control-token")), unreadable)
  const target: Target = { url, ask: ask(url, token) }
  return target
})

const realPath = (fs: FileSystem.FileSystem, path: string) => Effect.orElseSucceed(fs.realPath(path), () => path)
