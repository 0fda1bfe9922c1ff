/**
 * The services of a batch on those of `ingestProgram`: one layer for whoever plans and applies many manifests.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import { ownServices } from "./base/internal/ownServices.ts"
import * as Apply from "./batch/Apply.ts"
import * as Audit from "./batch/Audit.ts"
import { ManifestIngest } from "./batch/ManifestIngest.ts"
import * as Preflight from "./batch/Preflight.ts"
import * as Verification from "./batch/Verification.ts"
import type { MpsConfig } from "./config/MpsConfig.ts"
import { Probe } from "./image/Probe.ts"
import { ingestProgram } from "./IngestProgram.ts"
import type { Delivery } from "./mps/Delivery.ts"
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
 * @example
 * ```ts
 * import { Apply, BatchProgram, BatchReport, Preflight, TestMps } from "@iiif-ingest/core"
 * import { NodeServices } from "@effect/platform-node"
 * import { Effect, Layer } from "effect"
 *
 * const inMemory = BatchProgram.layer.pipe(
 *   Layer.provideMerge(TestMps.layer({ jobDuration: "10 millis" })),
 *   Layer.provideMerge(NodeServices.layer)
 * )
 *
 * const root = `${process.cwd()}/examples/images`
 * const table = {
 *   source: "pages.csv",
 *   folder: root,
 *   columns: ["file", "manifest", "label"],
 *   rows: [["coffee.png", "COFFEE", "Coffee"], ["retina-pyramid.tif", "RETINA", "Retina"]].map((cells, at) => ({
 *     row: at + 2,
 *     cells: new Map(["file", "manifest", "label"].map((column, n) => [column, { text: cells[n] ?? "" }]))
 *   })),
 *   findings: []
 * }
 *
 * const program = Effect.gen(function*() {
 *   const { findings, plan } = yield* (yield* Preflight.Preflight).check({ tables: [table], root })
 *   if (plan === undefined) return findings.map(({ message }) => message).join("\n")
 *   return BatchReport.describe(yield* (yield* Apply.Apply).run(plan, { root }))
 * })
 *
 * console.log(await Effect.runPromise(Effect.provide(program, inMemory)))
 * // => "qa: 2 of 2 manifests served, 2 of 2 images served"
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<
  ManifestIngest | Apply.Apply | Preflight.Preflight | Verification.Verification | Audit.Audit,
  never,
  Steps | Delivery | MpsConfig | Journal | FileSystem.FileSystem | Path.Path
> = ownServices(
  Layer.mergeAll(Apply.layer, Preflight.layer, Verification.layer, Audit.layer).pipe(
    Layer.provideMerge(layerManifestIngest)
  )
)
