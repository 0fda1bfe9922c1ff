import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Result from "effect/Result"
import type { AssetId } from "../../../base/Ids.ts"
import { AssetFate } from "../../../mps/Fate.ts"
import { Holdings } from "../../../mps/Holdings.ts"
import { UploadProgress } from "../../../upload/UploadProgress.ts"
import * as BatchReport from "../../BatchReport.ts"
import { ManifestIngest, type ManifestIngestError, type Options } from "../../ManifestIngest.ts"
import type * as Plan from "../../Plan.ts"
import { nameOf } from "../plan/chosen.ts"
import * as Files from "./files.ts"
import * as Outcome from "./outcome.ts"
import type { Problem } from "./place.ts"

/** What became of a manifest, and the tag of the error that kept it from a report. */
export interface Ended {
  readonly outcome: BatchReport.ManifestOutcome
  readonly error?: string
}

/** The fates of uploads, as their events tell them: the only trace of a run that has no report. */
const watchUploads = Effect.gen(function*() {
  // one map for all of its images: a copy for each event would be quadratic
  const seen = new Map<AssetId, AssetFate | "uploaded">()
  const note = (id: AssetId, fate: AssetFate | "uploaded") => Effect.sync(() => void seen.set(id, fate))
  const pass = yield* UploadProgress
  const watching = Effect.provideService(UploadProgress, (event) => {
    if (event._tag === "Uploaded") return Effect.andThen(note(event.uploaded.asset.id, "uploaded"), pass(event))
    if (event._tag !== "UploadFailed") return pass(event)
    const fate = AssetFate.cases.UploadFailed.make({ problem: event.problem })
    return Effect.andThen(note(event.id, fate), pass(event))
  })
  return { seen, watching }
})

/** An error after which the service may have what was asked for. */
const mayHaveArrived: ReadonlySet<BatchReport.ProblemKind> = new Set(["unknown", "journal"])

const afterError = (
  planned: Plan.PlannedManifest,
  error: ManifestIngestError,
  seen: ReadonlyMap<AssetId, AssetFate | "uploaded">,
  urlOf: (id: AssetId) => string
): Ended => {
  const kind = BatchReport.kindOf(error)
  const { message } = error
  const outcome = Outcome.failed(planned, { kind, message }, ({ id, key }) => {
    const fate = seen.get(id)
    if (fate !== "uploaded") return fate ?? AssetFate.cases.NotSent.make({})
    return mayHaveArrived.has(kind)
      ? AssetFate.cases.Unknown.make({ url: urlOf(id), problem: message })
      : AssetFate.cases.NotSubmitted.make({ key })
  })
  return { outcome, error: error._tag === "LtsError" ? error.reason._tag : error._tag }
}

/** The outcome of a manifest whose files are not those that were planned. */
const changed = (planned: Plan.PlannedManifest, problems: ReadonlyArray<Problem>): Ended => {
  const byFile = new Map(problems.map(({ place, problem }) => [place, problem]))
  const message = "files were changed or removed while the batch was applied: make the plan again"
  return {
    outcome: Outcome.failed(planned, { kind: "input", message }, ({ file }) => {
      const problem = byFile.get(file)
      return problem === undefined ? AssetFate.cases.NotSent.make({}) : AssetFate.cases.Refused.make({ problem })
    })
  }
}

/** The images that may replace others: all of them, if that was asked for, or those of which the plan says so. */
const replaceOf = ({ images }: Plan.PlannedManifest, replace: boolean): boolean | ReadonlyArray<AssetId> =>
  replace || images.flatMap(({ id, replaces }) => replaces === true ? [id] : [])

/** Ingests one manifest of a plan. Whatever happens, each of its images has a fate. */
export const applyOne = Effect.fnUntraced(function*(
  planned: Plan.PlannedManifest,
  { allowOutside, replace, root, urlOf, ...options }:
    & Omit<Options, "images" | "manifest" | "replace">
    & Files.Bounds
    & {
      readonly replace: boolean
      readonly urlOf: (id: AssetId) => string
    },
  images: Options["images"]
): Effect.fn.Return<Ended, never, ManifestIngest | FileSystem.FileSystem> {
  const problems = yield* Files.problemsOf([planned], { allowOutside, root })
  if (problems.length > 0) return changed(planned, problems)
  const { seen, watching } = yield* watchUploads
  const ended = yield* watching(
    (yield* ManifestIngest).ingest({
      ...options,
      replace: replaceOf(planned, replace),
      images,
      manifest: planned.description
    })
  ).pipe(Effect.annotateLogs("manifest", nameOf(planned)), Effect.result)
  if (Result.isFailure(ended)) return afterError(planned, ended.failure, seen, urlOf)
  const outcome = Outcome.reported(planned, ended.success, urlOf)
  const saved = yield* Effect.result((yield* Holdings).saveReport(planned.id, ended.success))
  if (Result.isSuccess(saved)) return { outcome }
  yield* Effect.logWarning(`the report of ${nameOf(planned)} was not kept: ${saved.failure.message}`)
  return { outcome, error: saved.failure._tag }
})
