import { isObject } from "effect/Predicate"
import type { Finding, Rule } from "../../check/finding.ts"
import { pathBelow } from "../../jsonPath.ts"
import { quoted } from "../../quoted.ts"
import type { Fields } from "../place.ts"
import { clause, type Code, finding } from "./rules.ts"

/** How many findings of a code are listed; the last says how many more there are. */
const maxOfCode = 100

/** A finding before it is worded. */
interface Found {
  readonly code: Code
  readonly path: string
  readonly message: string
  readonly more: Partial<Omit<Rule, "severity">>
}

/** A walk through a document: where it is, and what it found. */
export class Visit {
  readonly keys: Array<string | number> = []
  /** For each finding, the keys of its place. */
  readonly found: Array<Found & { readonly keys: ReadonlyArray<string | number> }> = []
  readonly #counts = new Map<Code, number>()

  report(code: Code, message: string, more: Partial<Omit<Rule, "severity">> = {}): void {
    const count = (this.#counts.get(code) ?? 0) + 1
    this.#counts.set(code, count)
    if (count > maxOfCode) return
    const keys = [...this.keys]
    this.found.push({ code, keys, path: keys.reduce<string>(pathBelow, ""), message, more })
  }

  at(key: string | number, visit: () => void): void {
    this.keys.push(key)
    visit()
    this.keys.pop()
  }

  /** How many findings are not in {@link found}. */
  get omitted(): number {
    return Array.from(this.#counts.values(), (count) => Math.max(0, count - maxOfCode)).reduce((a, b) => a + b, 0)
  }

  get findings(): ReadonlyArray<Finding> {
    const last = new Map(this.found.map((one) => [one.code, one]))
    return this.found.map((one) => {
      const omitted = (this.#counts.get(one.code) ?? 0) - maxOfCode
      const message = omitted > 0 && last.get(one.code) === one ? `${one.message} (and ${omitted} more)` : one.message
      return finding(one.code, one.path, message, one.more)
    })
  }
}

/** Checks a value, and reports what is wrong with it. */
export type Check = (value: unknown, visit: Visit) => void

/** Describes a value for a message. */
export const kindOf = (value: unknown): string => {
  if (value === null) return "null"
  if (Array.isArray(value)) return "a list"
  return typeof value === "string" ? quoted(value) : typeof value === "object" ? "an object" : String(value)
}

const wrong = (visit: Visit, value: unknown, expected: string) =>
  visit.report("p4-kind", `it is ${kindOf(value)}`, { expected })

export const text: Check = (value, visit) => {
  if (typeof value !== "string") wrong(visit, value, "a string")
}

/** Any JSON object: what it contains is not checked here. */
export const anyObject: Check = (value, visit) => {
  if (!isObject(value)) wrong(visit, value, "a JSON object")
}

export const list = (item: Check): Check => (value, visit) => {
  if (!Array.isArray(value)) return wrong(visit, value, "a list")
  for (const [index, one] of value.entries()) visit.at(index, () => item(one, visit))
}

export const eitherOrList = (item: Check): Check => (value, visit) =>
  (Array.isArray(value) ? list(item) : item)(value, visit)

/** What a class requires and allows. `heading` is that of its clause. */
export interface Class {
  readonly heading: string
  readonly required: ReadonlyArray<string>
  readonly properties: { readonly [property: string]: Check }
  readonly also?: (fields: Fields, visit: Visit) => void
}

export const object = ({ also, heading, properties, required }: Class): Check => {
  const checks = new Map(Object.entries(properties))
  return (value, visit) => {
    if (!isObject(value)) return wrong(visit, value, "a JSON object")
    const fields = value as Fields
    for (const key of required) {
      if (fields[key] !== undefined) continue
      visit.at(key, () => visit.report("p4-missing", `there is no ${key}`, { clause: clause(heading) }))
    }
    for (const key of Object.keys(fields)) {
      const inner = fields[key]
      const check = checks.get(key)
      if (check !== undefined && inner !== undefined) visit.at(key, () => check(inner, visit))
    }
    also?.(fields, visit)
  }
}

/** One of several classes, by `type`. */
export const classes = (
  heading: string,
  table: { readonly [type: string]: Check },
  otherwise?: Check
): Check => {
  const names = Object.keys(table).join(", ")
  return (value, visit) => {
    if (!isObject(value)) return wrong(visit, value, "a JSON object")
    const { type } = value as Fields
    const check = typeof type === "string" && Object.hasOwn(table, type) ? table[type] : otherwise
    if (check !== undefined) return check(value, visit)
    visit.at("type", () =>
      visit.report("p4-class", type === undefined ? "there is no type" : `it is ${kindOf(type)}`, {
        expected: names,
        clause: clause(heading)
      }))
  }
}
