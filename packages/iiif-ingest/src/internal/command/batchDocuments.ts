/** The JSON that `--json` prints of the commands for batches. */
import * as Apply from "@iiif-ingest/core/batch/Apply"
import { AuditReport } from "@iiif-ingest/core/batch/Audit"
import { BatchReport } from "@iiif-ingest/core/batch/BatchReport"
import { Finding } from "@iiif-ingest/core/batch/Finding"
import * as Update from "@iiif-ingest/core/batch/Update"
import { VerificationReport } from "@iiif-ingest/core/batch/Verification"
import { EnvironmentName } from "@iiif-ingest/core/config/MpsEnvironment"
import * as Schema from "effect/Schema"

const { Array: List, Finite, Int, String, Struct, optionalKey } = Schema

const head = <const F extends string>(format: F) => ({
  format: Schema.Literal(`iiif-ingest ${format}`),
  version: Schema.Literal(1)
})

/** The result of `plan`: all findings, what applying takes, and the plan's file, if one was written. */
export const Preflight = Struct({
  ...head("preflight"),
  errors: Int,
  warnings: Int,
  findings: List(Finding),
  estimate: Struct({ manifests: Int, images: Int, bytes: Finite, requests: Finite, seconds: Finite }),
  plan: optionalKey(String)
})

/** The result of `apply --dry-run`. */
export const Preview = Struct({ ...head("preview"), manifests: List(Apply.ManifestPreview) })

/** What `update` is about to change. The report of it follows. */
export const Changes = Struct({ ...head("changes"), manifests: Update.Changes })

/** The result of `withdraw`: what LTS has to be asked for. */
export const Withdrawal = Struct({
  ...head("withdrawal"),
  environment: EnvironmentName,
  account: String,
  space: String,
  identifiers: List(String),
  manifests: List(String)
})

/**
 * Every document of a batch. The results of `apply`, `update` and `report`, of `verify` and of `audit` are reports of the
 * library.
 */
export const Document = Schema.Union([
  Preflight,
  Preview,
  Changes,
  Withdrawal,
  BatchReport,
  VerificationReport,
  AuditReport
])
