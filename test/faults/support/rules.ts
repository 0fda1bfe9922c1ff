/** The sandbox's fault rules, and the faults that only a proxy between client and server can inject. */
import { Faults } from "@iiif-ingest/sandbox"
import { Schema } from "effect"
import * as Glob from "../../../packages/sandbox/src/internal/glob.ts"

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/**
 * - `stall`: after N bytes, no more of the request body is read; without N, the server handles the request but its
 *   reply is withheld. Both last until the proxy is released.
 * - `slowReader`: the request body is read no faster than this.
 * - `alter`: replaces header fields of the reply, or text in its body.
 */
export const WireEffect = Schema.Union([
  Schema.Struct({ type: Schema.Literal("stall"), afterRequestBytes: Schema.optionalKey(Count) }),
  Schema.Struct({ type: Schema.Literal("slowReader"), bytesPerSecond: Count }),
  Schema.Struct({
    type: Schema.Literal("alter"),
    headers: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
    replace: Schema.optionalKey(Schema.Struct({ pattern: Schema.String, text: Schema.String }))
  })
])

/** A sandbox rule with an effect of either kind. */
export const Rule = Schema.Struct({
  ...Faults.FaultRule.fields,
  effect: Schema.Union([...Faults.FaultEffect.members, ...WireEffect.members])
})

export type Rule = typeof Rule.Type
export type Effect = Rule["effect"]

const onTheWire: ReadonlySet<Effect["type"]> = new Set([
  "reset",
  "lostReply",
  "truncate",
  "stall",
  "slowReader",
  "alter"
])

/** Whether the proxy injects this fault; the sandbox injects all others. */
export const isOnTheWire = (rule: Rule): boolean => onTheWire.has(rule.effect.type)

export const isForSandbox = (rule: Rule): rule is Faults.FaultRule => !isOnTheWire(rule)

/** A rule and how often it was applied. */
export interface Hits {
  readonly rule: Rule
  readonly hits: number
}

export interface Subject {
  readonly method: string
  readonly path: string
  readonly op: string
}

const compile = ({ match }: Rule) => {
  const path = match.path === undefined ? undefined : Glob.compile(match.path)
  return (subject: Subject): boolean =>
    (match.method === undefined || match.method === subject.method) &&
    (match.op === undefined || match.op === subject.op) && (path === undefined || path.test(subject.path))
}

/** Picks the effect for a request: that of the first matching rule that is not used up. */
export const engine = (rules: ReadonlyArray<Rule>) => {
  const armed = rules.map((rule) => ({ rule, matches: compile(rule), hits: 0 }))
  return {
    strike: (subject: Subject): Effect | undefined => {
      const struck = armed.find(({ hits, matches, rule }) => hits < (rule.times ?? Infinity) && matches(subject))
      if (struck === undefined) return undefined
      struck.hits += 1
      return struck.rule.effect
    },
    hits: (): ReadonlyArray<Hits> => armed.map(({ hits, rule }) => ({ rule, hits }))
  }
}
