import { isObject } from "effect/Predicate"
import { type Finding, findingOf, type Rule } from "../check/finding.ts"
import { type Code, finding } from "../check/rules.ts"
import type { RuleSet } from "../check/ruleSet.ts"
import { quoted } from "../quoted.ts"
import { contains, partsOf, pathOf, type Place } from "./path.ts"

/** A JSON object; arrays do not count. */
export type Fields = { readonly [key: string]: unknown }

/** Checks a value and reports what is wrong with it. What is inside objects and lists is left for the walk to visit. */
export type Check = (value: unknown, walk: Walk) => void

type More = Partial<Omit<Rule, "severity">>

/** Describes a value for a message. */
export const kindOf = (value: unknown): string => {
  if (value === undefined) return "missing"
  if (value === null) return "null"
  if (Array.isArray(value)) return "a list"
  if (typeof value === "string") return quoted(value)
  if (typeof value === "number" || typeof value === "boolean") return String(value)
  return typeof value === "object" ? "an object" : `a ${typeof value}`
}

/** The maximum depth of nested values; a manifest needs about 20. */
export const maxDepth = 100

/** The most values that are visited; a manifest of 1,000,000 canvases has fewer. */
export const maxVisits = 20_000_000

/** How many findings of a code are listed; the rest are only counted. */
export const maxListed = 100

/** What a rule of a rule set threw, as opposed to what reading a value of the document threw. */
class RuleFailure {
  readonly cause: unknown
  constructor(cause: unknown) {
    this.cause = cause
  }
}

interface Frame {
  readonly value: object
  readonly place: Place | undefined
  readonly depth: number
  readonly canvas: Fields | undefined
  readonly clause: string
  /** Checks an object as a whole, or else `each` checks its items or fields one by one, from `index`. */
  readonly visit: ((value: Fields, walk: Walk) => void) | undefined
  readonly each: Check
  readonly keys: ReadonlyArray<string> | undefined
  index: number
}

const nothing: Check = () => {}

interface Counted {
  readonly findings: Array<Finding>
  omitted: number
}

const messageOf = (error: unknown): string => error instanceof Error ? error.message : "it threw"

/**
 * A walk through a document: the values still to visit, and the findings so far. It keeps its own stack, so that no
 * document overflows that of the engine, and can be stopped between any two values and continued.
 */
export class Walk {
  /** The canvas that is being visited. */
  canvas: Fields | undefined = undefined
  /** Rules beyond the specification. */
  readonly ruleSets: ReadonlyArray<RuleSet>
  /** The checks of named classes, which refer to each other by name. */
  readonly classes: { readonly [name: string]: Check }
  /** The section that requires what is being checked. */
  clause = ""
  readonly #stack: Array<Frame> = []
  readonly #found: Array<{ readonly finding: Finding; readonly parts: ReadonlyArray<string | number> }> = []
  readonly #byCode = new Map<string, Counted>()
  #place: Place | undefined
  #root: object | undefined
  readonly #keys: Array<string | number> = []
  #depth = 0
  #visits = 0

  constructor(
    classes: { readonly [name: string]: Check },
    ruleSets: ReadonlyArray<RuleSet> = [],
    path: ReadonlyArray<string | number> = []
  ) {
    this.classes = classes
    this.ruleSets = ruleSets
    for (const key of path) this.#place = { above: this.#place, key }
  }

  report(code: Code, message: string, more?: More): void {
    this.#add(code, () => finding(code, pathOf(this.path()), message, more))
  }

  reportAt(key: string | number, code: Code, message: string, more?: More): void {
    this.#keys.push(key)
    this.report(code, message, more)
    this.#keys.pop()
  }

  /** Reports a value that is not of the expected kind. */
  reportKind(value: unknown, expected: string): void {
    this.report("value-kind", `it is ${kindOf(value)}`, {
      expected,
      ...(this.clause === "" ? {} : { clause: this.clause })
    })
  }

  /** Calls a rule of a rule set with a function that reports its findings at a path below the current one. */
  byRule(set: RuleSet, rule: (report: (code: string, message: string, below?: Below) => void) => void): void {
    try {
      rule((code, message, below = []) => {
        if (!Object.hasOwn(set.codes, code)) {
          throw new Error(`a rule reports ${quoted(code)}, which its set has no code for`)
        }
        this.#add(code, () => findingOf(set.codes)(code, pathOf([...this.path(), ...below]), message), below)
      })
    } catch (cause) {
      throw new RuleFailure(cause)
    }
  }

