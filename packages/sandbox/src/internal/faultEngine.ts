/** Decides which faults apply to a request or a step of a job. Synchronous, so a verdict precedes every byte. */
import type { FaultEffect, FaultHits, FaultMatch, FaultRule } from "../Faults.ts"
import * as Glob from "./glob.ts"
import * as SeededRandom from "./seededRandom.ts"

/** What rules are matched against. Steps of a job (`IngestAsset`, `SpawnChildren`) have no method or path. */
export interface Subject {
  readonly method: string
  readonly path: string
  readonly op: string
  readonly assetId: string | undefined
  /** Whether the request was signed with temporary credentials. */
  readonly sessionToken: boolean
}

/** The sum of all delays, followed by at most one other effect. */
export interface Verdict {
  readonly delayMillis: number
  readonly effect: FaultEffect | undefined
  /** The state to report instead of the actual one, if the effect is a `jobState`. */
  readonly jobState: string | undefined
}

export interface FaultEngine {
  /** The verdict for a subject; counts a hit for each rule that applies. */
  readonly decide: (subject: Subject) => Verdict
  readonly set: (rules: ReadonlyArray<FaultRule>) => void
  readonly add: (rule: FaultRule) => void
  /** Removes a rule that was added as this very value; the others keep their hits. */
  readonly remove: (rule: FaultRule) => void
  readonly hits: () => ReadonlyArray<FaultHits>
}

/** The subject for a step of a job. */
export const jobStepSubject = (op: string, assetId?: string): Subject => ({
  method: "",
  path: "",
  op,
  assetId,
  sessionToken: false
})

interface ArmedRule {
  readonly rule: FaultRule
  readonly matches: (subject: Subject) => boolean
  readonly random: () => number
  hits: number
}

export const CHILD_OP = "IngestAsset"
export const SPAWN_OP = "SpawnChildren"
const S3_PREFIX = "/_s3"

/** Whether the path belongs to the S3 endpoint. */
export const isS3Path = (path: string): boolean => path === S3_PREFIX || path.startsWith(`${S3_PREFIX}/`)

const sameAsset = (pattern: string, assetId: string | undefined): boolean =>
  assetId === pattern || (assetId !== undefined && assetId.slice(assetId.indexOf(":") + 1) === pattern)

const compileMatch = (match: FaultMatch) => {
  const path = match.path === undefined ? undefined : Glob.compile(match.path)
  return (subject: Subject): boolean =>
    (match.method === undefined || match.method === subject.method) &&
    (path === undefined || path.test(subject.path)) &&
    (match.op === undefined || match.op === subject.op) &&
    (match.assetId === undefined || sameAsset(match.assetId, subject.assetId))
}

/** Whether the effect can apply to the subject: a broad match must not use up a rule where it has no effect. */
const canApply = (rule: FaultRule, subject: Subject): boolean => {
  const type = rule.effect.type
  if (subject.op === CHILD_OP) return type === "childFailure" || (type === "delay" && rule.match.op === CHILD_OP)
  if (subject.op === SPAWN_OP) return type === "spawnFailure"
  if (type === "childFailure" || type === "spawnFailure") return false
  if (type === "jobState") return subject.op === "JobStatus"
  if (type === "truncate" || type === "malformed") return !isS3Path(subject.path)
  if (type === "expiredToken" && isS3Path(subject.path)) return subject.sessionToken
  return true
}

const isExhausted = (armed: ArmedRule): boolean => {
  const { effect, times } = armed.rule
  const maxHits = effect.type === "jobState" && effect.then !== "last" ? effect.states.length : Infinity
  return armed.hits >= Math.min(times ?? Infinity, maxHits)
}

const passesProbability = (armed: ArmedRule): boolean =>
  armed.rule.probability === undefined || armed.random() < armed.rule.probability

const reportedState = (effect: FaultEffect, hit: number): string | undefined =>
  effect.type === "jobState" ? effect.states[Math.min(hit, effect.states.length - 1)] : undefined

export const make = (seed: number, initial: ReadonlyArray<FaultRule>): FaultEngine => {
  let rules: Array<ArmedRule> = []
  const arm = (rule: FaultRule, index: number): ArmedRule => ({
    rule,
    matches: compileMatch(rule.match),
    random: SeededRandom.make(seed + index),
    hits: 0
  })
  const set = (next: ReadonlyArray<FaultRule>) => {
    rules = next.map(arm)
  }
  const decide = (subject: Subject): Verdict => {
    let delayMillis = 0
    for (const armed of rules) {
      if (
        !armed.matches(subject) || !canApply(armed.rule, subject) || isExhausted(armed) || !passesProbability(armed)
      ) continue
      const { effect } = armed.rule
      const hit = armed.hits++
      if (effect.type !== "delay") return { delayMillis, effect, jobState: reportedState(effect, hit) }
      delayMillis += effect.millis
    }
    return { delayMillis, effect: undefined, jobState: undefined }
  }
  set(initial)
  return {
    decide,
    set,
    add: (rule) => void rules.push(arm(rule, rules.length)),
    remove: (rule) => {
      rules = rules.filter((armed) => armed.rule !== rule)
    },
    hits: () => rules.map(({ hits, rule }) => ({ rule, hits }))
  }
}
