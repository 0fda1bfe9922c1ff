/** `ingest`: images to one manifest that is served. */
import { visible } from "@iiif-ingest/core/base/Reason"
import { kindOfFates } from "@iiif-ingest/core/batch/BatchReport"
import * as MpsConfig from "@iiif-ingest/core/config/MpsConfig"
import * as IngestProgram from "@iiif-ingest/core/IngestProgram"
import { describeAsset, describeManifest } from "@iiif-ingest/core/mps/Fate"
import * as IngestImage from "@iiif-ingest/core/mps/IngestImage"
import * as IngestReport from "@iiif-ingest/core/mps/IngestReport"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Live from "../../../Live.ts"
import { Screen } from "../../terminal/screen.ts"
import type { Style } from "../../terminal/style.ts"
import { counted } from "../../terminal/units.ts"
import type * as Documents from "../documents.ts"
import { exitCodeOfKinds, exitCodes } from "../exitCodes.ts"
import { Globals } from "../globals.ts"
import { showing } from "../progress.ts"
import type { Run } from "../running.ts"
import { viewerOf } from "./addresses.ts"
import { describe, type Input as Description } from "./description.ts"
import { confirmInProduction, confirmIrreversible, liveOptions } from "./environment.ts"
import { collect, type Images } from "./images.ts"

export interface Input extends Description {
  readonly paths: ReadonlyArray<string>
  readonly replace: boolean
  readonly submitRest: boolean
  readonly policy: Option.Option<string>
  readonly uploads: Option.Option<number>
  readonly assetPrefix: Option.Option<string>
  readonly keyPrefix: Option.Option<string>
  readonly onUnknown: "resubmit" | "stop"
  readonly onUnchanged: "verify" | "submit"
}

type Document = typeof Documents.Ingest.Type

const documentOf = (
  { environment }: MpsConfig.MpsConfig["Service"],
  report: IngestReport.IngestReport,
  { leftOut }: Images
): Document => {
  const viewer = report.manifestId === undefined ? undefined : viewerOf(environment, report.manifestId)
  return {
    format: "iiif-ingest ingest",
    version: 1,
    environment: environment.name,
    complete: IngestReport.isComplete(report),
    ...(viewer === undefined ? {} : { viewer }),
    report,
    leftOut
  }
}

const assetLines = (style: Style, { fate, id, source, warnings }: IngestReport.AssetReport): ReadonlyArray<string> => [
  `  ${visible(source)}${id === undefined ? "" : ` (${id})`}: ${
    style[fate._tag === "Served" ? "good" : "error"](visible(describeAsset(fate)))
  }`,
  ...warnings.map((warning) => `    ${style.warning("warning:")} ${visible(warning)}`)
]

const jobLines = ({ earlier, id, problem, result }: IngestReport.JobReport): ReadonlyArray<string> => [
  `job       ${id}: ${visible(result?.job.state ?? problem ?? "its state is not known")}${
    earlier === true ? " (of an earlier run, which ingested the same)" : ""
  }`,
  ...(result?.errors ?? []).map((error) => `          ${visible(error)}`)
]

/** The addresses, and the fate of every image. */
const textOf = (style: Style, { complete, report, viewer }: Document): string => {
  const served = report.assets.filter(({ fate }) => fate._tag === "Served").length
  return [
    `manifest  ${report.manifestId ?? "none"}: ${visible(describeManifest(report.manifest))}`,
    ...(viewer === undefined || report.manifest._tag === "None" ? [] : [`viewer    ${viewer}`]),
    ...(report.job === undefined ? [] : jobLines(report.job)),
    `images    ${served} of ${report.assets.length} served`,
    ...report.assets.flatMap((asset) => assetLines(style, asset)),
    ...(report.resubmitted ? ["the request was posted again, since an earlier one may have been lost"] : []),
    ...(complete ? [] : [style.error("not everything is served: the same command goes on with what is missing")])
  ].join("\n")
}

const ingest = (found: Images, input: Input) =>
  Effect.gen(function*() {
    const screen = yield* Screen
    const report = yield* IngestProgram.ingestProgram({
      images: found.images.map((image) => IngestImage.make(image)),
      manifest: yield* describe(input, found.title),
      onUploadFailure: input.submitRest ? "submitRest" : "withholdManifest",
      onUnknownSubmit: input.onUnknown,
      onUnchanged: input.onUnchanged,
      ...(input.replace ? { action: "upsert" } : {}),
      ...(Option.isSome(input.policy) ? { policyDefinition: { policyGroupName: input.policy.value } } : {})
    })
    const document = documentOf(yield* MpsConfig.MpsConfig, report, found)
    yield* screen.status("")
    yield* screen.result(textOf(screen.style, document), document)
    return document.complete ? exitCodes.done : exitCodeOfKinds([kindOfFates(report.assets.map(({ fate }) => fate))])
  })

export const run: Run<Input> = Effect.fnUntraced(function*(input) {
  const found = yield* collect(input.paths)
  yield* confirmInProduction(`this ingests ${counted(found.images.length, "image")}`)
  if (input.replace) yield* confirmIrreversible("this may replace pictures that are served under the same ids")
  const layer = Live.layer(liveOptions(yield* Globals, input))
  return yield* ingest(found, input).pipe(showing(found.images.length), Effect.provide(layer))
})
