/** `verify`: asks the delivery side whether a plan, or the manifest at an address, is served as it should be. */
import * as Verification from "@iiif-ingest/core/batch/Verification"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Screen } from "../../terminal/screen.ts"
import { exitCodes } from "../exitCodes.ts"
import { Globals } from "../globals.ts"
import { showing } from "../progress.ts"
import type { Run } from "../running.ts"
import * as DeliveryLayer from "./deliveryLayer.ts"
import * as JournalOnly from "./journalOnly.ts"
import { chosenOf, readPlan } from "./planFile.ts"

export interface Input {
  readonly target: string
  readonly only: ReadonlyArray<string>
  readonly wait: boolean
  readonly perSecond: number
}

const codeOf = (report: Verification.VerificationReport): number => {
  if (Verification.isOk(report)) return exitCodes.done
  const { missing, wrong } = Verification.counts(report)
  return missing + wrong > 0 ? exitCodes.incomplete : exitCodes.unknown
}

const look = ({ only, target, wait }: Input) =>
  Effect.gen(function*() {
    const verification = yield* Verification.Verification
    if (/^https?:\/\//i.test(target)) return yield* verification.manifest(target, { wait })
    const { plan } = yield* readPlan(target)
    yield* JournalOnly.requireBucket(plan)
    return yield* verification.plan(yield* chosenOf(plan, only), { wait })
  })

const verify = (input: Input) =>
  Effect.gen(function*() {
    const screen = yield* Screen
    const report = yield* look(input)
    yield* screen.status("")
    yield* screen.result(Verification.describe(report), report)
    return codeOf(report)
  })

export const run: Run<Input> = Effect.fnUntraced(function*(input) {
  const layer = DeliveryLayer.layer(yield* Globals, input.perSecond)
  return yield* verify(input).pipe(
    showing(0),
    Effect.provide(Verification.layer.pipe(Layer.provideMerge(layer)))
  )
})
