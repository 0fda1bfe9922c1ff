/** `withdraw`: what LTS has to be asked for, since MPS has no request that deletes. */
import { AssetId } from "@iiif-ingest/core/base/Ids"
import { visible } from "@iiif-ingest/core/base/Reason"
import * as Withdraw from "@iiif-ingest/core/batch/Withdraw"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import { Screen } from "../../terminal/screen.ts"
import type * as Documents from "../batchDocuments.ts"
import { exitCodes } from "../exitCodes.ts"
import { Usage } from "../failure.ts"
import { Globals } from "../globals.ts"
import type { Run } from "../running.ts"
import * as JournalOnly from "./journalOnly.ts"
import { chosenOf, readPlan } from "./planFile.ts"

export interface Input {
  readonly targets: ReadonlyArray<string>
  readonly only: ReadonlyArray<string>
}

const isId = Schema.is(AssetId)

/** With or without the namespace, as reports have them. */
const localPart = (text: string): string => text.slice(text.lastIndexOf(":") + 1)

const ofIds = Effect.fnUntraced(function*(targets: ReadonlyArray<string>) {
  const ids = targets.map(localPart)
  const wrong = targets.filter((_, index) => !isId(ids[index]))
  if (wrong.length > 0) {
    return yield* new Usage({
      detail: `neither the file of a plan nor an asset's id: ${wrong.map(visible).join(", ")}`
    })
  }
  return yield* Effect.provide(Withdraw.ofIds(ids.filter(isId)), JournalOnly.layer(yield* Globals))
})

const withdrawalOf = Effect.fnUntraced(function*({ only, targets }: Input) {
  const fs = yield* FileSystem.FileSystem
  const [first = ""] = targets
  const isFile = targets.length === 1 && (yield* Effect.orElseSucceed(fs.exists(first), () => false))
  if (!isFile) return yield* ofIds(targets)
  const { plan } = yield* readPlan(first)
  return Withdraw.ofPlan(yield* chosenOf(plan, only))
})

export const run: Run<Input> = Effect.fnUntraced(function*(input) {
  const screen = yield* Screen
  const withdrawal = yield* withdrawalOf(input)
  const document: typeof Documents.Withdrawal.Type = { format: "iiif-ingest withdrawal", version: 1, ...withdrawal }
  if (!screen.quiet && !screen.json) {
    yield* screen.note("MPS has no request that deletes: nothing was done. This text is for LTS:")
  }
  yield* screen.result(Withdraw.describe(withdrawal), document)
  return exitCodes.done
})
