/**
 * The services of a batch on those of `ingestProgram`: one layer for whoever plans and applies many manifests.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Apply from "./batch/Apply.ts"
import { ManifestIngest } from "./batch/ManifestIngest.ts"
import type { MpsConfig } from "./config/MpsConfig.ts"
import { Probe } from "./image/Probe.ts"
import { ingestProgram } from "./IngestProgram.ts"
import { Ingest } from "./mps/Ingest.ts"
import { Manifests } from "./mps/Manifests.ts"
import { Status } from "./mps/Status.ts"
import { Verify } from "./mps/Verify.ts"
import type { Journal } from "./upload/Journal.ts"
import { Upload } from "./upload/Upload.ts"

type Steps = Probe | Upload | Manifests | Ingest | Status | Verify

/**
 * `ManifestIngest` as `ingestProgram` does it, in this process.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerManifestIngest: Layer.Layer<ManifestIngest, never, Steps> = Layer.effect(
  ManifestIngest,
  Effect.map(Effect.context<Steps>(), (context) => {
    // Only these services are kept: spans, the retry policy, the holdings and the like are those of each caller.
    const steps = Context.pick(Probe, Upload, Manifests, Ingest, Status, Verify)(context)
    return ManifestIngest.of({ ingest: (options) => Effect.provideContext(ingestProgram(options), steps) })
  })
)

/**
 * All services of a batch, on what `IngestProgram.layer` and its ports provide: `TestMps.layer` in tests, `Live.layer`
 * of `iiif-ingest` otherwise.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<
  ManifestIngest | Apply.Apply,
  never,
  Steps | MpsConfig | Journal | FileSystem.FileSystem
> = Apply.layer.pipe(Layer.provideMerge(layerManifestIngest))