  /** The keys that lead to the current value. */
  path(): ReadonlyArray<string | number> {
    return partsOf(this.#place, this.#keys)
  }

  /** Checks the value of a key of the current value. */
  at(key: string | number, value: unknown, check: Check): void {
    this.#keys.push(key)
    check(value, this)
    this.#keys.pop()
  }

  /** Has a document checked in several ways, one after the other. */
  begin(document: unknown, ...checks: ReadonlyArray<Check>): void {
    for (const check of checks.toReversed()) this.#trying(() => check(document, this))
  }

  /** Has an object visited: after the value that is being checked now, and in the order of the calls. */
  enter(value: Fields, visit: (value: Fields, walk: Walk) => void): void {
    this.#push(value, visit, nothing, undefined)
  }

  /** Has the items of a list visited, like {@link enter}. */
  enterList(value: ReadonlyArray<unknown>, each: Check): void {
    this.#push(value, undefined, each, undefined)
  }

  /** Checks that a value of which nothing is said is JSON, and has what is in it visited. */
  readonly json: Check = (value) => {
    if (typeof value === "object" && value !== null) {
      return this.#push(value, undefined, this.json, Array.isArray(value) ? undefined : Object.keys(value))
    }
    const isJson = typeof value !== "bigint" && typeof value !== "function" && typeof value !== "symbol" &&
      (typeof value !== "number" || Number.isFinite(value))
    if (!isJson) this.report("value-kind", `it is ${kindOf(value)}`, { expected: "JSON", clause: "RFC 8259" })
  }

  /** Visits up to so many values, and returns whether all have been visited. */
  advance(steps: number): boolean {
    const until = this.#visits + steps
    while (this.#stack.length > 0 && this.#visits < until) {
      this.#trying(() => this.#step(until))
    }
    return this.#stack.length === 0
  }

  /** The findings so far, at most {@link maxListed} of each code. */
  findings(): ReadonlyArray<Finding> {
    for (const { findings, omitted } of this.#byCode.values()) {
      const last = findings.at(-1)
      const index = this.#found.findIndex(({ finding }) => finding === last)
      const found = this.#found[index]
      if (omitted === 0 || found === undefined) continue
      const counted = { ...found.finding, omitted }
      findings[findings.length - 1] = counted
      this.#found[index] = { ...found, finding: counted }
    }
    return this.#found.map(({ finding }) => finding)
  }

  /** The findings so far, with the keys that lead to each. */
  located(): ReadonlyArray<{ readonly finding: Finding; readonly parts: ReadonlyArray<string | number> }> {
    this.findings()
    return this.#found
  }

  /** Reports what reading a value throws, which parsed JSON never does. */
  #trying(read: () => void): void {
    try {
      read()
    } catch (error) {
      if (error instanceof RuleFailure) throw error.cause
      this.report("unreadable", `reading it failed: ${messageOf(error)}`)
    }
  }

  #add(code: string, make: () => Finding, below: Below = []): void {
    const counted = this.#byCode.get(code) ?? { findings: [], omitted: 0 }
    if (counted.findings.length === 0) this.#byCode.set(code, counted)
    if (counted.findings.length === maxListed) {
      counted.omitted++
      return
    }
    const one = make()
    counted.findings.push(one)
    this.#found.push({ finding: one, parts: [...this.path(), ...below] })
  }

  #push(value: object, visit: Frame["visit"], each: Check, keys: Frame["keys"]): void {
    const { length } = this.#keys
    if (length > 0 && (value === this.#root || contains(this.#place, value))) {
      return this.report("too-deep", "it contains itself")
    }
    if (this.#depth >= maxDepth) return this.report("too-deep", `it is nested more than ${maxDepth} levels deep`)
    if (length === 0 && this.#place === undefined) this.#root = value
    let place = this.#place
    for (let index = 0; index < length; index++) {
      const key = this.#keys[index] ?? 0
      place = index === length - 1 ? { above: place, key, value } : { above: place, key }
    }
    const { canvas, clause } = this
    this.#stack.push({ value, place, depth: this.#depth + 1, canvas, clause, visit, each, keys, index: 0 })
  }

  #step(until: number): void {
    const frame = this.#stack.at(-1)
    if (frame === undefined) return
    this.#place = frame.place
    this.#keys.length = 0
    this.#depth = frame.depth
    this.canvas = frame.canvas
    this.clause = frame.clause
    this.#visits++
    if (this.#visits > maxVisits) {
      this.#stack.length = 0
      return this.report("too-large", `it has more than ${maxVisits.toLocaleString("en")} values`)
    }
    if (frame.visit === undefined) this.#items(frame, until)
    else {
      this.#stack.pop()
      const before = this.#stack.length
      if (isObject(frame.value)) frame.visit(frame.value, this)
      this.#inOrder(before)
    }
  }

  /** Checks items up to the first that has something inside to visit. */
  #items(frame: Frame, until: number): void {
    const before = this.#stack.length
    const values = frame.value as { readonly [key: string | number]: unknown } & { readonly length: number }
    const length = frame.keys === undefined ? values.length : frame.keys.length
    while (frame.index < length && this.#stack.length === before) {
      if (this.#visits >= until) return
      const index = frame.index++
      const key = frame.keys === undefined ? index : frame.keys[index] ?? index
      this.#visits++
      this.at(key, values[key], frame.each)
    }
    if (this.#stack.length > before) this.#inOrder(before)
    else if (frame.index >= length) this.#stack.pop()
  }

  /** What was pushed first is visited first. */
  #inOrder(from: number): void {
    const { length } = this.#stack
    if (length - from < 2) return
    for (let low = from, high = length - 1; low < high; low++, high--) {
      const one = this.#stack[low]
      const other = this.#stack[high]
      if (one === undefined || other === undefined) return
      this.#stack[low] = other
      this.#stack[high] = one
    }
  }
}

type Below = ReadonlyArray<string | number>
