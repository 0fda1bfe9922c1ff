import * as Effect from "effect/Effect"
import * as References from "effect/References"
import * as Result from "effect/Result"
import { identifier } from "../../../base/Ids.ts"
import { oneLine } from "../../../base/internal/text.ts"
import { MpsConfig } from "../../../config/MpsConfig.ts"
import * as Look from "../../../mps/Look.ts"
import { Manifests } from "../../../mps/Manifests.ts"
import * as ServedManifest from "../../../mps/ServedManifest.ts"
import type * as Verify from "../../../mps/Verify.ts"
import type { Plan, PlannedImage, PlannedManifest } from "../../Plan.ts"
import { otherOf } from "./other.ts"
import { versionIn } from "./version.ts"

const storedOf = ({ file, height, id, key, mediaType, width }: PlannedImage) => ({
  id,
  key,
  width,
  height,
  mediaType,
  source: { name: file.split("/").at(-1) ?? file }
})

/** Looks at one manifest of a plan and at its images. */
export const makeVerifyPlan = Effect.gen(function*() {
  const look = yield* Look.Look
  const manifests = yield* Manifests
  const { environment, namespace } = yield* MpsConfig

  const targetOf = (plan: Plan, { height, id, width }: PlannedImage): Look.Target =>
    plan.namespace === namespace
      ? { _tag: "asset", id, width, height }
      : {
        _tag: "service",
        url: `${environment.assetUrl}/${identifier(plan.namespace, id)}`,
        sizes: [{ width, height }]
      }

  /** What was or would be sent, or why it cannot be built. What is doubtful about it was said when it was planned. */
  const built = ({ description, id, images }: PlannedManifest) =>
    Effect.result(manifests.build(
      id,
      description,
      images.map(storedOf),
      new Map(images.map(({ description, id }) => [id, description]))
    )).pipe(Effect.provideService(References.MinimumLogLevel, "None"))

  /** A manifest that is served, but cannot be compared. */
  const uncompared = (sight: Look.Sight, why: string): Look.Sight =>
    sight.verdict === "ok"
      ? { ...sight, verdict: "unknown", evidence: { ...sight.evidence, problem: `served, and not compared: ${why}` } }
      : sight

  return Effect.fnUntraced(function*(plan: Plan, planned: PlannedManifest, options: Verify.Options) {
    const manifestBuilt = yield* built(planned)
    const json = Result.getOrUndefined(manifestBuilt)
    const version = versionIn(planned.id)
    const sights = yield* look.at([
      ...planned.images.map((image) => targetOf(plan, image)),
      {
        _tag: "manifest",
        id: planned.id,
        version,
        problem: (served) => json === undefined ? undefined : ServedManifest.problem(json, served)
      }
    ], options)
    const manifest: Look.Sight = sights.at(-1) ?? { url: planned.id, verdict: "unknown", evidence: {} }
    return {
      id: planned.id,
      ...(Result.isFailure(manifestBuilt)
        ? uncompared(manifest, oneLine(manifestBuilt.failure.message))
        : yield* otherOf(look, { id: planned.id, version, json: manifestBuilt.success }, manifest)),
      images: planned.images.flatMap(({ id }, i) => {
        const sight = sights[i]
        return sight === undefined ? [] : [{ id: identifier(plan.namespace, id), ...sight }]
      })
    }
  })
})
