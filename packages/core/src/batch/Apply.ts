/**
 * Applies a plan: uploads, submits, waits and verifies, manifest by manifest, so that it can be interrupted at any point
 * and run again.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { ManifestUri } from "../base/Ids.ts"
import { atLeast } from "../base/internal/atLeast.ts"
import { visible } from "../base/internal/text.ts"
import { nowMillis } from "../base/internal/time.ts"
import { MpsConfig } from "../config/MpsConfig.ts"
import { Ingest } from "../mps/Ingest.ts"
import type { Action } from "../mps/IngestRequest.ts"
import { Manifests } from "../mps/Manifests.ts"
import { Journal, type JournalError } from "../upload/Journal.ts"
import * as BatchProgress from "./BatchProgress.ts"
import * as BatchReport from "./BatchReport.ts"
import { ask } from "./internal/apply/asked.ts"
import * as Files from "./internal/apply/files.ts"
import * as Gate from "./internal/apply/gate.ts"
import { grouped } from "./internal/apply/lines.ts"
import { applyOne } from "./internal/apply/one.ts"
import * as Outcome from "./internal/apply/outcome.ts"
import * as Place from "./internal/apply/place.ts"
import { summaryOf } from "./internal/apply/preview.ts"
import { chosen, nameOf } from "./internal/plan/chosen.ts"
import { ManifestIngest } from "./ManifestIngest.ts"
import * as Plan from "./Plan.ts"

/** How many problems a message lists one by one. */
const namedAtMost = 20

/**
 * Why a plan is not applied, all reasons at once: files that changed since it was made, ids or keys that were edited
 * apart, another environment, another bucket. All of them are in `problems`; in the message, like ones of many share a
 * line.
 *
 * @category errors
 * @since 0.1.0
 */
export class PlanRefused extends Schema.TaggedError<PlanRefused>()("PlanRefused", {
  problems: Schema.Array(Schema.Struct({ place: Schema.String, problem: Schema.String }))
}) {
  override get message() {
    const problems = this.problems.map(({ place, problem }) => [place, problem] as const)
    const line = (places: string, problem: string) => `  ${places}: ${problem}`
    // a folder that is not there is one problem, however many files it has
    const lines = problems.length > namedAtMost
      ? grouped(problems, line)
      : problems.map(([place, problem]) => line(visible(place), problem))
    return ["the plan cannot be applied:", ...lines].join("\n")
  }
}

/**
 * - `root`: the absolute path of the folder of the images.
 * - `allowOutside`: whether the plan may name files outside that folder, by their paths or through links; by default it
 *   is refused, since a plan from someone else could name any picture of this machine.
 * - `manifests`: the names or addresses of the manifests to apply; all by default.
 * - `jobsInFlight`: how many manifests are ingested at a time; 4 by default: while the job of
 *   one is waited for, the next uploads. How many uploads there are at a time, in all of them together, is an option of
 *   the upload's layer, and how many POSTs a second one of the client's.
 * - `onAssetFailure`: what to do with a manifest of which some images are refused or not uploaded: `withhold` it (the
 *   default), or `submitRest`.
 * - `maxFailures`: after how many failed manifests no other is begun; no limit by default.
 * - `action`: what may be done with an image that was ingested before. `upsert` lets it replace the earlier one, and
 *   leaves unchanged what is. `update` and `create` are sent as the action of all images without one, so that a manifest
 *   that was ingested without is posted again.
 * - `onUnknownSubmit`, `onUnchanged`: as in `IngestProgram.Options`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly root: string
  readonly allowOutside?: boolean
  readonly manifests?: ReadonlyArray<string>
  readonly jobsInFlight?: number
  readonly onAssetFailure?: "withhold" | "submitRest"
  readonly maxFailures?: number
  readonly action?: Action
  readonly onUnknownSubmit?: "resubmit" | "stop"
  readonly onUnchanged?: "verify" | "submit"
}

/**
 * What applying a manifest would do, by the journal: it is `new`, `changed` since it was ingested, `unchanged` (nothing
 * would be posted, and it would only be verified), or `resumed` (an earlier run did not come to its end with it).
 * `bytes` are those still to be sent, of `send` images. `problem`: why it cannot be built.
 *
 * @category models
 * @since 0.1.0
 */
export const ManifestPreview = Schema.Struct({
  id: ManifestUri,
  name: Schema.String,
  state: Schema.Literals(["new", "changed", "unchanged", "resumed"]),
  images: Schema.Int,
  send: Schema.Int,
  bytes: Schema.Int,
  problem: Schema.optionalKey(Schema.String)
})

/**
 * @category models
 * @since 0.1.0
 */
export type ManifestPreview = typeof ManifestPreview.Type

/**
 * - `check` finds what keeps a plan from being applied, all of it at once, and sends nothing.
 * - `preview` checks a plan, and tells what applying it would do, without asking a server anything.
 * - `run` applies it. It fails only before anything is sent; every other problem is in the report, which has each
 *   manifest that was asked for, in the order of the plan, and each of its images once. A manifest that fails does not
 *   stop the others, unless what went wrong would go wrong with each (no such bucket, wrong keys, a journal that cannot be
 *   written): then no other is begun, and the report says so.
 *
 * Everything that is done is in the journal, so a run that was interrupted or killed is continued by running the same
 * again. It posts nothing that an earlier run did, and only verifies what is unchanged.
 *
 * @category services
 * @since 0.1.0
 */
