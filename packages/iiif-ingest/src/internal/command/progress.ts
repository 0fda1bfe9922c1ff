/** Shows progress: a status line on a terminal, plain lines elsewhere, or JSON. */
import * as Progress from "@iiif-ingest/core/Progress"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Screen } from "../terminal/screen.ts"
import { eventLine, statusLine } from "../terminal/statusLine.ts"
import * as Tally from "../terminal/tally.ts"
import { documentOf } from "./event.ts"

/** How often the status line is drawn at most, in milliseconds. */
const drawEvery = 100

/** Events that are a line of their own above the status line, too. */
const isLasting = (event: Progress.Event): boolean =>
  ["ManifestEnded", "Refused", "StatusTrouble", "StatusRecovered", "Submitted", "Uploaded", "UploadFailed"]
    .includes(event._tag)

/** Provides an effect with the handler of its events. `images`: how many there are, where that is known beforehand. */
export const showing = (images: number) => <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const screen = yield* Screen
    let tally = Tally.start(images)
    let drawn = 0
    const draw = (now: number) => {
      if (now - drawn < drawEvery) return Effect.void
      drawn = now
      return screen.status(statusLine(tally, now, screen.columns()))
    }
    const show = (event: Progress.Event) => {
      const line = screen.isLive ? isLasting(event) : !screen.json
      const text = line && !screen.quiet ? eventLine(event, tally) : undefined
      return text === undefined ? Effect.void : screen.note(text)
    }
    const handle: Progress.Handler = (event) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        tally = Tally.add(tally, event, now)
        return Effect.all([screen.document(documentOf(event, now)), show(event), draw(now)], { discard: true })
      })
    return yield* Effect.provide(effect, Progress.layer(handle)).pipe(Effect.ensuring(screen.status("")))
  })
