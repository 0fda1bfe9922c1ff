/** `manifest`: builds a manifest, and sends nothing. */
import { visible } from "@iiif-ingest/core/base/Reason"
import * as MpsConfig from "@iiif-ingest/core/config/MpsConfig"
import * as Probe from "@iiif-ingest/core/image/Probe"
import * as IngestProgram from "@iiif-ingest/core/IngestProgram"
import * as Manifests from "@iiif-ingest/core/mps/Manifests"
import type { StoredAsset } from "@iiif-ingest/core/upload/UploadedAsset"
import * as NodeFiles from "@iiif-ingest/node/NodeFiles"
import * as NodeFixity from "@iiif-ingest/node/NodeFixity"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Result from "effect/Result"
import { Screen } from "../../terminal/screen.ts"
import { exitCodes } from "../exitCodes.ts"
import { Usage } from "../failure.ts"
import { Globals, type GlobalValues } from "../globals.ts"
import type { Run } from "../running.ts"
import { describe, type Input as Description } from "./description.ts"
import { liveOptions } from "./environment.ts"
import { collect } from "./images.ts"
import { readAssets } from "./readAssets.ts"
import { save } from "./save.ts"

export interface Input extends Description {
  readonly paths: ReadonlyArray<string>
  readonly assets: Option.Option<string>
  readonly output: Option.Option<string>
  readonly assetPrefix: Option.Option<string>
  readonly keyPrefix: Option.Option<string>
}

const layer = (globals: GlobalValues, input: Input) =>
  Layer.mergeAll(
    IngestProgram.layerProbe,
    Manifests.layer.pipe(Layer.provide(SecureRandom.layerWebCrypto))
  ).pipe(
    Layer.provideMerge(Layer.mergeAll(NodeFixity.layer, NodeFiles.layer)),
    Layer.provideMerge(Layer.effect(MpsConfig.MpsConfig, MpsConfig.resolve(liveOptions(globals, input).config ?? {})))
  )

interface Named {
  readonly title: string
  readonly assets: ReadonlyArray<StoredAsset>
}

/** All images probed; what is wrong with any is reported at once. */
const probed = Effect.fnUntraced(function*(paths: ReadonlyArray<string>) {
  const { images, title } = yield* collect(paths)
  const results = yield* (yield* Probe.Probe).all(images)
  const problems = results.flatMap((result) => Result.isFailure(result) ? [result.failure.message] : [])
  if (problems.length > 0) return yield* new Usage({ detail: problems.join("\n") })
  const named: Named = { title, assets: results.flatMap((result) => Result.isSuccess(result) ? [result.success] : []) }
  return named
})

const uploaded = Effect.fnUntraced(function*(file: string) {
  const path = yield* Path.Path
  const { assets, document } = yield* readAssets(file)
  const [first] = document.assets
  const title = path.basename(path.dirname(path.resolve(first?.source ?? file)))
  const named: Named = { title, assets: assets.map(({ asset }) => asset) }
  return named
})

const assetsOf = ({ assets, paths }: Input) => {
  if (Option.isSome(assets) === paths.length > 0) {
    return new Usage({ detail: "name images or folders, or with --assets what upload --json wrote" })
  }
  return Option.isSome(assets) ? uploaded(assets.value) : probed(paths)
}

const build = (input: Input) =>
  Effect.gen(function*() {
    const screen = yield* Screen
    const manifests = yield* Manifests.Manifests
    const { assets, title } = yield* assetsOf(input)
    const description = yield* describe(input, title)
    const id = yield* manifests.uri(description.name)
    const manifest = yield* manifests.build(id, description, assets)
    const text = `${JSON.stringify(manifest, null, 2)}\n`
    const document = { format: "iiif-ingest manifest", version: 1, id, manifest }
    if (Option.isSome(input.output)) {
      yield* save(input.output.value, text)
      yield* screen.result(`${visible(input.output.value)}: ${id}`, document)
    } else yield* screen.result(text, document)
    return exitCodes.done
  })

export const run: Run<Input> = Effect.fnUntraced(function*(input) {
  return yield* Effect.provide(build(input), layer(yield* Globals, input))
})
