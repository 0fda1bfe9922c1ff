import { isObject } from "effect/Predicate"
import { quoted } from "../shown.ts"
import { type Finding, findingOf, type Rule } from "./finding.ts"
import { type Code, finding } from "./rules.ts"
import type { RuleSet } from "./ruleSet.ts"

/** An object of JSON; arrays are none. */
export type Fields = { readonly [key: string]: unknown }

/** What a value is, for a message. */
export const kindOf = (value: unknown): string => {
  if (value === undefined) return "nothing"
  if (value === null) return "null"
  if (Array.isArray(value)) return "a list"
  if (typeof value === "string") return quoted(value)
  if (typeof value === "number" || typeof value === "boolean") return String(value)
  return typeof value === "object" ? "an object" : `a ${typeof value}`
}

const isPlain = (key: string): boolean => /^[A-Za-z_$@][\w$@]*$/.test(key)

const step = (part: string | number): string => {
  if (typeof part === "number") return `[${part}]`
  return isPlain(part) ? `.${part}` : `[${JSON.stringify(part)}]`
}

/** A path as it is written in JavaScript: `items[0].label`. */
export const pathOf = (parts: ReadonlyArray<string | number>): string => parts.map(step).join("").replace(/^\./, "")

/** How many values may stand within each other; a manifest needs about twenty. */
const deepest = 100

/** A way through a manifest: where it is, and what was found. */
export class Walk {
  readonly findings: Array<Finding> = []
  readonly path: Array<string | number>
  /** The id of the canvas that the walk is on. */
  canvas = ""
  readonly #above: Array<unknown> = []

  /** The check for annotations: resources have annotations, which have resources. */
  readonly annotations: Check
  /** Rules beyond the specification's. */
  readonly ruleSets: ReadonlyArray<RuleSet>

  constructor(
    annotations: Check = anything,
    ruleSets: ReadonlyArray<RuleSet> = [],
    path: ReadonlyArray<string | number> = []
  ) {
    this.annotations = annotations
    this.ruleSets = ruleSets
    this.path = [...path]
  }

  report(code: Code, message: string, more?: Partial<Omit<Rule, "severity">>): void {
    this.findings.push(finding(code, pathOf(this.path), message, more))
  }

  /** Reports by a code of a rule set, at a path below the current one. */
  reportBy({ codes }: RuleSet, code: string, message: string, below: ReadonlyArray<string | number>): void {
    this.findings.push(findingOf(codes)(code, pathOf([...this.path, ...below]), message))
  }

  reportAt(key: string | number, code: Code, message: string, more?: Partial<Omit<Rule, "severity">>): void {
    this.path.push(key)
    this.report(code, message, more)
    this.path.pop()
  }

  /** Checks a value under a key of where the walk is. */
  at(key: string | number, value: unknown, check: Check): void {
    this.path.push(key)
    check(value, this)
    this.path.pop()
  }

  /** Goes into an object or a list, unless that is within itself or too deep to be meant. Leave it by {@link leave}. */
  enter(value: object): boolean {
    if (this.#above.length > deepest || this.#above.includes(value)) {
      this.report("too-deep", `it goes on without an end, or is deeper than ${deepest} levels`)
      return false
    }
    this.#above.push(value)
    return true
  }

  leave(): void {
    this.#above.pop()
  }

  /** The same for what is done in between. */
  into(value: object, visit: () => void): void {
    if (!this.enter(value)) return
    visit()
    this.leave()
  }
}

/** Looks at a value and reports what is wrong with it. */
export type Check = (value: unknown, walk: Walk) => void

const wrongKind = (walk: Walk, value: unknown, expected: string) =>
  walk.report("value-kind", `it is ${kindOf(value)}`, { expected })

export const anything: Check = () => {}

export const text: Check = (value, walk) => {
  if (typeof value !== "string") wrongKind(walk, value, "a text")
}

/** One of these texts, or another finding. */
export const oneOf = (code: Code, known: ReadonlySet<string>): Check => (value, walk) => {
  if (typeof value !== "string") return wrongKind(walk, value, "a text")
  if (!known.has(value)) walk.report(code, `it is ${quoted(value)}`)
}

/** What a class of objects has: `required` fields, the checks of all that are known, and rules for the whole. */
export interface Shape {
  readonly fields: { readonly [key: string]: Check }
  readonly required?: ReadonlyArray<string>
  /** No other fields. */
  readonly closed?: boolean
  readonly also?: (fields: Fields, walk: Walk) => void
}

/** Of an object that has already been gone into. */
const look = (value: Fields, walk: Walk, shape: Shape, fields: ReadonlyMap<string, Check>): void => {
  for (const key of shape.required ?? []) {
    if (value[key] === undefined) walk.reportAt(key, "missing", `there is no ${key}`)
  }
  for (const key in value) {
    const inner = value[key]
    if (inner === undefined) continue
    const check = fields.get(key)
    if (check !== undefined) walk.at(key, inner, check)
    else if (shape.closed === true) walk.reportAt(key, "property-unknown", "the class has no such property")
  }
  shape.also?.(value, walk)
}

export const object = (shape: Shape): Check => {
  const fields = new Map(Object.entries(shape.fields))
  return (value, walk) => {
    if (!isObject(value)) return wrongKind(walk, value, "an object")
    if (!walk.enter(value)) return
    look(value, walk, shape, fields)
    walk.leave()
  }
}

/** A list, each item checked; an empty one is doubtful. */
export const list = (item: Check, code: Code = "list-empty"): Check => (value, walk) => {
  if (!Array.isArray(value)) return wrongKind(walk, value, "a list")
  if (value.length === 0) return walk.report(code, "the list is empty")
  if (!walk.enter(value)) return
  for (let index = 0; index < value.length; index++) walk.at(index, value[index], item)
  walk.leave()
}

export const oneOrMany = (item: Check): Check => {
  const many = list(item)
  return (value, walk) => (Array.isArray(value) ? many : item)(value, walk)
}

/** What is defined further down. */
export const lazy = (check: () => Check): Check => (value, walk) => check()(value, walk)

/** Only what is an object of this `type`. */
export const classOf = (name: string): Check => (value, walk) => {
  if (value !== name) walk.report("class", `its type is ${kindOf(value)}`, { expected: name })
}
