/** Checks all documents and prints what was found. */
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import type { Writable } from "node:stream"
import { check } from "./check.ts"
import type { Checked, Problem } from "./checked.ts"
import { write } from "./output.ts"
import { checkedLine, problemLine } from "./report/json.ts"
import { checkedText, problemText } from "./report/people.ts"
import type { Style } from "./report/style.ts"
import { type Source, type SourceOptions, sources } from "./sources.ts"
import * as Tally from "./tally.ts"

export interface RunOptions extends SourceOptions {
  readonly json: boolean
  readonly quiet: boolean
  readonly warningsAsErrors: boolean
  /** How many findings of a document are shown. */
  readonly max: number
  readonly style: Style
  readonly stdout: Writable
  readonly stderr: Writable
}

/** How many documents are read at a time, which is also how many are in memory. They are checked one by one. */
const concurrency = 4

/** What a document counts as, and what is printed of it. */
interface Outcome {
  readonly kind: keyof Tally.Tally
  readonly output: string
}

const outcomeOf = (source: Source, options: RunOptions, turn: Semaphore.Semaphore): Effect.Effect<Outcome> => {
  const { json, max, quiet, style, warningsAsErrors } = options
  const shown = { style, max, errorsOnly: quiet && !warningsAsErrors }
  const { name } = source
  // between documents, so that Ctrl-C is heard: reading a file and writing to one wait for nothing
  return Effect.andThen(Effect.yieldNow, source.read).pipe(
    // one by one, since the steps of several checks would be taken together, and nothing be heard in between
    Effect.flatMap((bytes) => turn.withPermits(1)(check(name, bytes))),
    Effect.match({
      onFailure: (problem: Problem): Outcome => ({
        kind: "unchecked",
        output: json ? problemLine({ name, problem }) : problemText({ name, problem }, style)
      }),
      onSuccess: (checked: Checked): Outcome => ({
        kind: Tally.kindOf(checked),
        output: json ? checkedLine(checked, shown) : checkedText(checked, shown)
      })
    })
  )
}

/** Returns the exit code. If nobody reads the output any more, it is that of what was checked until then. */
export const run = Effect.fnUntraced(function*(args: ReadonlyArray<string>, options: RunOptions) {
  const tally = yield* Ref.make(Tally.none)
  const { json, quiet, stderr, stdout } = options
  const print = ({ kind, output }: Outcome) =>
    Effect.andThen(Ref.update(tally, (sum) => Tally.add(sum, kind)), write(stdout, output))
  const turn = yield* Semaphore.make(1)
  const all = sources(args, options).pipe(
    Stream.mapEffect((source) => outcomeOf(source, options, turn), { concurrency }),
    Stream.runForEach(print),
    Effect.andThen(Effect.map(Ref.get(tally), Tally.summary)),
    Effect.flatMap((text) => json && quiet ? Effect.void : write(json ? stderr : stdout, text))
  )
  yield* Effect.catchTag(all, "Closed", () => Effect.void)
  return Tally.exitCode(yield* Ref.get(tally), options.warningsAsErrors)
})
