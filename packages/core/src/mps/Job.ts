/**
 * A job of MPS: one parent for the request, with one child per asset behind it. Source: docs/mps.md, 2.3.
 *
 * @since 0.1.0
 */
import { isObject } from "effect/Predicate"
import * as Schema from "effect/Schema"
import { JobId } from "../base/Ids.ts"

/**
 * What the status endpoint said: the state as it was sent, and the whole answer, since the service has grown fields
 * without notice.
 *
 * Known states are `ready`, `queued`, `running`, `success` and `failed`. Any other counts as still going.
 *
 * @category models
 * @since 0.1.0
 */
export const Job = Schema.Struct({
  id: JobId,
  state: Schema.String,
  raw: Schema.Json
})

/**
 * @category models
 * @since 0.1.0
 */
export type Job = typeof Job.Type

/**
 * The state of a job by what it means: `Succeeded` and `Failed` are final; `Going` is every other.
 *
 * @category models
 * @since 0.1.0
 */
export type Phase = "Going" | "Succeeded" | "Failed"

/**
 * What a job's state means. Case does not matter.
 *
 * @category getters
 * @since 0.1.0
 */
export const phase = (job: Job): Phase => {
  switch (job.state.toLowerCase()) {
    case "success":
      return "Succeeded"
    case "failed":
      return "Failed"
    default:
      return "Going"
  }
}

/**
 * How a job ended: `errors` is what its answer says of the reasons, as text.
 *
 * `success` is not proof that every asset is served: MPS reports it with up to nine dead images among them.
 *
 * @category models
 * @since 0.1.0
 */
export const JobResult = Schema.Struct({
  job: Job,
  succeeded: Schema.Boolean,
  errors: Schema.Array(Schema.String)
})

/**
 * @category models
 * @since 0.1.0
 */
export type JobResult = typeof JobResult.Type

const text = (u: unknown): string => typeof u === "string" ? u : JSON.stringify(u)

/** The places where LTS's own tracker and workers put reasons (docs/mps.md, 2.3). */
const reasonKeys = ["error", "errors", "errors_encountered", "message"] as const

const reasonsIn = (u: unknown, depth: number): ReadonlyArray<string> => {
  if (!isObject(u) || depth > 4) return []
  const own = reasonKeys.flatMap((key) => {
    const value = u[key]
    if (value === undefined || value === null || value === "" || value === false) return []
    return Array.isArray(value) ? value.map(text) : [text(value)]
  })
  const nested = ["data", "context", "job_tracker_file", "job_management"].flatMap((key) =>
    reasonsIn(u[key], depth + 1)
  )
  return [...own, ...nested]
}

/**
 * The result of a job that has ended.
 *
 * @category constructors
 * @since 0.1.0
 */
export const result = (job: Job): JobResult => ({
  job,
  succeeded: phase(job) === "Succeeded",
  errors: [...new Set(reasonsIn(job.raw, 0))]
})
