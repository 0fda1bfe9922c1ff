/**
 * Looks whether what was ingested is served, and with the right sizes. The job's own `success` proves nothing: MPS
 * reports it with up to nine dead images among them (docs/mps.md, 2.3).
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Schema from "effect/Schema"
import * as Delivery from "./Delivery.ts"
import type { AssetId, ManifestUri } from "./Ids.ts"
import { AssetFate, ManifestFate } from "./IngestReport.ts"
import * as Progress from "./Progress.ts"
import * as RetryPolicy from "./RetryPolicy.ts"

/**
 * An asset as it should be served; `width` and `height` in pixels.
 *
 * @category models
 * @since 0.1.0
 */
export interface Expected {
  readonly id: AssetId
  readonly width: number
  readonly height: number
}

/**
 * `concurrency`: calls at a time, 2 when not given, since the delivery side throttles. `settle`: whether to wait for what
 * is not served yet, as long as the policy says; true when not given.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly concurrency?: number
  readonly settle?: boolean
}

/**
 * `assets` answers with a fate for each, in their order; `manifest` with that of a manifest, which is served where its
 * JSON has the canvases that were sent, with their sizes. Neither fails: what cannot be learnt is `Unknown`, with the evidence.
 *
 * @category services
 * @since 0.1.0
 */
export class Verify extends Context.Service<Verify, {
  readonly assets: (
    expected: ReadonlyArray<Expected>,
    options?: Options
  ) => Effect.Effect<ReadonlyArray<AssetFate>>
  readonly manifest: (
    id: ManifestUri,
    expected: { readonly version: "2" | "3"; readonly json: Schema.Json },
    options?: Options
  ) => Effect.Effect<ManifestFate>
}>()("@iiif-ingest/core/Verify") {}

const size = (of: { readonly width: number; readonly height: number }): string => `${of.width} x ${of.height}`

const said = (observation: { readonly evidence: { readonly status: number } }): string =>
  `HTTP ${observation.evidence.status}`

const unknown = (error: Delivery.DeliveryError) => ({ url: error.url, problem: error.reason.message })

const assetFate = (expected: Expected, seen: Delivery.Observation<Delivery.ImageInfo>): AssetFate => {
  switch (seen._tag) {
    case "Served":
      return seen.value.width === expected.width && seen.value.height === expected.height
        ? AssetFate.cases.Served.make({ url: seen.url, width: seen.value.width, height: seen.value.height })
        : AssetFate.cases.SizeDiffers.make({ url: seen.url, expected: size(expected), served: size(seen.value) })
    case "Absent":
      return AssetFate.cases.NotServed.make({ url: seen.url, problem: said(seen) })
    case "Withheld":
      return AssetFate.cases.Unknown.make({ url: seen.url, problem: `withheld, ${said(seen)}` })
    case "Unreadable":
      return AssetFate.cases.Unknown.make({ url: seen.url, problem: `${said(seen)}: ${seen.problem}` })
  }
}

const isRecord = (u: unknown): u is { readonly [key: string]: unknown } =>
  typeof u === "object" && u !== null && !Array.isArray(u)

const records = (u: unknown): ReadonlyArray<{ readonly [key: string]: unknown }> =>
  Array.isArray(u) ? u.filter(isRecord) : []

/**
 * The canvas sizes of a manifest in Presentation 3 (`items`) or 2 (`sequences[0].canvases`), in order: `640 x 427`.
 *
 * @category getters
 * @since 0.1.0
 */
export const canvasSizes = (manifest: Schema.Json): ReadonlyArray<string> => {
  if (!isRecord(manifest)) return []
  const [sequence] = records(manifest["sequences"])
  return [...records(manifest["items"]), ...records(sequence?.["canvases"])].map((canvas) =>
    `${String(canvas["width"])} x ${String(canvas["height"])}`
  )
}

const manifestProblem = (expected: ReadonlyArray<string>, found: ReadonlyArray<string>): string | undefined => {
  if (expected.length !== found.length) {
    return `a manifest of ${found.length} canvases is served in place of one of ${expected.length}`
  }
  const index = expected.findIndex((size, i) => size !== found[i])
  return index === -1
    ? undefined
    : `canvas ${index + 1} is served as ${found[index]} in place of ${expected[index]}`
}

