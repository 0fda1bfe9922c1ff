/** `audit`: looks again, in rotation, at everything that the journal knows was ever ingested. */
import * as Audit from "@iiif-ingest/core/batch/Audit"
import * as Subset from "@iiif-ingest/core/batch/Subset"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Screen } from "../../terminal/screen.ts"
import { exitCodes } from "../exitCodes.ts"
import { Globals } from "../globals.ts"
import type { Run } from "../running.ts"
import * as DeliveryLayer from "./deliveryLayer.ts"

export interface Input {
  readonly subset: string
  readonly perSecond: number
}

const audit = (subset: Subset.Subset) =>
  Effect.gen(function*() {
    const screen = yield* Screen
    const report = yield* Audit.Audit.use((audit) => audit.run(subset))
    yield* screen.result(Audit.describe(report), report)
    if (!Audit.isOk(report)) return exitCodes.incomplete
    return Audit.counts(report).unknown > 0 ? exitCodes.unknown : exitCodes.done
  })

export const run: Run<Input> = Effect.fnUntraced(function*({ perSecond, subset }) {
  const parsed = yield* Effect.fromResult(Subset.parse(subset))
  const layer = DeliveryLayer.layer(yield* Globals, perSecond)
  return yield* Effect.provide(audit(parsed), Audit.layer.pipe(Layer.provideMerge(layer)))
})
