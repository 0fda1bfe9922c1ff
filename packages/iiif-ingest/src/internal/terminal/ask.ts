/** Asks before something that cannot be taken back. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { createInterface } from "node:readline"
import { Screen } from "./screen.ts"
import type { Streams } from "./streams.ts"

/** Nobody said yes. */
export class NotConfirmed extends Schema.TaggedError<NotConfirmed>()("NotConfirmed", {
  what: Schema.String,
  asked: Schema.Boolean
}) {
  override get message() {
    return this.asked
      ? "nothing was done, since the answer was no"
      : `${this.what}: there is no terminal to ask on, so say --yes if this is meant`
  }
}

const answerOf = ({ stderr, stdin }: Streams, question: string): Effect.Effect<string> =>
  Effect.callback<string>((resume) => {
    const asking = createInterface({ input: stdin(), output: stderr })
    asking.question(question, (answer) => {
      asking.close()
      resume(Effect.succeed(answer))
    })
    asking.once("close", () => resume(Effect.succeed("")))
    return Effect.sync(() => asking.close())
  })

/** Goes on if the answer is yes, or was given beforehand. `what` says what is about to happen. */
export const confirm = Effect.fnUntraced(function*(what: string, streams: Streams, yes: boolean) {
  if (yes) return
  if (!streams.canAsk) return yield* new NotConfirmed({ what, asked: false })
  const screen = yield* Screen
  yield* screen.status("")
  const answer = yield* answerOf(streams, `${what}. Go on? [y/N] `)
  if (!/^y(?:es)?$/i.test(answer.trim())) return yield* new NotConfirmed({ what, asked: true })
})
