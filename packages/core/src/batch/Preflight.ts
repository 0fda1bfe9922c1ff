/**
 * The pre-flight of a batch: reads what the tables say, finds every problem of the whole batch before a byte moves, and
 * makes the plan.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import { MpsConfig } from "../config/MpsConfig.ts"
import { Manifests } from "../mps/Manifests.ts"
import { Journal, type JournalError } from "../upload/Journal.ts"
import { check } from "./internal/preflight/check.ts"
import * as Codes from "./internal/preflight/codes.ts"
import type { Options, Result } from "./internal/preflight/model.ts"

export type { Credential, Estimate, Options, Result } from "./internal/preflight/model.ts"

/**
 * `check` looks at everything and changes nothing. It emits a progress event (`ImageProgress`) for each image.
 *
 * @category services
 * @since 0.1.0
 */
export class Preflight extends Context.Service<Preflight, {
  readonly check: (options: Options) => Effect.Effect<Result, JournalError>
}>()("@iiif-ingest/core/batch/Preflight") {}

const make = Effect.gen(function*() {
  const ports = { config: yield* MpsConfig, journal: yield* Journal, manifests: yield* Manifests }
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  return Preflight.of({
    check: Effect.fn("Preflight.check")((options) =>
      check(ports, options).pipe(
        Effect.provideService(FileSystem.FileSystem, fs),
        Effect.provideService(Path.Path, paths)
      )
    )
  })
})

/**
 * The pre-flight for the account of `MpsConfig`. The journal and the `Holdings` in use say which ids were used before.
 * `NodeFiles.layer` of `@iiif-ingest/node` makes it read small files at one go. The plan's `root` is absolute;
 * `Plan.writtenIn` makes it relative to the folder that the plan is written to.
 *
 * @example
 * ```ts
 * import { Journal, Manifests, MpsConfig, Preflight } from "@iiif-ingest/core"
 * import { NodeFileSystem, NodePath } from "@effect/platform-node"
 * import { Effect, Layer } from "effect"
 * import * as SecureRandom from "effect/crypto/SecureRandom"
 *
 * const config = MpsConfig.layer({ environment: "qa", account: "at", space: "atlab", namespace: "at", agent: "ann" })
 * const layer = Preflight.layer.pipe(
 *   Layer.provide(Manifests.layer),
 *   Layer.provide([config, Journal.layerMemory, NodeFileSystem.layer, NodePath.layer, SecureRandom.layerWebCrypto])
 * )
 *
 * const table = {
 *   source: "sheet.csv",
 *   folder: "examples/images",
 *   columns: ["file"],
 *   rows: [{ row: 2, cells: new Map([["file", { text: "cofee.png", cell: "A2" }]]) }],
 *   findings: []
 * }
 *
 * const found = Preflight.Preflight.use((preflight) => preflight.check({ tables: [table] })).pipe(
 *   Effect.map(({ findings }) => findings.map(({ message, place }) => `${place.cell}: ${message}`)),
 *   Effect.provide(layer)
 * )
 *
 * console.log((await Effect.runPromise(found))[0])
 * // => "A2: there is no \"cofee.png\" in \"examples/images\"; did you mean \"coffee.png\"?"
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<
  Preflight,
  never,
  MpsConfig | Journal | Manifests | FileSystem.FileSystem | Path.Path
> = Layer.effect(Preflight, make)

/**
 * What each code of a finding stands for, with the usual remedy; the readers of sheets have further codes of their own.
 * The meaning of a code never changes.
 *
 * @category constants
 * @since 0.1.0
 */
export const codes: {
  readonly [code: string]: {
    readonly severity: "error" | "warning"
    readonly cause: string
    readonly remedy: string
  }
} = Codes.codes
