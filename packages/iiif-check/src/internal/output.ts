/** Writes to the standard streams, and waits until what is written is taken. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type { Writable } from "node:stream"

/** Whoever read the output has stopped, as `head` does. */
export class Closed extends Data.TaggedError("Closed") {}

export const write = (stream: Writable, text: string): Effect.Effect<void, Closed> =>
  text === ""
    ? Effect.void
    : Effect.callback<void, Closed>((resume) => {
      stream.write(text, (error) => resume(error === null || error === undefined ? Effect.void : new Closed()))
    })
