/** Decides which faults apply to a request or a step of a job. Synchronous, so a verdict precedes every byte. */
import type { FaultEffect, FaultHits, FaultMatch, FaultRule } from "../../Faults.ts"
import type { Fault, ScenarioName } from "../../Scenarios.ts"
import * as Scenarios from "../../Scenarios.ts"
import * as Glob from "../glob.ts"
import { CHILD_OP, SPAWN_OP } from "../jobs/steps.ts"
import { isS3Path } from "../s3/path.ts"
import * as SeededRandom from "../seededRandom.ts"
import * as MagicIds from "./magicIds.ts"

/** What rules are matched against. Steps of a job (`IngestAsset`, `SpawnChildren`) have no method or path. */
export interface Subject {
  readonly method: string
  readonly path: string
  readonly op: string
  readonly assetId: string | undefined
  /** Whether the request was signed with temporary credentials. */
  readonly sessionToken: boolean
  /** How long ago that was first ingested which the request asks for, in milliseconds; for deliveries only. */
  readonly age?: () => number | undefined
}

/** The sum of all delays, followed by at most one other effect. */
export interface Verdict {
  readonly delayMillis: number
  readonly effect: FaultEffect | undefined
  /** The state to report instead of the actual one, if the effect is a `jobState`. */
  readonly jobState: string | undefined
}

export interface FaultEngine {
  /** The verdict for a subject; counts a hit for each rule that applies. Magic ids come after all rules. */
  readonly decide: (subject: Subject) => Verdict
  readonly set: (faults: ReadonlyArray<Fault>) => void
  /** A scenario that is there already starts anew. */
  readonly add: (fault: Fault) => void
  /** Removes a scenario, or the rules that are equal; the others keep their hits. */
  readonly remove: (fault: Fault) => void
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
  readonly scenario: ScenarioName | undefined
  readonly matches: (subject: Subject) => boolean
  readonly random: () => number
  hits: number
}

const compileAsset = (pattern: string) => {
  const glob = Glob.compile(pattern)
  return (id: string | undefined): boolean =>
    id !== undefined && (glob.test(id) || glob.test(id.slice(id.indexOf(":") + 1)))
}

const compileMatch = (match: FaultMatch) => {
  const path = match.path === undefined ? undefined : Glob.compile(match.path)
  const asset = match.assetId === undefined ? undefined : compileAsset(match.assetId)
  return (subject: Subject): boolean =>
    (match.method === undefined || match.method === subject.method) &&
    (path === undefined || path.test(subject.path)) &&
    (match.op === undefined || match.op === subject.op) &&
    (asset === undefined || asset(subject.assetId))
}

const STEP_EFFECTS = new Set(["childFailure", "spawnFailure", "stuck", "restart"])
const NOT_FOR_S3 = new Set(["truncate", "malformed", "gatewayTimeout"])

const canApplyToStep = ({ effect: { type }, match }: FaultRule, op: string): boolean => {
  if (type === "stuck" || type === "restart") return true
  if (op === SPAWN_OP) return type === "spawnFailure"
  return type === "childFailure" || (type === "delay" && match.op === CHILD_OP)
}

/** Whether the effect can apply to the subject: a broad match must not use up a rule where it has no effect. */
const canApply = (rule: FaultRule, subject: Subject): boolean => {
  const { effect } = rule
  if (subject.op === CHILD_OP || subject.op === SPAWN_OP) return canApplyToStep(rule, subject.op)
  if (STEP_EFFECTS.has(effect.type)) return false
  if (effect.type === "late") return (subject.age?.() ?? Infinity) < effect.millis
  if (effect.type === "jobState") return subject.op === "JobStatus"
  if (!isS3Path(subject.path)) return true
  return effect.type === "expiredToken" ? subject.sessionToken : !NOT_FOR_S3.has(effect.type)
}

const maxHits = ({ effect, times }: FaultRule): number => {
  if (effect.type === "restart") return times ?? 1
  const states = effect.type === "jobState" && effect.then !== "last" ? effect.states.length : Infinity
  return Math.min(times ?? Infinity, states)
}

const passesProbability = (armed: ArmedRule): boolean =>
  armed.rule.probability === undefined || armed.random() < armed.rule.probability

const reportedState = (effect: FaultEffect, hit: number): string | undefined =>
  effect.type === "jobState" ? effect.states[Math.min(hit, effect.states.length - 1)] : undefined

/** A rule of a scenario goes only with all of it. */
const isSame = (fault: Fault, { rule, scenario }: ArmedRule): boolean =>
  typeof fault === "string"
    ? fault === scenario
    : scenario === undefined && (fault === rule || JSON.stringify(fault) === JSON.stringify(rule))

/** The rules that an id stands for, of which only delays accumulate. */
const decideMagic = (subject: Subject, timeScale: number, before: number): Verdict => {
  let delayMillis = before
  const magic = subject.assetId === undefined ? [] : MagicIds.rules(subject.assetId, timeScale)
  for (const rule of magic) {
    if (!compileMatch(rule.match)(subject) || !canApply(rule, subject)) continue
    if (rule.effect.type !== "delay") return { delayMillis, effect: rule.effect, jobState: undefined }
    delayMillis += rule.effect.millis
  }
  return { delayMillis, effect: undefined, jobState: undefined }
}

const hitsOf = ({ hits, rule, scenario }: ArmedRule): FaultHits => ({
  rule,
  hits,
  ...(scenario === undefined ? {} : { scenario })
})

/** `timeScale` multiplies the durations of scenarios and of magic ids. */
export const make = (seed: number, initial: ReadonlyArray<Fault>, timeScale = 1): FaultEngine => {
  let rules: Array<ArmedRule> = []
  const arm = (fault: Fault, index: number): ReadonlyArray<ArmedRule> => {
    const scenario = typeof fault === "string" ? fault : undefined
    const all = typeof fault === "string" ? Scenarios.of(fault, { timeScale }).rules : [fault]
    return all.map((rule, offset) => ({
      rule,
      scenario,
      matches: compileMatch(rule.match),
      random: SeededRandom.make(seed + index + offset),
      hits: 0
    }))
  }
  const push = (fault: Fault) => void rules.push(...arm(fault, rules.length))
  const remove = (fault: Fault) => {
    rules = rules.filter((armed) => !isSame(fault, armed))
  }
  const add = (fault: Fault) => {
    if (typeof fault === "string") remove(fault)
    push(fault)
  }
  const set = (faults: ReadonlyArray<Fault>) => {
    rules = []
    faults.forEach(add)
  }
  const decide = (subject: Subject): Verdict => {
    let delayMillis = 0
    for (const armed of rules) {
      const { rule } = armed
      if (!armed.matches(subject) || armed.hits >= maxHits(rule) || !canApply(rule, subject)) continue
      if (!passesProbability(armed)) continue
      const { effect } = rule
      const hit = armed.hits++
      if (effect.type !== "delay") return { delayMillis, effect, jobState: reportedState(effect, hit) }
      delayMillis += effect.millis
    }
    return decideMagic(subject, timeScale, delayMillis)
  }
  set(initial)
  return {
    decide,
    set,
    add,
    remove,
    hits: () => rules.map(hitsOf)
  }
}
