/**
 * Applies a plan: uploads, submits, waits and verifies, manifest by manifest, so that it can be interrupted at any point
 * and run again.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { visible } from "../base/internal/text.ts"
import type { Action } from "../mps/IngestRequest.ts"
import type { JournalError } from "../upload/Journal.ts"
import type { BatchReport } from "./BatchReport.ts"
import type { Plan } from "./Plan.ts"

/**
 * Why a plan is not applied, all reasons at once: files that changed since it was made, ids or keys that were edited
 * apart, another environment, another bucket.
 *
 * @category errors
 * @since 0.1.0
 */
export class PlanRefused extends Schema.TaggedError<PlanRefused>()("PlanRefused", {
  problems: Schema.Array(Schema.Struct({ place: Schema.String, problem: Schema.String }))
}) {
  override get message() {
    return [
      "the plan cannot be applied:",
      ...this.problems.map(({ place, problem }) => `  ${visible(place)}: ${problem}`)
    ]
      .join("\n")
  }
}

/**
 * - `root`: the absolute path of the folder of the images.
 * - `manifests`: the names of the manifests to apply; all by default.
 * - `jobsInFlight`: how many manifests are ingested at a time; 4 by default. How many uploads there are at a time is an
 *   option of the upload's layer, and how many POSTs a second one of the client's.
 * - `onAssetFailure`: what to do with a manifest of which some images are refused or not uploaded: `withhold` it (the
 *   default), or `submitRest`.
 * - `maxFailures`: after how many failed manifests no other is begun; no limit by default.
 * - `action`: the action of images without one; `upsert` or `update` lets them replace earlier ones.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly root: string
  readonly manifests?: ReadonlyArray<string>
  readonly jobsInFlight?: number
  readonly onAssetFailure?: "withhold" | "submitRest"
  readonly maxFailures?: number
  readonly action?: Action
  readonly onUnknownSubmit?: "resubmit" | "stop"
  readonly onUnchanged?: "verify" | "submit"
}

/**
 * - `check` finds what keeps a plan from being applied, and sends nothing.
 * - `run` applies it. It fails only before anything is sent; every other problem is in the report.
 *
 * @category services
 * @since 0.1.0
 */
export class Apply extends Context.Service<Apply, {
  readonly check: (plan: Plan, options: Options) => Effect.Effect<void, PlanRefused>
  readonly run: (plan: Plan, options: Options) => Effect.Effect<BatchReport, PlanRefused | JournalError>
}>()("@iiif-ingest/core/batch/Apply") {}
