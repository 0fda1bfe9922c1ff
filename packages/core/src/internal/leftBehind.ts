import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Ref from "effect/Ref"
import type { JobId } from "../base/Ids.ts"
import { visible } from "../base/internal/text.ts"
import * as Job from "../mps/Job.ts"
import * as Progress from "../Progress.ts"

interface Work {
  /** Images whose upload has started and has neither succeeded nor failed. */
  readonly uploading: number
  readonly uploaded: number
  readonly jobId: JobId | undefined
  /** The final state of the job, if it has ended. */
  readonly finalState: string | undefined
}

const initial: Work = { uploading: 0, uploaded: 0, jobId: undefined, finalState: undefined }

const add = (work: Work, event: Progress.Event): Work => {
  switch (event._tag) {
    case "UploadStarted":
      return { ...work, uploading: work.uploading + 1 }
    case "UploadFailed":
      return { ...work, uploading: work.uploading - 1 }
    case "Uploaded":
      return { ...work, uploading: work.uploading - 1, uploaded: work.uploaded + 1 }
    case "Submitted":
      return { ...work, jobId: event.jobId }
    case "JobSeen":
      return Job.phase(event.job) === "Going" ? work : { ...work, jobId: event.job.id, finalState: event.job.state }
    default:
      return work
  }
}

const describe = ({ finalState, jobId, uploaded, uploading }: Work): string | undefined => {
  if (finalState !== undefined) {
    return `job ${jobId} ended as ${visible(finalState)}, but verification did not finish: run the same ingest again`
  }
  if (jobId !== undefined) {
    return `the request was accepted as job ${jobId}, which continues in MPS: check it by this id, or run the same ` +
      "ingest again"
  }
  if (uploaded === 0 && uploading === 0) return undefined
  if (uploaded === 0) {
    return `${
      uploading === 1 ? "1 image was" : `${uploading} images were`
    } being uploaded, none is in the bucket yet, ` +
      "and nothing was submitted: run the same ingest again to continue"
  }
  return `${uploaded === 1 ? "1 image is" : `${uploaded} images are`} in the bucket and no job is known for ` +
    `${uploaded === 1 ? "it" : "them"}: run the same ingest again to continue`
}

/** Logs what a run leaves behind if it fails or is interrupted, since there is then no report to say so. */
export const loggingWhatIsLeft = <A, E, R>(run: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.gen(function*() {
    const work = yield* Ref.make(initial)
    const handle = yield* Progress.current
    return yield* run.pipe(
      Effect.provide(
        Progress.layer((event) => Effect.andThen(Ref.update(work, (current) => add(current, event)), handle(event)))
      ),
      Effect.onExit((exit) => {
        if (Exit.isSuccess(exit)) return Effect.void
        return Effect.flatMap(Ref.get(work), (left) => {
          const text = describe(left)
          return text === undefined ? Effect.void : Effect.logWarning(text)
        })
      })
    )
  })
