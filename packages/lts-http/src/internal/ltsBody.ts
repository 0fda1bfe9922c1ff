import { JobId } from "@iiif-ingest/core/base/Ids"
import * as Reason from "@iiif-ingest/core/base/Reason"
import type { Job } from "@iiif-ingest/core/mps/Job"
import * as LtsClient from "@iiif-ingest/core/mps/LtsClient"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { at, isObject, kindOf } from "./json.ts"

const tracker = "data.job_tracker_file"
const idPath = `${tracker}._id`

const decodeJobId = Schema.decodeUnknownOption(JobId)

/** A MongoDB id is a string, or in MongoDB's extended JSON a string under `$oid`. */
const unwrapped = (id: Schema.Json | undefined): Schema.Json | undefined => isObject(id) ? id["$oid"] : id

const isPresent = (value: Schema.Json | undefined): boolean =>
  value !== undefined && value !== null && value !== "" && value !== false

/**
 * The reason for a success without a job id. With a top-level `error` and no tracker file, the service reports that it
 * created no job; otherwise it may have.
 */
const withoutJob = (raw: Schema.Json, evidence: Reason.Evidence): LtsClient.LtsReason => {
  if (!isObject(raw)) return new Reason.Undecodable({ evidence, problem: `the body is ${kindOf(raw)}, not an object` })
  const id = at(raw, idPath)
  if (isPresent(id)) return new Reason.Undecodable({ evidence, problem: `${idPath} is ${kindOf(id)}, not a job id` })
  return isPresent(at(raw, "error")) && !isPresent(at(raw, tracker))
    ? new Reason.Rejected({ evidence })
    : new LtsClient.NoJobId({ evidence })
}

const identifiers = (raw: Schema.Json): ReadonlyArray<string> => {
  const images = at(raw, `${tracker}.context.assets.image`)
  if (!Array.isArray(images)) return []
  return images.flatMap((image: Schema.Json) => {
    const identifier = at(image, "identifier")
    return typeof identifier === "string" ? [identifier] : []
  })
}

/** Decodes the response to `initialize`. Source: docs/mps.md, 2.3. */
export const submission = (
  raw: Schema.Json,
  evidence: Reason.Evidence
): Result.Result<LtsClient.Submission, LtsClient.LtsReason> =>
  Option.match(decodeJobId(unwrapped(at(raw, idPath))), {
    onNone: () => Result.fail(withoutJob(raw, evidence)),
    onSome: (jobId) => Result.succeed({ jobId, identifiers: identifiers(raw), raw })
  })

/** Paths to the state of a job in the response of the status endpoint, or in the tracker's document. */
const statePaths = ["data.job_status", "data.job_management.job_status", `${tracker}.job_management.job_status`]

/** Decodes the response to `jobStatus`. Source: docs/mps.md, 2.3. */
export const job = (
  id: JobId,
  raw: Schema.Json,
  evidence: Reason.Evidence
): Result.Result<Job, LtsClient.LtsReason> => {
  const state = statePaths.map((path) => at(raw, path)).find((value) => typeof value === "string" && value !== "")
  if (typeof state === "string") return Result.succeed({ id, state, raw })
  const problem = `data.job_status is ${kindOf(at(raw, "data.job_status"))}, not a job state`
  return Result.fail(new Reason.Undecodable({ evidence, problem }))
}
