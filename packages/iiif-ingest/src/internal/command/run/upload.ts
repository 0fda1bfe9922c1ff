/** `upload`: puts images into the bucket. */
import * as S3Client from "@iiif-ingest/aws/S3Client"
import * as S3ObjectStore from "@iiif-ingest/aws/S3ObjectStore"
import { visible } from "@iiif-ingest/core/base/Reason"
import * as MpsConfig from "@iiif-ingest/core/config/MpsConfig"
import * as ProxySettings from "@iiif-ingest/core/config/ProxySettings"
import { location } from "@iiif-ingest/core/image/ImageSource"
import * as IngestProgram from "@iiif-ingest/core/IngestProgram"
import * as Upload from "@iiif-ingest/core/upload/Upload"
import * as NodeFiles from "@iiif-ingest/node/NodeFiles"
import * as NodeFixity from "@iiif-ingest/node/NodeFixity"
import * as NodeJournal from "@iiif-ingest/node/NodeJournal"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { Screen } from "../../terminal/screen.ts"
import { bytes, counted } from "../../terminal/units.ts"
import type * as Documents from "../documents.ts"
import { exitCodeOf, exitCodes } from "../exitCodes.ts"
import { messageOf } from "../failure.ts"
import { Globals, type GlobalValues } from "../globals.ts"
import { showing } from "../progress.ts"
import type { Run } from "../running.ts"
import { confirmInProduction, confirmIrreversible, liveOptions } from "./environment.ts"
import { collect, type Images } from "./images.ts"

export interface Input {
  readonly paths: ReadonlyArray<string>
  readonly replace: boolean
  readonly uploads: Option.Option<number>
  readonly assetPrefix: Option.Option<string>
  readonly keyPrefix: Option.Option<string>
}

/** What uploading needs, and no more: no credentials of the service, no client of it. */
const layer = (globals: GlobalValues, input: Input) =>
  Layer.unwrap(Effect.gen(function*() {
    const options = liveOptions(globals, input)
    const config = yield* MpsConfig.resolve(options.config ?? {})
    const proxies = yield* ProxySettings.resolve({})
    const { s3Endpoint: endpoint } = config.environment
    const settings = Layer.succeed(MpsConfig.MpsConfig, config)
    const journal = typeof options.journal === "object" && options.journal.path !== undefined
      ? NodeJournal.layer({ path: options.journal.path })
      : NodeJournal.layerConfig
    const ports = Layer.mergeAll(
      S3ObjectStore.layer().pipe(
        Layer.provide(S3Client.layer({ proxies, ...(endpoint === undefined ? {} : { endpoint }) }))
      ),
      journal,
      NodeFixity.layer,
      NodeFiles.layer
    )
    return IngestProgram.layerUpload(options.upload ?? {}).pipe(
      Layer.provideMerge(ports),
      Layer.provideMerge(settings)
    )
  }))

type Outcomes = ReadonlyArray<Upload.AssetOutcome>

const sourceOf = (outcome: Upload.AssetOutcome): string =>
  outcome._tag === "Uploaded" ? location(outcome.uploaded.asset.source) : outcome.source

/** In the order of the images, where the outcomes came as the uploads ended. */
const inOrder = ({ images }: Images, outcomes: Outcomes): Outcomes => {
  const places = new Map(images.map((image, index) => [location(image), index]))
  const placeOf = (outcome: Upload.AssetOutcome) => places.get(sourceOf(outcome)) ?? 0
  return outcomes.toSorted((one, other) => placeOf(one) - placeOf(other))
}

const hex = (crc32: number): string => crc32.toString(16).padStart(8, "0")

const documentOf = (
  { bucket, environment }: MpsConfig.MpsConfig["Service"],
  outcomes: Outcomes,
  { leftOut }: Images
): typeof Documents.Upload.Type => ({
  format: "iiif-ingest upload",
  version: 1,
  environment: environment.name,
  bucket,
  complete: outcomes.every(({ _tag }) => _tag === "Uploaded"),
  assets: outcomes.flatMap((outcome) => {
    if (outcome._tag === "Failed") return []
    const { asset, crc32, how } = outcome.uploaded
    const { fingerprint, height, id, key, mediaType, source, warnings, width } = asset
    const { size } = fingerprint
    return [{
      source: location(source),
      name: source.name,
      id,
      key,
      width,
      height,
      mediaType,
      bytes: size,
      crc32: hex(crc32),
      how,
      warnings
    }]
  }),
  failed: outcomes.flatMap((outcome) => {
    if (outcome._tag === "Uploaded") return []
    const { error, id, source, warnings } = outcome
    return [{ source, problem: messageOf(error), warnings, ...(id === undefined ? {} : { id }) }]
  }),
  leftOut
})

const howMany = (assets: (typeof Documents.Upload.Type)["assets"]): string => {
  const total = assets.reduce((sum, asset) => sum + asset.bytes, 0)
  const ways = [...Map.groupBy(assets, ({ how }) => how)].map(([how, same]) => `${same.length} ${how}`)
  return `${counted(assets.length, "image")} in the bucket, ${bytes(total)}${
    ways.length === 0 ? "" : ` (${ways.join(", ")})`
  }`
}

const textOf = ({ assets, bucket, failed }: typeof Documents.Upload.Type): string =>
  [
    ...failed.map(({ problem, source }) =>
      problem.includes(source) ? visible(problem) : `${visible(source)}: ${visible(problem)}`
    ),
    `${howMany(assets)}: ${bucket}`,
    ...(failed.length === 0
      ? []
      : [`${counted(failed.length, "image")} not uploaded; the same command tries them again`])
  ].join("\n")

/** The code of the one error that kept every image from being sent, or that of some. */
const codeOf = (outcomes: Outcomes): number => {
  const codes = outcomes.map((outcome) => outcome._tag === "Uploaded" ? exitCodes.done : exitCodeOf(outcome.error))
  const [first = exitCodes.incomplete, ...others] = new Set(codes)
  return others.length === 0 ? first : exitCodes.incomplete
}

const uploadAll = (found: Images, replace: boolean) =>
  Effect.gen(function*() {
    const upload = yield* Upload.Upload
    const screen = yield* Screen
    const options = replace ? { mayReplace: () => true } : {}
    const collected = yield* Stream.runCollect(upload.stream(Stream.fromIterable(found.images), options))
    const outcomes = inOrder(found, collected)
    const document = documentOf(yield* MpsConfig.MpsConfig, outcomes, found)
    yield* screen.status("")
    yield* screen.result(textOf(document), document)
    return codeOf(outcomes)
  })

export const run: Run<Input> = Effect.fnUntraced(function*(input) {
  const found = yield* collect(input.paths)
  yield* confirmInProduction(`this uploads ${counted(found.images.length, "image")}`)
  if (input.replace) yield* confirmIrreversible("this may replace pictures in the bucket")
  const globals = yield* Globals
  return yield* uploadAll(found, input.replace).pipe(
    showing(found.images.length),
    Effect.provide(layer(globals, input))
  )
})
