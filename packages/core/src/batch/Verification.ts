/**
 * Verification: whether what a plan, or a manifest of any host, asks for is served, manifest by manifest and image by
 * image, each with its evidence.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { ManifestUri } from "../base/Ids.ts"
import { visible } from "../base/internal/text.ts"
import { nowMillis } from "../base/internal/time.ts"
import type { MpsConfig } from "../config/MpsConfig.ts"
import type { Delivery } from "../mps/Delivery.ts"
import * as Holdings from "../mps/Holdings.ts"
import * as Look from "../mps/Look.ts"
import type * as Manifests from "../mps/Manifests.ts"
import type { JournalError } from "../upload/Journal.ts"
import { chosen } from "./internal/plan/chosen.ts"
import { verifyAddress } from "./internal/verification/address.ts"
import { makeVerifyPlan } from "./internal/verification/plan.ts"
import { countVerdicts, describeCounts, type VerdictCounts } from "./internal/verification/verdicts.ts"
import type { Plan } from "./Plan.ts"

/**
 * One image of a report: its identifier (`AT:coffee`) or the address of its image service, and what was seen of it.
 *
 * @category models
 * @since 0.1.0
 */
export const ImageVerification = Schema.Struct({ id: Schema.String, ...Look.Sight.fields })

/**
 * @category models
 * @since 0.1.0
 */
export type ImageVerification = typeof ImageVerification.Type

/**
 * One manifest of a report, with its images in the order of the pages.
 *
 * @category models
 * @since 0.1.0
 */
export const ManifestVerification = Schema.Struct({
  id: Schema.String,
  ...Look.Sight.fields,
  images: Schema.Array(ImageVerification)
})

/**
 * @category models
 * @since 0.1.0
 */
export type ManifestVerification = typeof ManifestVerification.Type

/**
 * The version of the format that this release writes.
 *
 * @category constants
 * @since 0.1.0
 */
export const version = 1

/**
 * What was seen of manifests and their images. `at` is when it was finished, in milliseconds since 1970.
 *
 * @category models
 * @since 0.1.0
 */
export const VerificationReport = Schema.Struct({
  format: Schema.Literal("iiif-ingest verification"),
  version: Schema.Literal(version),
  at: Schema.Int,
  manifests: Schema.Array(ManifestVerification)
})

/**
 * @category models
 * @since 0.1.0
 */
export type VerificationReport = typeof VerificationReport.Type

/**
 * - `wait`: whether to wait for what is not served yet, until the policy's `deliveryLimit` after the beginning; true by
 *   default. Without it, what is not served at the first look is `missing`.
 * - `concurrency`: concurrent requests; 2 by default. How many there are in a second is bounded by `Pace`.
 * - `manifests`: the names or addresses of the manifests of a plan to look at; all by default.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly wait?: boolean
  readonly concurrency?: number
  readonly manifests?: ReadonlyArray<string>
}

/**
 * - `plan` looks at each manifest and image of a plan, and keeps what it saw in `Holdings`, of what they know.
 * - `manifest` looks at the manifest at an http(s) address, at its other Presentation version where the address has one
 *   (`:MANIFEST:2`, `:MANIFEST:3`), and at every image service in it, of whatever host.
 *
 * Neither fails because of what is served: what cannot be seen is `unknown`.
 *
 * @category services
 * @since 0.1.0
 */
export class Verification extends Context.Service<Verification, {
  readonly plan: (plan: Plan, options?: Options) => Effect.Effect<VerificationReport, JournalError>
  readonly manifest: (url: string, options?: Options) => Effect.Effect<VerificationReport>
}>()("@iiif-ingest/core/batch/Verification") {}

const reportOf = (manifests: ReadonlyArray<ManifestVerification>): Effect.Effect<VerificationReport> =>
  Effect.map(nowMillis, (at) => ({ format: "iiif-ingest verification", version, at, manifests }))

const isAddress = Schema.is(ManifestUri)

const looksOf = ({ images, ...manifest }: ManifestVerification) =>
  [manifest, ...images].map(({ evidence, id, verdict }) =>
    [id, { verdict, evidence: Look.describe(evidence) }] as const
  )

const make = Effect.gen(function*() {
  const look = yield* Look.Look
  const verifyPlan = yield* makeVerifyPlan
  return Verification.of({
    plan: Effect.fn("Verification.plan")(function*(plan, options = {}) {
      const since = yield* Clock.currentTimeMillis
      const manifests = yield* Effect.forEach(chosen(plan, options.manifests), (planned) =>
        Effect.tap(
          verifyPlan(plan, planned, { ...options, since }),
          (seen) => Holdings.saveLooks(new Map(looksOf(seen)))
        ))
      return yield* reportOf(manifests)
    }),
    manifest: Effect.fn("Verification.manifest")(function*(url, options = {}) {
      if (isAddress(url)) return yield* reportOf([yield* verifyAddress(look, url, options)])
      const evidence = { problem: "not an http(s) address" }
      return yield* reportOf([{ id: url, url, verdict: "unknown", evidence, images: [] }])
    })
  })
})

/**
 * Verifies through `Delivery`, at the pace that `Pace` allows.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Verification, never, Delivery | Manifests.Manifests | MpsConfig> = Layer.effect(
  Verification,
  make
).pipe(Layer.provide(Look.layer))

/**
 * How many manifests and images have each verdict.
 *
 * @category getters
 * @since 0.1.0
 */
export const counts = ({ manifests }: VerificationReport): VerdictCounts =>
  countVerdicts(manifests.flatMap(({ images, verdict }) => [verdict, ...images.map(({ verdict }) => verdict)]))

/**
 * Whether all of it is served as it should be, and there was something to look at.
 *
 * @category guards
 * @since 0.1.0
 */
export const isOk = (report: VerificationReport): boolean => {
  const { missing, ok, unknown, wrong } = counts(report)
  return ok > 0 && missing + wrong + unknown === 0
}

const lineOf = ({ evidence, id, verdict }: { readonly id: string } & Look.Sight): string => {
  const text = Look.describe(evidence)
  return `${visible(id)}: ${verdict}${text === "" ? "" : ` (${text})`}`
}

/**
 * A report as text: each manifest, the images of it that are not `ok`, and a line with the counts.
 *
 * @category formatting
 * @since 0.1.0
 */
export const describe = (report: VerificationReport): string =>
  [
    ...report.manifests.flatMap((manifest) => [
      lineOf(manifest),
      ...manifest.images.filter(({ verdict }) => verdict !== "ok").map((image) => `  ${lineOf(image)}`)
    ]),
    describeCounts(counts(report))
  ].join("\n")
