/** Progress events as lines of JSON. */
import type { Event as ProgressEvent } from "@iiif-ingest/core/Progress"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"

const { Finite, Int, String, Struct, optionalKey } = Schema

/** The fields of an event. `at` is in milliseconds since 1970. */
const event = <const E extends string, const F extends Schema.Struct.Fields>(name: E, fields: F) =>
  Struct({
    format: Schema.Literal("iiif-ingest event"),
    version: Schema.Literal(1),
    at: Finite,
    event: Schema.Literal(name),
    ...fields
  })

/** An event of long work, printed with `--json`. */
export const Event = Schema.Union([
  event("batchStarted", { manifests: Int, images: Int, bytes: Finite }),
  event("manifestStarted", { id: String, name: String, images: Int }),
  event("probed", { source: String, id: String, bytes: Finite, width: Int, height: Int }),
  event("refused", { source: String, problem: String }),
  event("uploadStarted", { id: String, bytes: Finite }),
  event("partUploaded", { id: String, part: Int, bytes: Finite }),
  event("uploaded", { id: String, key: String, how: String }),
  event("uploadFailed", { id: String, problem: String }),
  event("manifestBuilt", { id: String, canvases: Int }),
  event("submitted", { job: String, assets: Int }),
  event("job", { job: String, state: String }),
  event("statusTrouble", { job: String, problem: String, since: Finite, until: optionalKey(Finite) }),
  event("statusRecovered", { job: String, since: Finite }),
  event("awaitingDelivery", {
    standing: String,
    problem: String,
    first: String,
    missing: Int,
    since: Finite,
    until: optionalKey(Finite)
  }),
  event("verified", { id: String, fate: String }),
  event("manifestEnded", { id: String, name: String, problem: optionalKey(String) })
])

/** The fields of an event besides those of all, by its name. */
const fieldsOf = (event: ProgressEvent): { readonly event: string } & { readonly [field: string]: unknown } => {
  switch (event._tag) {
    case "BatchStarted":
      return { event: "batchStarted", manifests: event.manifests, images: event.images, bytes: event.bytes }
    case "ManifestStarted":
      return { event: "manifestStarted", id: event.id, name: event.name, images: event.images }
    case "ManifestEnded": {
      const { id, name, problem } = event.outcome
      return { event: "manifestEnded", id, name, ...(problem === undefined ? {} : { problem: problem.message }) }
    }
    case "Probed": {
      const { fingerprint, height, id, source, width } = event.asset
      return { event: "probed", source: source.name, id, bytes: fingerprint.size, width, height }
    }
    case "Refused":
      return { event: "refused", source: event.source, problem: event.problem }
    case "UploadStarted":
      return { event: "uploadStarted", id: event.id, bytes: event.bytes }
    case "PartUploaded":
      return { event: "partUploaded", id: event.id, part: event.partNumber, bytes: event.bytes }
    case "Uploaded": {
      const { asset, how } = event.uploaded
      return { event: "uploaded", id: asset.id, key: asset.key, how }
    }
    case "UploadFailed":
      return { event: "uploadFailed", id: event.id, problem: event.problem }
    case "ManifestBuilt":
      return { event: "manifestBuilt", id: event.id, canvases: event.canvases }
    case "Submitted":
      return { event: "submitted", job: event.jobId, assets: event.assets }
    case "JobSeen":
      return { event: "job", job: event.job.id, state: event.job.state }
    case "StatusTrouble":
      return { event: "statusTrouble", job: event.jobId, problem: event.problem, ...span(event) }
    case "StatusRecovered":
      return { event: "statusRecovered", job: event.jobId, ...span(event) }
    case "AwaitingDelivery": {
      const { first, missing, problem, standing } = event
      return { event: "awaitingDelivery", standing, problem, first, missing, ...span(event) }
    }
    case "Verified":
      return { event: "verified", id: event.id, fate: event.fate._tag }
  }
}

const span = ({ since, until }: { readonly since: DateTime.Utc; readonly until?: DateTime.Utc }) => ({
  since: DateTime.toEpochMillis(since),
  ...(until === undefined ? {} : { until: DateTime.toEpochMillis(until) })
})

/** An event as a document. */
export const documentOf = (event: ProgressEvent, at: number): object => ({
  format: "iiif-ingest event",
  version: 1,
  at,
  ...fieldsOf(event)
})
