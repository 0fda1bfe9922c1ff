/** Opens a journal, prints "open" or the error, and holds the journal until standard input ends. */
import { Journal } from "@iiif-ingest/core/upload/Journal"
import * as Effect from "effect/Effect"
import { layer } from "../../src/NodeJournal.ts"

const [path = "", onLocked] = process.argv.slice(2)
const print = (line: string) => process.stdout.write(`${line}\n`)

const inputEnds = Effect.callback<void>((resume) => {
  process.stdin.on("end", () => resume(Effect.void)).resume()
})

const program = Journal.use((journal) => {
  print(`open ${journal.durable}`)
  return inputEnds
}).pipe(
  Effect.provide(layer({ path, onLocked: onLocked === "wait" ? "wait" : "refuse" })),
  Effect.catch((error) => Effect.sync(() => print(error.message)))
)

Effect.runPromise(program).then(() => process.stdin.destroy(), (error) => {
  print(String(error))
  process.exitCode = 1
})
