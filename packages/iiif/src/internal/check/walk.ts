import { isObject } from "effect/Predicate"
import { quoted } from "../quoted.ts"
import { type Finding, findingOf, type Rule } from "./finding.ts"
import { type Code, finding } from "./rules.ts"
import type { RuleSet } from "./ruleSet.ts"

/** A JSON object; arrays do not count. */
export type Fields = { readonly [key: string]: unknown }

/** Describes a value for a message. */
export const kindOf = (value: unknown): string => {
  if (value === undefined) return "missing"
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

/** Formats a path as in JavaScript: `items[0].label`. */
export const pathOf = (parts: ReadonlyArray<string | number>): string => parts.map(step).join("").replace(/^\./, "")

/** The maximum depth of nested values; a manifest needs about 20. */
const maxDepth = 100

/** A walk through a document: the current path, and the findings so far. */
export class Walk {
  readonly findings: Array<Finding> = []
  readonly path: Array<string | number>
  /** The id of the canvas that is being checked, or "". */
  canvas = ""
  readonly #above: Array<unknown> = []

  /** The check for annotations, passed in since resources have annotations, which have resources. */
  readonly annotations: Check
  /** Rules beyond the specification. */
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

  /** Reports a finding of a rule set, at a path below the current one. */
  reportBy({ codes }: RuleSet, code: string, message: string, below: ReadonlyArray<string | number>): void {
    if (!Object.hasOwn(codes, code)) throw new Error(`a rule reports ${quoted(code)}, which its set has no code for`)
    this.findings.push(findingOf(codes)(code, pathOf([...this.path, ...below]), message))
  }

  reportAt(key: string | number, code: Code, message: string, more?: Partial<Omit<Rule, "severity">>): void {
    this.path.push(key)
    this.report(code, message, more)
    this.path.pop()
  }

  /** Checks the value of a key at the current path. */
  at(key: string | number, value: unknown, check: Check): void {
    this.path.push(key)
    check(value, this)
    this.path.pop()
  }

  /** Enters an object or a list, unless it contains itself or is nested too deeply. Call {@link leave} afterwards. */
  enter(value: object): boolean {
    if (this.#above.length > maxDepth || this.#above.includes(value)) {
      this.report("too-deep", `it contains itself, or is nested more than ${maxDepth} levels deep`)
      return false
    }
    this.#above.push(value)
    return true
  }

  leave(): void {
    this.#above.pop()
  }

  /** Calls `visit` within a value, between {@link enter} and {@link leave}. */
  into(value: object, visit: () => void): void {
    if (!this.enter(value)) return
    visit()
    this.leave()
  }
}

/** Checks a value and reports what is wrong with it. */
export type Check = (value: unknown, walk: Walk) => void

const wrongKind = (walk: Walk, value: unknown, expected: string) =>
  walk.report("value-kind", `it is ${kindOf(value)}`, { expected })

export const anything: Check = () => {}

export const text: Check = (value, walk) => {
  if (typeof value !== "string") wrongKind(walk, value, "a string")
}

/** One of these strings; another one is reported with `code`. */
export const oneOf = (code: Code, known: ReadonlySet<string>): Check => (value, walk) => {
  if (typeof value !== "string") return wrongKind(walk, value, "a string")
  if (!known.has(value)) walk.report(code, `it is ${quoted(value)}`)
}

/**
 * The shape of a class of objects: `required` fields, checks of all known fields, and `also` for the object as a whole.
 */
export interface Shape {
  readonly fields: { readonly [key: string]: Check }
  readonly required?: ReadonlyArray<string>
  /** Whether other fields are reported. */
  readonly closed?: boolean
  readonly also?: (fields: Fields, walk: Walk) => void
}

/** Checks an object that the walk has already entered. */
const checkFields = (value: Fields, walk: Walk, shape: Shape, fields: ReadonlyMap<string, Check>): void => {
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
    checkFields(value, walk, shape, fields)
    walk.leave()
  }
}

/** A list, each item of which is checked; an empty one is reported with `code`. */
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

/** A check that is defined later. */
export const lazy = (check: () => Check): Check => (value, walk) => check()(value, walk)

/** Exactly this `type`. */
export const classOf = (name: string): Check => (value, walk) => {
  if (value !== name) walk.report("class", `its type is ${kindOf(value)}`, { expected: name })
}