export class Apply extends Context.Service<Apply, {
  readonly check: (plan: Plan.Plan, options: Options) => Effect.Effect<void, PlanRefused>
  readonly preview: (
    plan: Plan.Plan,
    options: Options
  ) => Effect.Effect<ReadonlyArray<ManifestPreview>, PlanRefused | JournalError>
  readonly run: (
    plan: Plan.Plan,
    options: Options
  ) => Effect.Effect<BatchReport.BatchReport, PlanRefused | JournalError>
}>()("@iiif-ingest/core/batch/Apply") {}

/** The action that is sent for images without one; `upsert` is what MPS is asked for by itself where it is needed. */
const sentAction = ({ action }: Options): Action | undefined => action === "upsert" ? undefined : action

const manifestOptions = (options: Options) => {
  const action = sentAction(options)
  return {
    onUploadFailure: options.onAssetFailure === "submitRest" ? "submitRest" as const : "withholdManifest" as const,
    replace: options.action === "upsert" || options.action === "update",
    ...(action === undefined ? {} : { action }),
    ...(options.onUnknownSubmit === undefined ? {} : { onUnknownSubmit: options.onUnknownSubmit }),
    ...(options.onUnchanged === undefined ? {} : { onUnchanged: options.onUnchanged })
  }
}

const make = Effect.gen(function*() {
  // Only these services are kept: spans, the retry policy, the holdings and the like are those of each caller.
  const context = Context.pick(ManifestIngest, FileSystem.FileSystem, Manifests, Ingest, Journal)(
    yield* Effect.context<ManifestIngest | FileSystem.FileSystem | Manifests | Ingest | Journal>()
  )
  const config = yield* MpsConfig
  const urlOf = Place.addressOf(config)

  const check = Effect.fn("Apply.check")(function*(plan: Plan.Plan, options: Options) {
    const { manifests } = options
    const found = Place.problemsOf(plan, config, manifests)
    const files = yield* Files.problemsOf(chosen(plan, manifests), options)
    const problems = [...found, ...files]
    if (problems.length > 0) return yield* new PlanRefused({ problems })
  })

  const preview = Effect.fn("Apply.preview")(function*(plan: Plan.Plan, options: Options) {
    yield* check(plan, options)
    const asking = { root: options.root, bucket: plan.bucket, action: sentAction(options) }
    return yield* Effect.forEach(chosen(plan, options.manifests), (manifest) =>
      Effect.map(
        ask(manifest, asking).pipe(
          Effect.catchTag("ManifestError", ({ message }) => Effect.succeed({ manifest, problem: message }))
        ),
        summaryOf
      ))
  })

  const run = Effect.fn("Apply.run")(function*(plan: Plan.Plan, options: Options) {
    yield* check(plan, options)
    const manifests = chosen(plan, options.manifests)
    const gate = yield* Gate.make(options.maxFailures)
    const images = manifests.flatMap(({ images }) => images)
    const bytes = images.reduce((sum, { fingerprint }) => sum + fingerprint.size, 0)
    yield* BatchProgress.emit({ _tag: "BatchStarted", manifests: manifests.length, images: images.length, bytes })
    const one = { ...manifestOptions(options), root: options.root, allowOutside: options.allowOutside, urlOf }
    const outcomes = yield* Effect.forEach(
      manifests,
      Effect.fnUntraced(function*(planned): Effect.fn.Return<
        BatchReport.ManifestOutcome,
        never,
        ManifestIngest | FileSystem.FileSystem
      > {
        const closed = yield* gate.closed
        if (closed !== undefined) return Outcome.failed(planned, { kind: "stopped", message: closed })
        const name = nameOf(planned)
        yield* BatchProgress.emit({ _tag: "ManifestStarted", id: planned.id, name, images: planned.images.length })
        const ended = yield* applyOne(planned, one, Plan.imagesOf(planned, options.root))
        yield* gate.note(ended)
        yield* BatchProgress.emit({ _tag: "ManifestEnded", outcome: ended.outcome })
        return ended.outcome
      }),
      { concurrency: atLeast(1, options.jobsInFlight ?? 4) }
    )
    return BatchReport.make(plan, outcomes, yield* nowMillis)
  })

  return Apply.of({
    check: (plan, options) => Effect.provideContext(check(plan, options), context),
    preview: (plan, options) => Effect.provideContext(preview(plan, options), context),
    run: (plan, options) => Effect.provideContext(run(plan, options), context)
  })
})

/**
 * Applies plans through `ManifestIngest`. `BatchProgram.layer` provides it with all that it needs.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<
  Apply,
  never,
  ManifestIngest | MpsConfig | Journal | Manifests | Ingest | FileSystem.FileSystem
> = Layer.effect(Apply, make)
