/**
 * The report of a batch: the fate of every manifest and of every image of its plan, none missing and none twice.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AssetId, ManifestUri } from "../base/Ids.ts"
import { nowMillis } from "../base/internal/time.ts"
import { EnvironmentName } from "../config/MpsEnvironment.ts"
import { AssetFate } from "../mps/Fate.ts"
import { Holdings } from "../mps/Holdings.ts"
import * as IngestReport from "../mps/IngestReport.ts"
import type { JournalError } from "../upload/Journal.ts"
import { countFates } from "./internal/apply/fates.ts"
import { kindOfTag } from "./internal/apply/kinds.ts"
import { linesOf } from "./internal/apply/lines.ts"
import * as Outcome from "./internal/apply/outcome.ts"
import { Origin, type Plan } from "./Plan.ts"

/**
 * The kind of a problem that kept a manifest from being ingested, as exit codes tell them apart: the `input` (files,
 * descriptions, a manifest that is wrong), the `configuration`, a service that is `unreachable`, one that `refused`, an
 * outcome that is `unknown` (a reply was lost), the `journal`, or a run that was `stopped` before it came to it.
 *
 * @category models
 * @since 0.1.0
 */
export const ProblemKind = Schema.Literals([
  "input",
  "configuration",
  "unreachable",
  "refused",
  "unknown",
  "journal",
  "stopped"
])

/**
 * @category models
 * @since 0.1.0
 */
export type ProblemKind = typeof ProblemKind.Type

/**
 * One image of a report. Its fate is `NotSent` where nothing was done with it.
 *
 * @category models
 * @since 0.1.0
 */
export const ImageOutcome = Schema.Struct({
  file: Schema.String,
  id: AssetId,
  origin: Origin,
  fate: AssetFate,
  warnings: Schema.Array(Schema.String)
})

/**
 * @category models
 * @since 0.1.0
 */
export type ImageOutcome = typeof ImageOutcome.Type

/**
 * One manifest of a report: what became of it as `ingestProgram` reports it, or the problem that kept it from that.
 *
 * @category models
 * @since 0.1.0
 */
export const ManifestOutcome = Schema.Struct({
  id: ManifestUri,
  name: Schema.String,
  label: Schema.String,
  origin: Origin,
  images: Schema.Array(ImageOutcome),
  report: Schema.optionalKey(IngestReport.IngestReport),
  problem: Schema.optionalKey(Schema.Struct({ kind: ProblemKind, message: Schema.String }))
})

/**
 * @category models
 * @since 0.1.0
 */
export type ManifestOutcome = typeof ManifestOutcome.Type

/**
 * The version of the format that this release writes.
 *
 * @category constants
 * @since 0.1.0
 */
export const version = 1

/**
 * The report of a batch, in the order of its plan. `at` is when it was made, in milliseconds since 1970.
 *
 * @category models
 * @since 0.1.0
 */
export const BatchReport = Schema.Struct({
  format: Schema.Literal("iiif-ingest report"),
  version: Schema.Literal(version),
  environment: EnvironmentName,
  at: Schema.Int,
  manifests: Schema.Array(ManifestOutcome)
})

/**
 * @category models
 * @since 0.1.0
 */
export type BatchReport = typeof BatchReport.Type

/**
 * The report of a plan's manifests, at a time in whole milliseconds since 1970.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  { environment }: Pick<Plan, "environment">,
  manifests: ReadonlyArray<ManifestOutcome>,
  at: number
): BatchReport => ({ format: "iiif-ingest report", version, environment, at, manifests })

/**
 * How many manifests and images there are, and how many came to what.
 *
 * - `complete`: manifests of which everything is served. `failed`: those that were begun and are not; `stopped`: those
 *   that were not begun.
 * - `fates`: the number of images by their fate.
 *
 * @category models
 * @since 0.1.0
 */
export interface Counts {
  readonly manifests: number
  readonly complete: number
  readonly failed: number
  readonly stopped: number
  readonly images: number
  readonly fates: { readonly [Fate in AssetFate["_tag"]]: number }
}

/**
 * Whether everything of a manifest is served: it has a report that says so, with every one of its images in it.
 *
 * @category guards
 * @since 0.1.0
 */
export const isManifestComplete = ({ images, problem, report }: ManifestOutcome): boolean =>
  problem === undefined && report !== undefined && IngestReport.isComplete(report) &&
  report.manifest._tag === "Served" && images.length > 0 && report.assets.length === images.length &&
  images.every(({ fate }) => fate._tag === "Served")

