/** A process with a journal of its own: says "open" or why not, and holds it until its standard input ends. */
import { Journal } from "@iiif-ingest/core/upload/Journal"
import * as Effect from "effect/Effect"
import { layer } from "../../src/NodeJournal.ts"

const [path = "", onLocked] = process.argv.slice(2)
const say = (line: string) => process.stdout.write(`${line}\n`)

const inputEnds = Effect.callback<void>((resume) => {
  process.stdin.on("end", () => resume(Effect.void)).resume()
})

const program = Journal.use((journal) => {
  say(`open ${journal.durable}`)
  return inputEnds
}).pipe(
  Effect.provide(layer({ path, onLocked: onLocked === "wait" ? "wait" : "refuse" })),
  Effect.catch((error) => Effect.sync(() => say(error.message)))
)

Effect.runPromise(program).then(() => process.stdin.destroy(), (error) => {
  say(String(error))
  process.exitCode = 1
})
