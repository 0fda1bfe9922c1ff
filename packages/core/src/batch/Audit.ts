/**
 * Audits: looks again, in rotation, at what was ever ingested, as `Holdings` know it. After 30 runs of `1/30` everything
 * that was there at the first was looked at, whatever was added meanwhile.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { visible } from "../base/internal/text.ts"
import { nowMillis } from "../base/internal/time.ts"
import { MpsConfig } from "../config/MpsConfig.ts"
import type { Delivery } from "../mps/Delivery.ts"
import { Holding, Holdings, saveLooks } from "../mps/Holdings.ts"
import * as Look from "../mps/Look.ts"
import type { JournalError } from "../upload/Journal.ts"
import { targetOf } from "./internal/verification/holding.ts"
import { countVerdicts, describeCounts, type VerdictCounts } from "./internal/verification/verdicts.ts"
import * as Subset from "./Subset.ts"

/**
 * A holding that was looked at, as it is known now, with the look itself.
 *
 * @category models
 * @since 0.1.0
 */
export const Audited = Schema.Struct({ holding: Holding, sight: Look.Sight })

/**
 * @category models
 * @since 0.1.0
 */
export type Audited = typeof Audited.Type

/**
 * The version of the format that this release writes.
 *
 * @category constants
 * @since 0.1.0
 */
export const version = 1

/**
 * What an audit saw. `total` is how many holdings there were when it began; `at` when it ended, in milliseconds since
 * 1970; `stopped` why it ended before it had looked at the whole subset.
 *
 * @category models
 * @since 0.1.0
 */
export const AuditReport = Schema.Struct({
  format: Schema.Literal("iiif-ingest audit"),
  version: Schema.Literal(version),
  at: Schema.Int,
  total: Schema.Int,
  audited: Schema.Array(Audited),
  stopped: Schema.optionalKey(Schema.String)
})

/**
 * @category models
 * @since 0.1.0
 */
export type AuditReport = typeof AuditReport.Type

/**
 * `concurrency`: concurrent requests; 2 by default. How many there are in a second is bounded by `Pace`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly concurrency?: number
}

/**
 * `run` looks once at the subset that was not looked at for the longest time, and keeps what it saw, a few at a time: an
 * audit that is interrupted has kept what it had seen. It does not fail because of what is served, and stops where
 * nothing can be seen of many in a row.
 *
 * @category services
 * @since 0.1.0
 */
export class Audit extends Context.Service<Audit, {
  readonly run: (subset: Subset.Subset, options?: Options) => Effect.Effect<AuditReport, JournalError>
}>()("@iiif-ingest/core/batch/Audit") {}

/** How many are looked at before what was seen is kept. */
const chunk = 20

/** Why to go on makes no sense: nothing could be seen of any of so many. */
const nothingSeen = (some: ReadonlyArray<Audited>): string | undefined => {
  const [first] = some
  return first !== undefined && some.length === chunk && some.every(({ sight }) => sight.verdict === "unknown")
    ? `nothing could be seen of ${chunk} in a row: ${Look.describe(first.sight.evidence)}`
    : undefined
}

const make = Effect.gen(function*() {
  const look = yield* Look.Look
  const config = yield* MpsConfig

  const auditSome = Effect.fnUntraced(function*(limit: number, options: Options) {
    const holdings = yield* Holdings
    const due = yield* holdings.due(limit)
    const targets = yield* Effect.forEach(due, (holding) => targetOf(config, holding))
    const sights = yield* look.at(targets, { ...options, wait: false })
    const seen = due.flatMap((holding, i) => {
      const sight = sights[i]
      return sight === undefined ? [] : [{ holding, sight }]
    })
    const known = yield* saveLooks(
      new Map(
        seen.map(({ holding: { id }, sight: { evidence, verdict } }) =>
          [id, { verdict, evidence: Look.describe(evidence) }] as const
        )
      )
    )
    const now = new Map(known.map((holding) => [holding.id, holding]))
    return seen.map(({ holding, sight }) => ({ holding: now.get(holding.id) ?? holding, sight }))
  })

  return Audit.of({
    run: Effect.fn("Audit.run")(function*(subset, options = {}) {
      const total = yield* (yield* Holdings).count
      const limit = Subset.sizeOf(subset, total)
      const audited: Array<Audited> = []
      let stopped: string | undefined
      while (audited.length < limit && stopped === undefined) {
        const some = yield* auditSome(Math.min(chunk, limit - audited.length), options)
        if (some.length === 0) break
        audited.push(...some)
        stopped = nothingSeen(some)
      }
      const report: AuditReport = {
        format: "iiif-ingest audit",
        version,
        at: yield* nowMillis,
        total,
        audited,
        ...(stopped === undefined ? {} : { stopped })
      }
      return report
    })
  })
})

/**
 * Audits the `Holdings` in use through `Delivery`, at the pace that `Pace` allows.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Audit, never, Delivery | MpsConfig> = Layer.effect(Audit, make).pipe(
  Layer.provide(Look.layer)
)

/**
 * What was served once and is not any more: missing or wrong at its last look. What cannot be seen is not lost.
 *
 * @category getters
 * @since 0.1.0
 */
export const lost = ({ audited }: AuditReport): ReadonlyArray<Audited> =>
  audited.filter(({ holding, sight: { verdict } }) =>
    holding.lostAt !== undefined && (verdict === "missing" || verdict === "wrong")
  )

/**
 * How many of what was looked at has each verdict.
 *
 * @category getters
 * @since 0.1.0
 */
export const counts = ({ audited }: AuditReport): VerdictCounts =>
  countVerdicts(audited.map(({ sight }) => sight.verdict))

/**
 * Whether nothing that was looked at is missing or wrong. What cannot be seen does not count, and of nothing, nothing is
 * wrong.
 *
 * @category guards
 * @since 0.1.0
 */
export const isOk = (report: AuditReport): boolean => {
  const { missing, wrong } = counts(report)
  return missing + wrong === 0
}

const dateText = (millis: number): string => DateTime.formatIso(DateTime.makeUnsafe(millis))

const sinceText = ({ lostAt, okAt }: Holding): string => {
  if (okAt === undefined) return "never seen to be served"
  return `last served ${dateText(okAt)}, first seen not to be ${dateText(lostAt ?? okAt)}`
}

const lineOf = ({ holding, sight: { evidence, verdict } }: Audited): string => {
  const since = verdict === "unknown" ? "" : `; ${sinceText(holding)}`
  const page = holding.manifest === undefined ? "" : ` of ${visible(holding.manifest)}`
  return `${visible(holding.id)}${page}: ${verdict} (${Look.describe(evidence)})${since}`
}

/**
 * A report as text: what is not `ok`, with since when, and a line with the counts.
 *
 * @category formatting
 * @since 0.1.0
 */
export const describe = (report: AuditReport): string =>
  [
    ...report.audited.filter(({ sight }) => sight.verdict !== "ok").map(lineOf),
    `looked at ${report.audited.length} of ${report.total}: ${describeCounts(counts(report))}`,
    ...(report.stopped === undefined ? [] : [`stopped: ${report.stopped}`])
  ].join("\n")
