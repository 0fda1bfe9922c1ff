/** `apply`: does what a plan says. */
import { visible } from "@iiif-ingest/core/base/Reason"
import * as Apply from "@iiif-ingest/core/batch/Apply"
import * as Effect from "effect/Effect"
import { Screen } from "../../terminal/screen.ts"
import { bytes, counted } from "../../terminal/units.ts"
import type * as Documents from "../batchDocuments.ts"
import { exitCodes } from "../exitCodes.ts"
import { Globals } from "../globals.ts"
import { showing } from "../progress.ts"
import type { Run } from "../running.ts"
import * as Batch from "./batch.ts"
import { confirmIrreversible } from "./environment.ts"
import { chosenOf, type PlanFile, readPlan } from "./planFile.ts"

export interface Input extends Batch.Input {
  readonly dryRun: boolean
}

const previewLine = ({ bytes: size, images, name, problem, send, state }: Apply.ManifestPreview): string =>
  problem === undefined
    ? `${visible(name)}: ${state}, ${counted(images, "image")}, ${
      send === 0 ? "nothing to send" : `${counted(send, "image")} to send (${bytes(size)})`
    }`
    : `${visible(name)}: ${visible(problem)}`

/** Says what would be done, and does nothing. */
const preview = (options: Apply.Options, { plan }: PlanFile) =>
  Effect.gen(function*() {
    const screen = yield* Screen
    const manifests = yield* Apply.Apply.use((apply) => apply.preview(plan, options))
    const document: typeof Documents.Preview.Type = { format: "iiif-ingest preview", version: 1, manifests }
    yield* screen.result(manifests.map(previewLine).join("\n"), document)
    return manifests.some(({ problem }) => problem !== undefined) ? exitCodes.incomplete : exitCodes.done
  })

/** Asks before pictures are replaced, and before anything in production. */
const confirmed = Effect.fnUntraced(function*({ plan: { environment, manifests } }: PlanFile) {
  const images = manifests.flatMap(({ images }) => images)
  const replaced = images.filter(({ replaces }) => replaces === true).length
  const what = `ingests ${counted(images.length, "image")} in ${counted(manifests.length, "manifest")}`
  if (replaced > 0) {
    yield* confirmIrreversible(
      `this replaces ${counted(replaced, "picture")}, which cannot be undone, and ${what} in ${environment}`
    )
  } else if (environment === "prod") yield* confirmIrreversible(`this ${what} in prod`)
})

export const run: Run<Input> = Effect.fnUntraced(function*(input) {
  const read = yield* readPlan(input.plan)
  const planFile = { ...read, plan: yield* chosenOf(read.plan, input.only) }
  const options = Batch.optionsOf(input, planFile)
  const layer = Batch.layer(yield* Globals, input)
  if (input.dryRun) return yield* Effect.provide(preview(options, planFile), layer)
  yield* confirmed(planFile)
  return yield* Apply.Apply.use((apply) => apply.run(planFile.plan, options)).pipe(
    Effect.flatMap((report) => Batch.conclude(report, planFile)),
    showing(0),
    Effect.provide(layer)
  )
})
