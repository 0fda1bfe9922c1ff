/**
 * A job of MPS: a parent job for the request, which has one child job per asset. Source: docs/mps.md, 2.3.
 *
 * @since 0.1.0
 */
import { isObject } from "effect/Predicate"
import * as Schema from "effect/Schema"
import { JobId } from "../base/Ids.ts"

/**
 * The answer of the status endpoint: the state as it was sent and, since the service has added fields without notice,
 * the whole answer.
 *
 * Known states are `ready`, `queued`, `running`, `success` and `failed`. A job in any other state counts as still
 * running.
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
 * The meaning of a job's state: `Succeeded` and `Failed` are final; `Going` is any other.
 *
 * @category models
 * @since 0.1.0
 */
export type Phase = "Going" | "Succeeded" | "Failed"

/**
 * The phase of a job. The case of its state does not matter.
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
 * How a job ended. `errors` are the reasons found in its answer, as text.
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

const textOf = (u: unknown): string => typeof u === "string" ? u : JSON.stringify(u)

/** The fields in which LTS's job tracker and workers put reasons (docs/mps.md, 2.3). */
const reasonKeys = ["error", "errors", "errors_encountered", "message"] as const

const reasonsIn = (u: unknown, depth: number): ReadonlyArray<string> => {
  if (!isObject(u) || depth > 4) return []
  const own = reasonKeys.flatMap((key) => {
    const value = u[key]
    if (value === undefined || value === null || value === "" || value === false) return []
    return Array.isArray(value) ? value.map(textOf) : [textOf(value)]
  })
  const nested = ["data", "context", "job_tracker_file", "job_management"].flatMap((key) =>
    reasonsIn(u[key], depth + 1)
  )
  return [...own, ...nested]
}

/**
 * Makes the result of a job that has ended.
 *
 * @category constructors
 * @since 0.1.0
 */
export const result = (job: Job): JobResult => ({
  job,
  succeeded: phase(job) === "Succeeded",
  errors: [...new Set(reasonsIn(job.raw, 0))]
})
