/** The JSON that `--json` prints. Each has a format and its version, which grows when a field changes its meaning. */
import { AssetId, JobId, ManifestUri } from "@iiif-ingest/core/base/Ids"
import { EnvironmentName } from "@iiif-ingest/core/config/MpsEnvironment"
import { IngestReport } from "@iiif-ingest/core/mps/IngestReport"
import { Finding as ManifestFinding } from "@iiif-ingest/iiif/Manifest"
import * as Schema from "effect/Schema"

const { Array: List, Boolean, Finite, Int, String, Struct, optionalKey } = Schema

/** The fields of every document of a format. */
const head = <const F extends string>(format: F) => ({
  format: Schema.Literal(`iiif-ingest ${format}`),
  version: Schema.Literal(1)
})

/** Why a command failed. `exitCode` is the one that it ends with. */
export const Problem = Struct({ ...head("problem"), kind: String, exitCode: Int, message: String })

const LeftOut = Struct({ name: String, why: String })

/** An asset in the bucket. It is what `submit` and `manifest` take. */
export const UploadedFile = Struct({
  source: String,
  name: String,
  id: AssetId,
  key: String,
  width: Int,
  height: Int,
  mediaType: String,
  bytes: Int,
  crc32: String,
  how: Schema.Literals(["sent", "replaced", "resumed", "identical"]),
  warnings: List(String)
})

/** The result of `upload`, in the order of the images. */
export const Upload = Struct({
  ...head("upload"),
  environment: EnvironmentName,
  bucket: String,
  complete: Boolean,
  assets: List(UploadedFile),
  failed: List(Struct({ source: String, id: optionalKey(AssetId), problem: String, warnings: List(String) })),
  leftOut: List(LeftOut)
})

/** The result of `ingest`. */
export const Ingest = Struct({
  ...head("ingest"),
  environment: EnvironmentName,
  complete: Boolean,
  viewer: optionalKey(String),
  report: IngestReport,
  leftOut: List(LeftOut)
})

/** The result of `manifest`. */
export const Manifest = Struct({
  ...head("manifest"),
  id: ManifestUri,
  manifest: Schema.Record(String, Schema.Json)
})

/** The result of `submit`. */
export const Submission = Struct({
  ...head("submission"),
  environment: EnvironmentName,
  id: String,
  jobId: JobId,
  identifiers: List(String)
})

/** A state of a job, printed by `status`; with `--follow`, one for each state. */
export const Job = Struct({
  ...head("job"),
  id: JobId,
  state: String,
  ended: Boolean,
  succeeded: optionalKey(Boolean),
  errors: List(String)
})

/** The result of `check`. */
export const Check = Struct({
  ...head("check"),
  name: String,
  errors: Int,
  warnings: Int,
  findings: List(ManifestFinding)
})

/** The result of `token`: what it says, in seconds since 1970, and with `--reveal` the token itself. */
export const Token = Struct({
  ...head("token"),
  issuer: String,
  kid: String,
  resources: Schema.Json,
  issuedAt: Finite,
  expiresAt: Finite,
  token: optionalKey(String)
})

/** The result of `service`. */
export const Service = Struct({
  ...head("service"),
  environment: EnvironmentName,
  ingestUrl: String,
  assetUrl: String,
  manifestUrl: String,
  bucket: String,
  answer: Schema.Json
})

/** Every document but the events. */
export const Document = Schema.Union([Problem, Upload, Ingest, Manifest, Submission, Job, Check, Token, Service])
