/**
 * Looks at what is served, image by image and manifest by manifest, and tells what it saw with its evidence. `Verify`
 * tells the fates of one request; this is for what is known only by its address, and for audits.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { type AssetId, ManifestUri } from "../base/Ids.ts"
import { atLeast } from "../base/internal/atLeast.ts"
import { visible } from "../base/internal/text.ts"
import { Delivery } from "./Delivery.ts"
import { Verdict } from "./Fate.ts"
import { untilServed, watch, type WithFate } from "./internal/servedWatch.ts"
import { sightOfImage, sightOfManifest, unansweredSight } from "./internal/sight.ts"
import * as Pace from "./Pace.ts"
import type * as Verify from "./Verify.ts"

/**
 * What shows that a verdict is right, as far as there was any: the HTTP `status` of an answer without a resource, the
 * `header` that tells why it is withheld, the `size` that an image has, the id that its info.json `declares`, and the
 * `problem` in words.
 *
 * @category models
 * @since 0.1.0
 */
export const Evidence = Schema.Struct({
  status: Schema.optionalKey(Schema.Int),
  header: Schema.optionalKey(Schema.String),
  size: Schema.optionalKey(Schema.String),
  declares: Schema.optionalKey(Schema.String),
  problem: Schema.optionalKey(Schema.String)
})

/**
 * @category models
 * @since 0.1.0
 */
export type Evidence = typeof Evidence.Type

/**
 * What a look saw, and where: the address after redirects.
 *
 * @category models
 * @since 0.1.0
 */
export const Sight = Schema.Struct({ url: Schema.String, verdict: Verdict, evidence: Evidence })

/**
 * @category models
 * @since 0.1.0
 */
export type Sight = typeof Sight.Type

/**
 * What to look at.
 *
 * - `asset`: an asset of the account, with its size in pixels if that is known.
 * - `service`: an image service of any host, by its address. `name` is what its info.json must name, such as `AT:coffee`.
 *   The image must have one of the `sizes`, or its shape: a manifest may state the size of a smaller copy.
 * - `manifest`: a manifest; `problem` tells what is wrong with its JSON, if anything is.
 *
 * @category models
 * @since 0.1.0
 */
export type Target =
  | { readonly _tag: "asset"; readonly id: AssetId; readonly width?: number; readonly height?: number }
  | {
    readonly _tag: "service"
    readonly url: string
    readonly name?: string
    readonly sizes: ReadonlyArray<{ readonly width: number; readonly height: number }>
  }
  | {
    readonly _tag: "manifest"
    readonly id: ManifestUri
    readonly version: "2" | "3"
    readonly problem: (json: Schema.Json) => string | undefined
  }

/**
 * `at` returns what was seen of each target, in order. What is not served yet is looked at again as long as the policy's
 * `deliveryLimit` allows, unless `wait` is false. It does not fail: what cannot be seen is `unknown`.
 *
 * @category services
 * @since 0.1.0
 */
export class Look extends Context.Service<Look, {
  readonly at: (
    targets: ReadonlyArray<Target>,
    options?: Verify.Options
  ) => Effect.Effect<ReadonlyArray<Sight>>
}>()("@iiif-ingest/core/mps/Look") {}

const decodeAddress = Schema.decodeUnknownOption(ManifestUri)

/**
 * Evidence in a few words, safe to print.
 *
 * @example
 * ```ts
 * import { Look } from "@iiif-ingest/core"
 *
 * Look.describe({ status: 202, header: "x-amzn-waf-action: challenge", problem: "withheld" })
 * // => "withheld, HTTP 202, x-amzn-waf-action: challenge"
 * ```
 *
 * @category formatting
 * @since 0.1.0
 */
export const describe = ({ header, problem, size, status }: Evidence): string =>
  [
    problem,
    problem === undefined ? size : undefined,
    status === undefined || problem?.includes(`HTTP ${status}`) === true ? undefined : `HTTP ${status}`,
    header
  ].filter((part) => part !== undefined).map(visible).join(", ")

const make = Effect.gen(function*() {
  const delivery = Pace.delivery(yield* Delivery)

  const watched = (target: Target): Effect.Effect<WithFate<Sight>> => {
    switch (target._tag) {
      case "asset": {
        const { height, id, width } = target
        const sizes = width === undefined || height === undefined ? [] : [{ width, height }]
        return watch(id, delivery.imageInfo(id), sightOfImage({ name: id, sizes, exact: true }), unansweredSight)
      }
      case "service": {
        const { name, sizes, url } = target
        return watch(
          ManifestUri.make(url),
          delivery.info(url),
          sightOfImage({ name: name ?? url, sizes, exact: false }),
          unansweredSight
        )
      }
      case "manifest": {
        const { id, problem, version } = target
        return watch(id, delivery.manifest(id, version), sightOfManifest(problem), unansweredSight)
      }
    }
  }

  const unusable = (url: string): Sight => ({
    url,
    verdict: "unknown",
    evidence: { problem: "not an http(s) address" }
  })

  return Look.of({
    at: Effect.fn("Look.at")(function*(targets, options = {}) {
      const all = yield* Effect.forEach(
        targets,
        (target): Effect.Effect<string | WithFate<Sight>> =>
          target._tag === "service" && decodeAddress(target.url)._tag === "None"
            ? Effect.succeed(target.url)
            : watched(target)
      )
      const now = yield* Clock.currentTimeMillis
      yield* untilServed(all.filter((one) => typeof one !== "string"), {
        concurrency: atLeast(1, options.concurrency ?? 2),
        wait: options.wait !== false,
        since: Math.min(options.since ?? now, now)
      })
      return yield* Effect.forEach(all, (one) =>
        typeof one === "string"
          ? Effect.succeed(unusable(one))
          : Effect.map(one.fate, (sight) => sight ?? { url: one.id, verdict: "unknown" as const, evidence: {} }))
    })
  })
})

/**
 * Looks through `Delivery`, as often as `RetryPolicy` says and as fast as `Pace` allows.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Look, never, Delivery> = Layer.effect(Look, make)
