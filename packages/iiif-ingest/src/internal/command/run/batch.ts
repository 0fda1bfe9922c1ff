/** What the commands that apply a plan share. */
import { visible } from "@iiif-ingest/core/base/Reason"
import type * as Apply from "@iiif-ingest/core/batch/Apply"
import * as BatchReport from "@iiif-ingest/core/batch/BatchReport"
import * as BatchProgram from "@iiif-ingest/core/BatchProgram"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Live from "../../../Live.ts"
import { failedSheet } from "../../pages/csv.ts"
import { Screen } from "../../terminal/screen.ts"
import { exitCodeOfKinds, exitCodes } from "../exitCodes.ts"
import type { GlobalValues } from "../globals.ts"
import { commandLine } from "../invocation.ts"
import { liveOptions } from "./environment.ts"
import { failedFileOf, type PlanFile } from "./planFile.ts"
import { save } from "./save.ts"

export interface Input {
  readonly plan: string
  readonly only: ReadonlyArray<string>
  readonly allowOutside: boolean
  readonly onAssetFailure: "withhold" | "submit-rest"
  readonly maxFailures: Option.Option<number>
  readonly jobs: Option.Option<number>
  readonly uploads: Option.Option<number>
  readonly postsPerSecond: Option.Option<number>
  readonly verifyPerSecond: Option.Option<number>
  readonly onUnknown: "resubmit" | "stop"
  readonly onUnchanged: "verify" | "submit"
}

/** All services of a batch, live. */
export const layer = (globals: GlobalValues, input: Input) => {
  const live = Live.layer({
    ...liveOptions(globals, { uploads: input.uploads }),
    pace: {
      postsPerSecond: Option.getOrUndefined(input.postsPerSecond),
      deliveryPerSecond: Option.getOrUndefined(input.verifyPerSecond)
    }
  })
  return BatchProgram.layer.pipe(Layer.provideMerge(live))
}

export const optionsOf = (input: Input, { plan, root }: PlanFile): Apply.Options => ({
  root,
  allowOutside: input.allowOutside,
  // by their names in the chosen plan, since the flag may have given addresses
  manifests: plan.manifests.map(({ description, id }) => description.name ?? id),
  onAssetFailure: input.onAssetFailure === "submit-rest" ? "submitRest" : "withhold",
  onUnknownSubmit: input.onUnknown,
  onUnchanged: input.onUnchanged,
  ...(Option.isSome(input.maxFailures) ? { maxFailures: input.maxFailures.value } : {}),
  ...(Option.isSome(input.jobs) ? { jobsInFlight: input.jobs.value } : {})
})

/** The code of the one cause of all failures, or that some of it is not served. */
export const codeOf = (report: BatchReport.BatchReport): number => {
  if (BatchReport.isComplete(report)) return exitCodes.done
  const failed = report.manifests.filter((manifest) => !BatchReport.isManifestComplete(manifest))
  const isAll = failed.length === report.manifests.length
  const kinds = failed
    .map(({ images, problem }) => problem?.kind ?? BatchReport.kindOfFates(images.map(({ fate }) => fate)))
    .filter((kind) => kind !== "stopped")
  return isAll ? exitCodeOfKinds(kinds) : exitCodes.incomplete
}

/** Writes the rows of what failed to a sheet that can be fed back in, or removes that of an earlier run. */
const saveFailed = Effect.fnUntraced(function*(report: BatchReport.BatchReport, { file, plan, root }: PlanFile) {
  const fs = yield* FileSystem.FileSystem
  const screen = yield* Screen
  const sheet = failedSheet(report, plan)
  const path = failedFileOf(file)
  if (sheet === undefined) return yield* Effect.ignore(fs.remove(path))
  const saved = yield* Effect.result(save(path, sheet))
  if (saved._tag === "Failure") return yield* screen.note(`warning: ${saved.failure.message}`)
  const again = commandLine(["plan", path, "--images", root, "-o", path.replace(/\.csv$/, ".json")])
  yield* screen.note([
    `rows of what failed: ${visible(path)}`,
    `to go on: run the same command again, or correct that sheet and plan it:\n  ${again}`
  ].join("\n"))
})

/** The addresses of what is served, and then what is not, and why. */
export const textOf = (report: BatchReport.BatchReport): string =>
  [
    ...report.manifests.flatMap((manifest) =>
      BatchReport.isManifestComplete(manifest) ? [`${visible(manifest.name)}: served, ${manifest.id}`] : []
    ),
    BatchReport.describe(report)
  ].join("\n")

/** Prints the report of a run, and returns its exit code. */
export const conclude = Effect.fnUntraced(function*(report: BatchReport.BatchReport, planFile: PlanFile) {
  const screen = yield* Screen
  yield* screen.status("")
  yield* screen.result(textOf(report), report)
  yield* saveFailed(report, planFile)
  return codeOf(report)
})