const isStopped = ({ problem }: ManifestOutcome): boolean => problem?.kind === "stopped"

/** Whether the report has every image of the plan once, under its manifest, and no other. */
const covers = (report: BatchReport, plan: Plan): boolean => {
  const named = (manifests: BatchReport["manifests"] | Plan["manifests"]) =>
    manifests.map(({ id, images }) => [id, ...images.map((image) => image.id)].join(" ")).toSorted().join("\n")
  return named(report.manifests) === named(plan.manifests)
}

/**
 * Whether every manifest and every image of the report is served. With a `plan`, also whether the report has each of its
 * images once. A report of nothing is not complete.
 *
 * @category guards
 * @since 0.1.0
 */
export const isComplete = (report: BatchReport, plan?: Plan): boolean =>
  report.manifests.length > 0 && report.manifests.every(isManifestComplete) &&
  (plan === undefined || covers(report, plan))

/**
 * Counts manifests by what became of them, and images by their fate.
 *
 * @category getters
 * @since 0.1.0
 */
export const counts = ({ manifests }: BatchReport): Counts => {
  const images = manifests.flatMap(({ images }) => images)
  const complete = manifests.filter(isManifestComplete).length
  const stopped = manifests.filter(isStopped).length
  return {
    manifests: manifests.length,
    complete,
    failed: manifests.length - complete - stopped,
    stopped,
    images: images.length,
    fates: countFates(images.map(({ fate }) => fate))
  }
}

/**
 * The kind of an error of the library, for the exit code of a program. `outcome` is that of a reason: whether a server
 * may have done what it was asked to.
 *
 * @category getters
 * @since 0.1.0
 */
export const kindOf = (error: {
  readonly _tag: string
  readonly reason?: { readonly _tag: string; readonly outcome?: string }
}): ProblemKind =>
  error.reason?.outcome === "unknown"
    ? "unknown"
    : kindOfTag(error.reason?._tag) ?? kindOfTag(error._tag) ?? "refused"

const kindOfFate = (fate: AssetFate): ProblemKind | undefined => {
  if (fate._tag === "Refused") return "input"
  return fate._tag === "UploadFailed" && fate.reason !== undefined ? kindOf({ _tag: fate.reason }) : undefined
}

/** The fates of images that nothing is wrong with, but that others kept back. */
const keptBack: ReadonlySet<AssetFate["_tag"]> = new Set(["NotSent", "NotSubmitted"])

/**
 * The kind of the one cause that kept all of some images from being submitted, for the exit code of a program;
 * `undefined` if there are several causes, or if some were submitted.
 *
 * @category getters
 * @since 0.1.0
 */
export const kindOfFates = (fates: ReadonlyArray<AssetFate>): ProblemKind | undefined => {
  const [kind, ...others] = new Set(fates.filter(({ _tag }) => !keptBack.has(_tag)).map(kindOfFate))
  return others.length === 0 ? kind : undefined
}

/**
 * A report as text for people: a line with the numbers, and one for each problem; images with the same problem share
 * one, and so do manifests.
 *
 * @category formatting
 * @since 0.1.0
 */
export const describe = (report: BatchReport): string => {
  const { complete, failed, fates, images, manifests, stopped } = counts(report)
  const others = [
    ...(failed === 0 ? [] : [`${failed} not complete`]),
    ...(stopped === 0 ? [] : [`${stopped} not begun`])
  ]
  const sum = `${report.environment}: ${complete} of ${manifests} manifests served` +
    `${others.length === 0 ? "" : ` (${others.join(", ")})`}, ${fates.Served} of ${images} images served`
  return [sum, ...linesOf(report.manifests)].join("\n")
}

const neverApplied = "this journal knows of no run that came to its end: apply the plan"

/**
 * What the journal's holdings know of a plan, without anything being done: of each manifest the last report, and of one
 * that has none that it was `stopped`. An image that its last report does not name is `Unknown`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromJournal = Effect.fn("BatchReport.fromJournal")(function*(
  plan: Plan
): Effect.fn.Return<BatchReport, JournalError> {
  const holdings = yield* Holdings
  const manifests = yield* Effect.forEach(plan.manifests, (planned) =>
    Effect.map(
      holdings.report(planned.id),
      (report): ManifestOutcome =>
        report === undefined
          ? Outcome.failed(planned, { kind: "stopped", message: neverApplied })
          : Outcome.reported(planned, report, (id) => `${plan.namespace}:${id}`)
    ))
  return make(plan, manifests, yield* nowMillis)
})
