import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Ref from "effect/Ref"
import type { AssetId, JobId } from "../base/Ids.ts"
import { visible } from "../base/internal/text.ts"
import * as Job from "../mps/Job.ts"
import * as Progress from "../Progress.ts"

interface Work {
  /** Images whose upload has started and has neither succeeded nor failed. */
  readonly uploading: ReadonlySet<AssetId>
  readonly uploaded: number
  readonly jobId: JobId | undefined
  /** The final state of the job, if it has ended. */
  readonly finalState: string | undefined
}

const initial: Work = { uploading: new Set(), uploaded: 0, jobId: undefined, finalState: undefined }

const without = (ids: ReadonlySet<AssetId>, id: AssetId): ReadonlySet<AssetId> =>
  new Set([...ids].filter((other) => other !== id))

const add = (work: Work, event: Progress.Event): Work => {
  switch (event._tag) {
    case "UploadStarted":
      return { ...work, uploading: new Set([...work.uploading, event.id]) }
    case "UploadFailed":
      return { ...work, uploading: without(work.uploading, event.id) }
    case "Uploaded":
      return {
        ...work,
        uploading: without(work.uploading, event.uploaded.asset.id),
        uploaded: work.uploaded + 1
      }
    case "Submitted":
      return { ...work, jobId: event.jobId, finalState: undefined }
    case "JobSeen":
      return Job.phase(event.job) === "Going" ? work : { ...work, jobId: event.job.id, finalState: event.job.state }
    default:
      return work
  }
}

/** As many ids as fit into a line. */
const namedAtMost = 5

const names = (ids: ReadonlySet<AssetId>): string => {
  const named = [...ids].slice(0, namedAtMost).join(", ")
  return ids.size > namedAtMost ? `${named} and ${ids.size - namedAtMost} more` : named
}

/** Such as "1 image is" and "2 images are". */
const images = (count: number, [one, many]: readonly [one: string, many: string]): string =>
  count === 1 ? `1 image ${one}` : `${count} images ${many}`

const describeUploads = ({ uploaded, uploading }: Work): string | undefined => {
  if (uploading.size === 0 && uploaded === 0) return undefined
  const sum = uploaded === 0
    ? `${images(uploading.size, ["was", "were"])} being uploaded, none is in the bucket yet, and nothing was submitted`
    : `${images(uploaded, ["is", "are"])} in the bucket and no job is known for ${uploaded === 1 ? "it" : "them"}`
  const begun = uploading.size === 0
    ? ""
    : `; begun and left: ${names(uploading)}, which that run continues where it can, and otherwise sends again`
  return `${sum}: run the same ingest again to continue${begun}`
}

const describe = (work: Work): string | undefined => {
  const { finalState, jobId } = work
  if (finalState !== undefined) {
    return `job ${jobId} ended as ${visible(finalState)}, but verification did not finish: run the same ingest again`
  }
  if (jobId !== undefined) {
    return `the request was accepted as job ${jobId}, which continues in MPS: check it by this id, or run the same ` +
      "ingest again"
  }
  return describeUploads(work)
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
