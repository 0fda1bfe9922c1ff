import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Ref from "effect/Ref"
import type { JobId } from "../base/Ids.ts"
import { visible } from "../base/internal/text.ts"
import * as Job from "../mps/Job.ts"
import * as Progress from "../Progress.ts"

interface Done {
  /** Images that were begun and have neither arrived nor failed. */
  readonly underWay: number
  readonly uploaded: number
  readonly jobId: JobId | undefined
  /** The state in which the job ended, once it has. */
  readonly ended: string | undefined
}

const nothing: Done = { underWay: 0, uploaded: 0, jobId: undefined, ended: undefined }

const add = (done: Done, event: Progress.Event): Done => {
  switch (event._tag) {
    case "UploadStarted":
      return { ...done, underWay: done.underWay + 1 }
    case "UploadFailed":
      return { ...done, underWay: done.underWay - 1 }
    case "Uploaded":
      return { ...done, underWay: done.underWay - 1, uploaded: done.uploaded + 1 }
    case "Submitted":
      return { ...done, jobId: event.jobId }
    case "JobSeen":
      return Job.phase(event.job) === "Going" ? done : { ...done, jobId: event.job.id, ended: event.job.state }
    default:
      return done
  }
}

const describe = ({ ended, jobId, underWay, uploaded }: Done): string | undefined => {
  if (ended !== undefined) {
    return `job ${jobId} ended as ${
      visible(ended)
    }, and what is served was not looked at to the end: run the same again`
  }
  if (jobId !== undefined) {
    return `the request was taken as job ${jobId}, which goes on: ask for it by this id, or run the same again`
  }
  if (uploaded === 0 && underWay === 0) return undefined
  if (uploaded === 0) {
    return `${
      underWay === 1 ? "1 image was" : `${underWay} images were`
    } on the way to the bucket, none has arrived, and ` +
      "nothing was requested: run the same again to go on from here"
  }
  return `${uploaded === 1 ? "1 image is" : `${uploaded} images are`} in the bucket and no job is known for ` +
    `${uploaded === 1 ? "it" : "them"}: run the same again to go on from here`
}

/** Logs what a run leaves behind if it ends without a report: nobody else would know. */
export const saysWhatWasDone = <A, E, R>(run: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.gen(function*() {
    const done = yield* Ref.make(nothing)
    const handle = yield* Progress.current
    return yield* run.pipe(
      Effect.provide(Progress.layer((event) => Effect.andThen(Ref.update(done, (d) => add(d, event)), handle(event)))),
      Effect.onExit((exit) => {
        if (Exit.isSuccess(exit)) return Effect.void
        return Effect.flatMap(Ref.get(done), (d) => {
          const text = describe(d)
          return text === undefined ? Effect.void : Effect.logWarning(text)
        })
      })
    )
  })
