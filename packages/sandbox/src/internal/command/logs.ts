/** `logs`: the requests that a running sandbox got, and what was wrong with them. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import process from "node:process"
import { createInterface } from "node:readline"
import { Readable } from "node:stream"
import { isProblem } from "../log/isProblem.ts"
import * as Flags from "./flags.ts"
import * as LogLine from "./logLine.ts"
import * as Target from "./target.ts"

const flag = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withDefault(false), Flag.withDescription(description))

const flags = {
  ...Flags.target,
  follow: flag("follow", "Go on with the requests to come"),
  problems: flag("problems", "Only what was refused, was broken off, or has a note"),
  all: flag("all", "Pages of the dashboard and requests of the control API, too"),
  json: flag("json", "Print a JSON object on each line")
}

/** Whoever reads the output has gone, as in `logs | head`. */
const endWithReader = Effect.callback<void>((resume) => {
  const onError = () => resume(Effect.void)
  process.stdout.once("error", onError)
  return Effect.sync(() => void process.stdout.off("error", onError))
})

const decodeEntry = Schema.decodeUnknownEffect(Schema.fromJsonString(LogLine.Entry))

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    yield value
  }
}

/** The lines of a reply, as they come; a connection that breaks ends them. */
async function* linesOf({ body }: Response): AsyncGenerator<string> {
  if (body === null) return
  try {
    yield* createInterface({ input: Readable.from(chunksOf(body)) })
  } catch {
    // The sandbox has stopped, or the reader has gone.
  }
}

const print = Effect.fnUntraced(function*(
  response: Response,
  { all, json, problems }: { readonly all: boolean; readonly json: boolean; readonly problems: boolean }
) {
  const lines = linesOf(response)
  for (;;) {
    const { done, value } = yield* Effect.promise(() => lines.next())
    if (done === true) return
    const entry = yield* decodeEntry(value)
    if ((!all && LogLine.isOwn(entry)) || (problems && !isProblem(entry))) continue
    yield* Console.log(json ? LogLine.json(value) : LogLine.text(entry))
  }
})

export const logs = Command.make(
  "logs",
  flags,
  Effect.fnUntraced(
    function*({ data, follow, port, ...shown }) {
      const { ask } = yield* Target.find(data, port)
      const { signal } = yield* Effect.acquireRelease(
        Effect.sync(() => new AbortController()),
        (controller) => Effect.sync(() => controller.abort())
      )
      const response = yield* ask(follow ? "requests?follow" : "requests", "GET", signal)
      yield* Effect.raceFirst(print(response, shown), endWithReader)
    },
    Effect.scoped,
    Effect.mapError(Flags.asUserError)
  )
).pipe(Command.withDescription("Print the requests that the running sandbox got, and what was wrong with them"))
