import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import { counted } from "../../../base/internal/text.ts"
import { type IngestReport, isComplete } from "../../../mps/IngestReport.ts"
import { isEverywhere } from "./kinds.ts"

/** What lets the manifests of a batch begin, until something stops it. */
export interface Gate {
  /** Why no other manifest is begun, if none is. */
  readonly closed: Effect.Effect<string | undefined>
  /** Takes note of what became of a manifest; `error` is the tag of its problem. */
  readonly note: (ended: {
    readonly outcome: { readonly report?: IngestReport; readonly problem?: { readonly message: string } }
    readonly error?: string
  }) => Effect.Effect<void>
}

/** The problem of a report that every other manifest has too. */
const everywhereIn = ({ assets }: IngestReport): string | undefined => {
  const failed = assets.flatMap(({ fate }) => fate._tag === "UploadFailed" ? [fate] : [])
  const wide = failed.find(({ reason }) => isEverywhere(reason))
  if (wide !== undefined) return wide.problem
  // one image that may not be stored says little; if none of a manifest may, the keys are not those of the bucket
  const isDenied = failed.length > 0 && failed.length === assets.length &&
    failed.every(({ reason }) => reason === "AccessDenied" || reason === "ExpiredCredentials")
  return isDenied ? failed[0]?.problem : undefined
}

export const make = (maxFailures: number | undefined): Effect.Effect<Gate> =>
  Effect.gen(function*() {
    const failures = yield* Ref.make(0)
    const cause = yield* Ref.make<string | undefined>(undefined)
    return {
      closed: Effect.gen(function*() {
        const everywhere = yield* Ref.get(cause)
        if (everywhere !== undefined) return `what went wrong would go wrong with each manifest (${everywhere})`
        const failed = yield* Ref.get(failures)
        return maxFailures !== undefined && failed > 0 && failed >= maxFailures
          ? `${counted(failed, "manifest")} failed, and no more may (maxFailures)`
          : undefined
      }),
      note: Effect.fnUntraced(function*({ error, outcome: { problem, report } }) {
        if (report === undefined || !isComplete(report)) yield* Ref.update(failures, (n) => n + 1)
        const everywhere = isEverywhere(error) ? problem?.message ?? error : report && everywhereIn(report)
        // the first cause stands, so that all that is not begun says the same
        yield* Ref.update(cause, (first) => first ?? everywhere)
      })
    }
  })
