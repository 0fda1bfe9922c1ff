/**
 * Checks whether what was ingested is served with the right sizes. The job's `success` does not prove it: MPS reports
 * success with up to nine images that are not served (docs/mps.md, 2.3).
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { isObject } from "effect/Predicate"
import type * as Schema from "effect/Schema"
import type { AssetId, ManifestUri } from "../base/Ids.ts"
import { atLeast } from "../base/internal/atLeast.ts"
import * as Delivery from "./Delivery.ts"
import { AssetFate, ManifestFate } from "./Fate.ts"
import type { Watched } from "./internal/deliveryNotice.ts"
import { type Judged, untilServed, watch } from "./internal/servedWatch.ts"
import * as MpsProgress from "./MpsProgress.ts"
import * as Pace from "./Pace.ts"

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
 * A manifest as it should be served, in Presentation version 2 or 3.
 *
 * @category models
 * @since 0.1.0
 */
export interface ExpectedManifest {
  readonly id: ManifestUri
  readonly version: "2" | "3"
  readonly json: Schema.Json
}

/**
 * Everything that a request asked for.
 *
 * @category models
 * @since 0.1.0
 */
export interface ExpectedAll {
  readonly assets: ReadonlyArray<Expected>
  readonly manifest?: ExpectedManifest | undefined
}

/**
 * - `concurrency`: concurrent requests; 2 by default, since the delivery side throttles.
 * - `wait`: whether to wait, as long as the policy allows, for what is not served yet; true by default.
 * - `since`: from when the policy's `deliveryLimit` counts, in milliseconds since 1970; by default from now.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly concurrency?: number
  readonly wait?: boolean
  readonly since?: number
}

/**
 * The fates of all assets, by id, and of the manifest if there is one. `absent`: whether the service answered of any
 * of them that it does not exist.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fates {
  readonly assets: ReadonlyMap<AssetId, AssetFate>
  readonly manifest: ManifestFate | undefined
  readonly absent: boolean
}

/**
 * Whether everything is served. If not, `problem` names the first that is not (`NotServed`: absent, or another image or
 * manifest), or of which that could not be seen (`Unclear`: unreachable, withheld or unreadable).
 *
 * @category models
 * @since 0.1.0
 */
export type Settled =
  | { readonly _tag: "Served" }
  | { readonly _tag: "NotServed"; readonly problem: string }
  | { readonly _tag: "Unclear"; readonly problem: string }

/**
 * - `assets` returns the fate of each asset, in order.
 * - `manifest` returns the fate of a manifest. It counts as served if its JSON has the canvases that were sent, with
 *   their sizes.
 * - `all` returns the fates of assets and manifest, which are waited for together.
 * - `settle` finds out whether everything is served. It looks at one after the other, and waits for each; the first that
 *   is not served in the end settles it.
 *
 * What is not served yet is looked at again until the policy's `deliveryLimit` is over. After it, what was not looked at
 * before is looked at once. If that takes longer than the policy's `noticeAfter`, the log and a progress event say what
 * is waited for, why, and until when.
 *
 * None of them fails: if a fate cannot be determined, it is `Unknown`, with the evidence.
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
    expected: Omit<ExpectedManifest, "id">,
    options?: Options
  ) => Effect.Effect<ManifestFate>
  readonly all: (expected: ExpectedAll, options?: Options) => Effect.Effect<Fates>
  readonly settle: (expected: ExpectedAll, options?: Pick<Options, "since">) => Effect.Effect<Settled>
}>()("@iiif-ingest/core/mps/Verify") {}

const sizeText = (size: { readonly width: number; readonly height: number }): string => `${size.width} x ${size.height}`

/** The fates that assets and manifests have in common. */
type Unserved = Extract<AssetFate, { readonly _tag: "NotServed" | "Unknown" }>

const judgeUnserved = (
  seen: Exclude<Delivery.Observation<never>, { readonly _tag: "Served" }>
): Judged<Unserved> => {
  const { evidence: { status }, url } = seen
  switch (seen._tag) {
    case "Absent": {
      const problem = `HTTP ${status}`
      return { fate: AssetFate.cases.NotServed.make({ url, problem }), standing: "NotServedYet", problem }
    }
    case "Withheld": {
      const problem = `withheld, HTTP ${status}`
      return { fate: AssetFate.cases.Unknown.make({ url, problem }), standing: "NoVerdict", problem }
    }
    case "Unreadable": {
      const problem = `HTTP ${status}: ${seen.problem}`
      return { fate: AssetFate.cases.Unknown.make({ url, problem }), standing: "NoVerdict", problem }
    }
  }
}

const unanswered = ({ reason, url }: Delivery.DeliveryError): Unserved =>
  AssetFate.cases.Unknown.make({ url, problem: reason.message })

const judgeAsset = (expected: Expected) => (seen: Delivery.Observation<Delivery.ImageInfo>): Judged<AssetFate> => {
  if (seen._tag !== "Served") return judgeUnserved(seen)
  const { url, value: { height, width } } = seen
  if (width === expected.width && height === expected.height) {
    return { fate: AssetFate.cases.Served.make({ url, width, height }), standing: "Served", problem: "" }
  }
  const [wanted, served] = [sizeText(expected), sizeText(seen.value)]
  return {
    fate: AssetFate.cases.SizeDiffers.make({ url, expected: wanted, served }),
    standing: "NotServedYet",
    problem: `served as ${served} instead of ${wanted}`
  }
}

const records = (u: unknown): ReadonlyArray<{ readonly [key: string]: unknown }> =>
  Array.isArray(u) ? u.filter(isObject) : []

