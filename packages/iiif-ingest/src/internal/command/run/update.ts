/** `update`: shows what would change of what was ingested, and then changes it. */
import * as Apply from "@iiif-ingest/core/batch/Apply"
import * as Update from "@iiif-ingest/core/batch/Update"
import * as Effect from "effect/Effect"
import { Screen } from "../../terminal/screen.ts"
import { counted } from "../../terminal/units.ts"
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

const questionOf = (changes: Update.Changes, { plan }: PlanFile): string => {
  const replaced = Update.replaced(changes).length
  const changed = changes.filter(({ state }) => state !== "unchanged").length
  return `this ${
    replaced === 0
      ? `updates ${counted(changed, "manifest")}`
      : `replaces ${counted(replaced, "picture")}, which cannot be undone, in ${counted(changed, "manifest")}`
  } in ${plan.environment}`
}

const update = (input: Input, planFile: PlanFile) =>
  Effect.gen(function*() {
    const screen = yield* Screen
    const { plan, root } = planFile
    const options: Apply.Options = { ...Batch.optionsOf(input, planFile), action: "upsert" }
    const apply = yield* Apply.Apply
    yield* apply.check(plan, options)
    const changes = yield* Update.diff(plan, root)
    const document: typeof Documents.Changes.Type = { format: "iiif-ingest changes", version: 1, manifests: changes }
    yield* screen.result(Update.describe(changes), document)
    if (input.dryRun || Update.isEmpty(changes)) return exitCodes.done
    yield* confirmIrreversible(questionOf(changes, planFile))
    return yield* Effect.flatMap(apply.run(plan, options), (report) => Batch.conclude(report, planFile))
  })

export const run: Run<Input> = Effect.fnUntraced(function*(input) {
  const read = yield* readPlan(input.plan)
  const planFile = { ...read, plan: yield* chosenOf(read.plan, input.only) }
  return yield* update(input, planFile).pipe(showing(0), Effect.provide(Batch.layer(yield* Globals, input)))
})
