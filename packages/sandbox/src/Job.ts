/**
 * Jobs as the sandbox stores them: a parent with one child per asset.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The states of parent and child jobs, in the order they are reached.
 *
 * @category models
 * @since 0.1.0
 */
export const JobState = Schema.Literals(["ready", "queued", "running", "success", "failed"])

/**
 * @category models
 * @since 0.1.0
 */
export type JobState = typeof JobState.Type

/**
 * A state and when it was reached, in milliseconds since 1970.
 *
 * @category models
 * @since 0.1.0
 */
export const StateChange = Schema.Struct({ state: JobState, at: Schema.Int })

/**
 * @category models
 * @since 0.1.0
 */
export type StateChange = typeof StateChange.Type

/**
 * The processing of one asset. `reason` says why it failed; `warnings` lists problems that did not fail it.
 *
 * @category models
 * @since 0.1.0
 */
export const ChildJob = Schema.Struct({
  id: Schema.String,
  identifier: Schema.String,
  state: JobState,
  reason: Schema.optionalKey(Schema.String),
  warnings: Schema.Array(Schema.String),
  /** The states after `ready`, in the order they were reached. */
  timeline: Schema.optionalKey(Schema.Array(StateChange))
})

/**
 * @category models
 * @since 0.1.0
 */
export type ChildJob = typeof ChildJob.Type

/**
 * A parent job; times are milliseconds since 1970.
 *
 * @category models
 * @since 0.1.0
 */
export const Job = Schema.Struct({
  id: Schema.String,
  state: JobState,
  createdAt: Schema.Int,
  modifiedAt: Schema.Int,
  children: Schema.Array(ChildJob),
  errors: Schema.Array(Schema.String),
  /** `NS:NAME` of the manifest submitted with the job, if any. */
  manifest: Schema.optionalKey(Schema.String),
  /** The states after `ready`, which a job is in from `createdAt` on, in the order they were reached. */
  timeline: Schema.optionalKey(Schema.Array(StateChange))
})

/**
 * @category models
 * @since 0.1.0
 */
export type Job = typeof Job.Type

/**
 * Whether a job has ended.
 *
 * @category guards
 * @since 0.1.0
 */
export const isTerminal = (state: JobState): boolean => state === "success" || state === "failed"

/**
 * There is no job with that id.
 *
 * @category errors
 * @since 0.1.0
 */
export class UnknownJob extends Schema.TaggedError<UnknownJob>()("UnknownJob", { id: Schema.String }) {
  override get message() {
    return `The sandbox has no job ${this.id}: use an id from the reply to an ingest request`
  }
}