/**
 * The canvas sizes of a manifest in Presentation 3 (`items`) or 2 (`sequences[0].canvases`), in order, such as
 * `640 x 427`.
 *
 * @category getters
 * @since 0.1.0
 */
export const canvasSizes = (manifest: Schema.Json): ReadonlyArray<string> => {
  if (!isObject(manifest)) return []
  const [sequence] = records(manifest["sequences"])
  return [...records(manifest["items"]), ...records(sequence?.["canvases"])].map((canvas) =>
    `${String(canvas["width"])} x ${String(canvas["height"])}`
  )
}

const manifestProblem = (expected: ReadonlyArray<string>, found: ReadonlyArray<string>): string | undefined => {
  if (expected.length !== found.length) {
    return `the manifest is served with ${found.length} canvases instead of ${expected.length}`
  }
  const index = expected.findIndex((size, i) => size !== found[i])
  return index === -1
    ? undefined
    : `canvas ${index + 1} is served as ${found[index]} instead of ${expected[index]}`
}

const judgeManifest = (expected: Schema.Json) => (seen: Delivery.Observation<Schema.Json>): Judged<ManifestFate> => {
  if (seen._tag !== "Served") return judgeUnserved(seen)
  const problem = manifestProblem(canvasSizes(expected), canvasSizes(seen.value))
  return problem === undefined
    ? { fate: ManifestFate.cases.Served.make({ url: seen.url }), standing: "Served", problem: "" }
    : { fate: ManifestFate.cases.NotServed.make({ url: seen.url, problem }), standing: "NotServedYet", problem }
}

const make = Effect.gen(function*() {
  const delivery = Pace.delivery(yield* Delivery.Delivery)

  const watchAsset = (expected: Expected) =>
    watch<Delivery.ImageInfo, AssetFate>(expected.id, delivery.imageInfo(expected.id), judgeAsset(expected), unanswered)

  const watchManifest = ({ id, json, version }: ExpectedManifest) =>
    watch<Schema.Json, ManifestFate>(id, delivery.manifest(id, version), judgeManifest(json), unanswered)

  const watchAll = Effect.fnUntraced(function*({ assets, manifest }: ExpectedAll) {
    const watched = yield* Effect.forEach(assets, (asset) => Effect.map(watchAsset(asset), (seen) => ({ asset, seen })))
    return { assets: watched, manifest: manifest === undefined ? undefined : yield* watchManifest(manifest) }
  })

  const wait = Effect.fnUntraced(function*(resources: ReadonlyArray<Watched>, options: Options = {}) {
    const now = yield* Clock.currentTimeMillis
    yield* untilServed(resources, {
      concurrency: atLeast(1, options.concurrency ?? 2),
      wait: options.wait !== false,
      // a clock that was set back must not lengthen the wait
      since: Math.min(options.since ?? now, now)
    })
  })

  /** The fate of each asset once it was looked at, with a progress event. */
  const fatesOf = Effect.fnUntraced(function*({ assets }: Effect.Success<ReturnType<typeof watchAll>>) {
    const fates: Array<readonly [id: AssetId, fate: AssetFate]> = []
    for (const { asset: { id }, seen } of assets) {
      const fate = yield* seen.fate
      if (fate === undefined) continue
      fates.push([id, fate])
      yield* MpsProgress.emit({ _tag: "Verified", id, fate })
    }
    return fates
  })

  const resourcesOf = ({ assets, manifest }: Effect.Success<ReturnType<typeof watchAll>>): ReadonlyArray<Watched> => [
    ...assets.map(({ seen }) => seen),
    ...(manifest === undefined ? [] : [manifest])
  ]

  return Verify.of({
    assets: Effect.fn("Verify.assets")(function*(expected, options) {
      const watched = yield* watchAll({ assets: expected })
      yield* wait(resourcesOf(watched), options)
      return (yield* fatesOf(watched)).map(([, fate]) => fate)
    }),
    manifest: Effect.fn("Verify.manifest")(function*(id, expected, options) {
      const watched = yield* watchManifest({ id, ...expected })
      yield* wait([watched], options)
      return (yield* watched.fate) ?? ManifestFate.cases.NotVerified.make({ url: id })
    }),
    all: Effect.fn("Verify.all")(function*(expected, options) {
      const watched = yield* watchAll(expected)
      const resources = resourcesOf(watched)
      yield* wait(resources, options)
      const looks = yield* Effect.forEach(resources, ({ last }) => last)
      return {
        assets: new Map(yield* fatesOf(watched)),
        manifest: watched.manifest === undefined ? undefined : yield* watched.manifest.fate,
        absent: looks.some((look) => look?.isAbsent === true)
      }
    }),
    settle: Effect.fn("Verify.settle")(function*(expected, options) {
      let unclear: Settled | undefined
      for (const resource of resourcesOf(yield* watchAll(expected))) {
        yield* wait([resource], options)
        const look = yield* resource.last
        if (look === undefined || look.standing === "Served") continue
        const problem = `${resource.id}: ${look.problem}`
        if (look.standing === "NotServedYet") return { _tag: "NotServed", problem }
        unclear ??= { _tag: "Unclear", problem }
        // no other would be answered either
        if (look.standing === "NoAnswer") break
      }
      return unclear ?? { _tag: "Served" }
    })
  })
})

/**
 * Checks through `Delivery`, as often and as long as `RetryPolicy` says, and as fast as `Pace` allows.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Verify, never, Delivery.Delivery> = Layer.effect(Verify, make)