const manifestFate = (expected: Schema.Json, seen: Delivery.Observation<Schema.Json>): ManifestFate => {
  switch (seen._tag) {
    case "Served": {
      const problem = manifestProblem(canvasSizes(expected), canvasSizes(seen.value))
      return problem === undefined
        ? ManifestFate.cases.Served.make({ url: seen.url })
        : ManifestFate.cases.NotServed.make({ url: seen.url, problem })
    }
    case "Absent":
      return ManifestFate.cases.NotServed.make({ url: seen.url, problem: said(seen) })
    case "Withheld":
      return ManifestFate.cases.Unknown.make({ url: seen.url, problem: `withheld, ${said(seen)}` })
    case "Unreadable":
      return ManifestFate.cases.Unknown.make({ url: seen.url, problem: `${said(seen)}: ${seen.problem}` })
  }
}

/**
 * Looks in rounds, each at what is not served yet, until all is or the settling time of the whole is over; then what
 * was seen last is the fate.
 */
const settled = <A, F extends { readonly _tag: string }>(
  things: ReadonlyArray<A>,
  look: (thing: A) => Effect.Effect<F>,
  options: Options | undefined
): Effect.Effect<ReadonlyArray<F>> =>
  Effect.gen(function*() {
    const policy = yield* RetryPolicy.RetryPolicy
    const concurrency = options?.concurrency ?? 2
    const fates = yield* Effect.forEach(things, look, { concurrency })
    const isOpen = (index: number) => fates[index]?._tag !== "Served"
    const round = Effect.forEach(
      things.map((thing, index) => ({ thing, index })).filter(({ index }) => isOpen(index)),
      ({ index, thing }) => Effect.map(look(thing), (fate) => void (fates[index] = fate)),
      { concurrency, discard: true }
    ).pipe(Effect.map(() => !fates.some((_, index) => isOpen(index))))
    if (options?.settle !== false && fates.some((_, index) => isOpen(index))) {
      yield* Effect.succeed(false).pipe(
        Effect.andThen(Effect.suspend(() => round)),
        Effect.repeat({ schedule: policy.settle, until: (done) => done }),
        Effect.timeoutOption(policy.settleLimit)
      )
    }
    return fates
  })

const make = Effect.gen(function*() {
  const delivery = yield* Delivery.Delivery

  const reading = <A>(call: Effect.Effect<A, Delivery.DeliveryError>) =>
    Effect.flatMap(RetryPolicy.RetryPolicy, (policy) => RetryPolicy.retrying<Delivery.DeliveryError>(policy.read)(call))

  const lookAtAsset = (expected: Expected): Effect.Effect<AssetFate> =>
    reading(delivery.imageInfo(expected.id)).pipe(
      Effect.map((seen) => assetFate(expected, seen)),
      Effect.catch((error) => Effect.succeed(AssetFate.cases.Unknown.make(unknown(error))))
    )

  return Verify.of({
    assets: Effect.fn("Verify.assets")((expected, options) =>
      settled(expected, lookAtAsset, options).pipe(
        Effect.tap((fates) =>
          Effect.forEach(expected, ({ id }, index) => {
            const fate = fates[index]
            return fate === undefined ? Effect.void : Progress.emit({ _tag: "Verified", id, fate })
          }, { discard: true })
        )
      )
    ),
    manifest: Effect.fn("Verify.manifest")((id, expected, options) =>
      settled([id], (uri) =>
        reading(delivery.manifest(uri, expected.version)).pipe(
          Effect.map((seen) => manifestFate(expected.json, seen)),
          Effect.catch((error) => Effect.succeed(ManifestFate.cases.Unknown.make(unknown(error))))
        ), options).pipe(
          Effect.map(([fate]) => fate ?? ManifestFate.cases.NotVerified.make({ url: id }))
        )
    )
  })
})

/**
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Verify, never, Delivery.Delivery> = Layer.effect(Verify, make)
