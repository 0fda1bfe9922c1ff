/** Reads the file of a plan. */
import { visible } from "@iiif-ingest/core/base/Reason"
import * as Plan from "@iiif-ingest/core/batch/Plan"
import * as Effect from "effect/Effect"
import * as Path from "effect/Path"
import { Usage } from "../failure.ts"
import { textOf } from "./readAssets.ts"

export interface PlanFile {
  readonly file: string
  readonly plan: Plan.Plan
  /** The absolute path of the folder of the images. */
  readonly root: string
}

export const readPlan = Effect.fnUntraced(function*(file: string) {
  const path = yield* Path.Path
  const plan = yield* Effect.fromResult(Plan.decode(yield* textOf(file)))
  const read: PlanFile = { file, plan, root: Plan.rootOf(plan, path.dirname(path.resolve(file))) }
  return read
})

/** The plan of the chosen manifests alone; names that it does not have are named, all of them at once. */
export const chosenOf = (plan: Plan.Plan, names: ReadonlyArray<string>) => {
  const known = new Set(plan.manifests.flatMap(({ description, id }) => [description.name ?? id, id]))
  const unknown = names.filter((name) => !known.has(name))
  return unknown.length === 0
    ? Effect.succeed({
      ...plan,
      manifests: names.length === 0
        ? plan.manifests
        : plan.manifests.filter(({ description, id }) => names.includes(description.name ?? id) || names.includes(id))
    })
    : new Usage({ detail: `the plan has no manifest ${unknown.map(visible).join(", ")}: give --only a name of it` })
}

/** The file beside a plan that the rows of what failed are written to. */
export const failedFileOf = (file: string): string => `${file.replace(/\.json$/i, "")}.failed.csv`
