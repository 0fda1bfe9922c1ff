import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Ref from "effect/Ref"
import type { JobId } from "../Ids.ts"
import * as Progress from "../Progress.ts"

interface Done {
  readonly uploaded: number
  readonly jobId: JobId | undefined
}

const add = (done: Done, event: Progress.Event): Done => {
  switch (event._tag) {
    case "Uploaded":
      return { ...done, uploaded: done.uploaded + 1 }
    case "Submitted":
      return { ...done, jobId: event.jobId }
    default:
      return done
  }
}

const describe = ({ jobId, uploaded }: Done): string | undefined => {
  if (jobId !== undefined) {
    return `the request was taken as job ${jobId}, which goes on: ask for it by this id, or run the same again`
  }
  return uploaded === 0
    ? undefined
    : `${uploaded} images are in the bucket and no job is known for them: run the same again to go on from here`
}

/** Where a run ends without a report, says what it leaves behind: nobody else would know. */
export const saysWhatWasDone = <A, E, R>(run: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.gen(function*() {
    const done = yield* Ref.make<Done>({ uploaded: 0, jobId: undefined })
    const tell = yield* Progress.Progress
    return yield* run.pipe(
      Effect.provideService(
        Progress.Progress,
        (event) => Effect.andThen(Ref.update(done, (d) => add(d, event)), tell(event))
      ),
      Effect.onExit((exit) => {
        if (Exit.isSuccess(exit)) return Effect.void
        return Effect.flatMap(Ref.get(done), (d) => {
          const text = describe(d)
          return text === undefined ? Effect.void : Effect.logWarning(text)
        })
      })
    )
  })
