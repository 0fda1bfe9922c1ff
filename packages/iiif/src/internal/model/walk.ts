import { isObject } from "effect/Predicate"
import { type Finding, findingOf, type Rule } from "../check/finding.ts"
import { Listing, type Located } from "../check/listing.ts"
import { type Code, finding } from "../check/rules.ts"
import type { ImageRequest, Report, RuleSet } from "../check/ruleSet.ts"
import { quoted } from "../quoted.ts"
import { thrown } from "../thrown.ts"
import { partsOf, pathOf, type Place } from "./path.ts"

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

/** The most properties of an object: to list them cannot be interrupted. */
export const maxKeys = 100_000

/** How many values are visited before others get their turn. */
const visitsPerTurn = 50_000

/** A value whose turn has not come, or a list of which only some items have been checked. */
interface Pending {
  readonly value: object
  readonly place: Place | undefined
  readonly depth: number
  readonly canvas: Fields | undefined
  readonly clause: string
  /** Checks an object as a whole, or else `each` checks its items or fields one by one, from `index`. */
  readonly visit: Visit | undefined
  readonly each: Check
  readonly keys: ReadonlyArray<string> | undefined
  readonly index: number
}

type Visit = (value: Fields, walk: Walk) => void

const nothing: Check = () => {}

/** Checks that a value of which nothing is said is JSON. */
export const json: Check = (value, walk) => {
  switch (typeof value) {
    case "object":
      if (value !== null) walk.enterAny(value)
      return
    case "number":
      if (!Number.isFinite(value)) walk.reportKind(value, "JSON")
      return
    case "bigint":
    case "function":
    case "symbol":
      walk.reportKind(value, "JSON")
  }
}

/** Long texts count as several values: those who test them for a pattern take that much longer. */
const charactersPerVisit = 4

const withArticle = (name: string): string => `${/^[AEIO]/.test(name) ? "an" : "a"} ${name}`

/** What a class of objects can have. */
export interface Shape {
  readonly name: string
  /** The check of each property, and the section that defines it. */
  readonly known: ReadonlyMap<string, {
    readonly accepts: ((value: unknown, walk: Walk) => boolean) | undefined
    readonly check: Check
    readonly section: string
  }>
  readonly required: ReadonlyArray<string>
  /** Properties of other classes that this one must not have. */
  readonly forbidden: ReadonlySet<string>
  /** Whether other properties are refused. */
  readonly isClosed: boolean
  /** Whether other properties are doubtful, unless the document has a context for them. */
  readonly isStrict: boolean
  /** What goes before the check of the properties. */
  readonly first: Visit | undefined
  /** Rules that involve several properties. */
  readonly also: Visit | undefined
}

/**
 * A walk through a document: the values still to visit, and the findings so far. Nesting is limited, so that no document
 * overflows the stack. When the steps of a turn are used up, whatever is still to visit is put aside, in its order, and
 * is visited in later turns.
 */
export class Walk {
  /** The canvas that is being visited. */
  canvas: Fields | undefined = undefined
  /** Rules beyond the specification. */
  readonly ruleSets: ReadonlyArray<RuleSet>
  /** The checks of named classes, which refer to each other by name. */
  readonly classes: { readonly [name: string]: Check }
  /** The section that requires what is being checked. */
  clause = "Presentation 3.0, 5"
  /** Whether the document has further contexts, which may define any properties. */
  isExtended = false
  readonly #pending: Array<Pending> = []
  /** Most documents have no findings, and many walks are short. */
  #listing: Listing | undefined
  #place: Place | undefined
  readonly #keys: Array<string | number> = []
  /** The values that contain the current one, as far as they are visited in this turn. */
  readonly #ancestors: Array<object> = []
  #depth = 0
  #visits = 0
  #isOver = false
  #isInRule = false
  readonly #reports: Array<Report> = []
  /** The number of visits at which this turn ends. */
  #until = 0

  constructor(
    classes: { readonly [name: string]: Check },
    ruleSets: ReadonlyArray<RuleSet> = [],
    path: ReadonlyArray<string | number> = []
  ) {
    this.classes = classes
    this.ruleSets = ruleSets
    this.#keys.push(...path)
  }

  report(code: Code, message: string, more?: More): void {
    this.#add(code, (path) => finding(code, path, message, more))
  }

  reportAt(key: string | number, code: Code, message: string, more?: More): void {
    this.#keys.push(key)
    this.report(code, message, more)
    this.#keys.pop()
  }

  /** Reports a value that is not of the expected kind. */
  reportKind(value: unknown, expected: string): void {
    this.report("value-kind", `it is ${kindOf(value)}`, { expected, clause: this.clause })
  }

  /** Applies the rules for images of all rule sets. */
  applyImageRules(image: Fields, request: ImageRequest | undefined): void {
    this.#isInRule = true
    for (let index = 0; index < this.ruleSets.length; index++) {
      this.ruleSets[index]?.image?.(image, request, this.#reports[index] ?? this.#reportOf(index))
    }
    this.#isInRule = false
  }

  /** Applies the rules for manifests of all rule sets. */
  applyManifestRules(manifest: Fields): void {
    this.#isInRule = true
    for (let index = 0; index < this.ruleSets.length; index++) {
      this.ruleSets[index]?.manifest?.(manifest, this.#reports[index] ?? this.#reportOf(index))
    }
    this.#isInRule = false
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

  /** Applies rules to an object at a path below the current value. */
  along(path: ReadonlyArray<string | number>, value: Fields, visit: Visit): void {
    const before = this.#keys.length
    for (let index = 0; index < path.length; index++) this.#keys.push(path[index] ?? "")
    visit(value, this)
    this.#keys.length = before
  }

  /** Has a document checked in several ways, one after the other. */
  begin(document: unknown, ...checks: ReadonlyArray<Check>): void {
    for (const check of checks) {
      try {
        check(document, this)
      } catch (error) {
        this.#failed(error)
      }
    }
    this.#pending.reverse()
  }

  /** Visits an object: now, or in a later turn. */
  enter(value: Fields, visit: Visit): void {
    if (this.#visits >= this.#until) return this.#putAside(value, this.#depth + 1, visit, nothing, undefined, 0)
    if (!this.#open(value)) return
    const { canvas, clause } = this
    visit(value, this)
    this.canvas = canvas
    this.clause = clause
    this.#close()
  }

  /** Visits an object of a class, like {@link enter}. */
  enterShape(value: unknown, shape: Shape): void {
    if (!isObject(value)) return this.reportKind(value, "an object")
    if (this.#visits >= this.#until) {
      const visit = (fields: Fields) => {
        shape.first?.(fields, this)
        this.#fields(fields, shape)
      }
      return this.#putAside(value, this.#depth + 1, visit, nothing, undefined, 0)
    }
    if (!this.#open(value)) return
    if (shape.first === undefined) this.#fields(value, shape)
    else {
      const { canvas } = this
      shape.first(value, this)
      this.#fields(value, shape)
      this.canvas = canvas
    }
    this.#ancestors.pop()
    this.#depth--
  }

  /** Visits the current object once more: after all that has been entered so far. */
  again(value: Fields, visit: Visit): void {
    if (this.#visits < this.#until) visit(value, this)
    else this.#putAside(value, this.#depth, visit, nothing, undefined, 0)
  }

  /** Visits the items of a list, like {@link enter}. */
  enterList(value: ReadonlyArray<unknown>, each: Check): void {
    if (this.#visits >= this.#until) return this.#putAside(value, this.#depth + 1, undefined, each, undefined, 0)
    if (!this.#open(value)) return
    this.#items(value, each, undefined, 0)
    this.#close()
  }

  /** Visits the items of a list that is the value of a key. */
  itemsAt(key: string, value: ReadonlyArray<unknown>, each: Check): void {
    this.#keys.push(key)
    this.enterList(value, each)
    this.#keys.pop()
  }

  /** Visits the values of an object one by one, like the items of a list. */
  enterValues(value: object, each: Check): void {
    const keys = Object.keys(value)
    if (keys.length > maxKeys) this.#reportKeys()
    else this.#enterEach(value, each, keys)
  }

  /** Counts work that takes as long as several visits. */
  charge(visits: number): void {
    this.#visits += visits
  }

  /** The key of the value that is being checked. */
  get key(): string {
    return String(this.#keys.at(-1) ?? "")
  }

  /** Visits what is in an object or a list of which nothing is said. */
  enterAny(value: object): void {
    if (Array.isArray(value)) this.enterList(value, json)
    else this.enterValues(value, json)
  }

  /** Visits all values. */
  finish(): void {
    while (!this.turn(maxVisits));
  }

  /** Visits some values, by default for some ten milliseconds, and returns whether all have been visited. */
  turn(visits = visitsPerTurn): boolean {
    this.#until = this.#visits + visits
    while (this.#visits < this.#until) {
      const next = this.#pending.pop()
      if (next === undefined) return true
      const before = this.#pending.length
      try {
        this.#resume(next)
      } catch (error) {
        this.#failed(error)
      }
      this.#inOrder(before)
    }
    return this.#pending.length === 0
  }

  /** The findings so far. */
  findings(): ReadonlyArray<Finding> {
    return this.#listing?.findings ?? []
  }

  /** The findings so far, with the keys that lead to each. */
  located(): ReadonlyArray<Located> {
    return this.#listing?.located ?? []
  }

  /** Reports what reading a value threw, which parsed JSON never does. What a rule throws is a mistake in the rule. */
  #failed(error: unknown): void {
    if (this.#isInRule) throw error
    this.report("unreadable", `reading it failed: ${thrown(error)}`)
  }

  /** Reports findings of a rule set, at a path below the current one. */
  #reportOf(index: number): Report {
    return this.#reports[index] = (code, message, below = []) => {
      const codes = this.ruleSets[index]?.codes ?? {}
      if (!Object.hasOwn(codes, code)) {
        throw new Error(`a rule reports ${quoted(code)}, which its set has no code for`)
      }
      this.#add(code, (path) => findingOf(codes)(code, path, message), below)
    }
  }

  #add(code: string, make: (path: string) => Finding, below: Below = []): void {
    const listing = this.#listing ??= new Listing()
    listing.add(code, () => {
      const parts = [...this.path(), ...below]
      return { finding: make(pathOf(parts)), parts }
    })
  }

  /** Enters a value, unless it is too deep or one too many. Call {@link #close} afterwards. */
  #open(value: object): boolean {
    if (this.#ancestors.includes(value)) {
      this.report("too-deep", "it contains itself")
      return false
    }
    if (this.#depth >= maxDepth) {
      this.report("too-deep", `it is nested more than ${maxDepth} levels deep`)
      return false
    }
    if (++this.#visits > maxVisits) {
      this.#stop()
      return false
    }
    this.#ancestors.push(value)
    this.#depth++
    return true
  }

  #close(): void {
    this.#ancestors.pop()
    this.#depth--
  }

  #stop(): void {
    if (this.#isOver) return
    this.report("too-large", `it has more than ${maxVisits.toLocaleString("en")} values`)
    this.#isOver = true
    this.#until = 0
    this.#pending.length = 0
  }

  /** Checks the properties of an object that is open. */
  #fields(fields: Fields, shape: Shape): void {
    const { also, known, required } = shape
    for (let index = 0; index < required.length; index++) {
      const key = required[index] ?? ""
      if (fields[key] === undefined) this.#missing(key, shape)
    }
    let others: Array<string> | undefined
    let left = maxKeys
    for (const key in fields) {
      if (left-- === 0) return this.#reportKeys()
      const property = known.get(key)
      if (property === undefined) {
        ;(others ??= []).push(key)
        continue
      }
      const value = fields[key]
      if (value === undefined) continue
      if (typeof value === "string") this.#visits += value.length >> charactersPerVisit
      const { accepts } = property
      if (accepts !== undefined && accepts(value, this)) continue
      this.clause = property.section
      this.#keys.push(key)
      property.check(value, this)
      this.#keys.pop()
    }
    if (others !== undefined) this.#items(fields, (value) => this.#unknown(value, shape), others, 0)
    if (also !== undefined) also(fields, this)
  }

  #reportKeys(): void {
    this.report("too-large", `it has more than ${maxKeys.toLocaleString("en")} properties`)
  }

  #missing(key: string, { known }: Shape): void {
    this.reportAt(key, "missing", `there is no ${key}`, { clause: known.get(key)?.section ?? "" })
  }

  /** A property with a prefix is one of an extension, which the specification allows. Clause 4.6. */
  #unknown(value: unknown, { forbidden, isClosed, isStrict, name }: Shape): void {
    if (value === undefined) return
    const key = String(this.#keys.at(-1))
    if (isClosed) {
      const code = key.includes(":") ? "property-extension" : "property-unknown"
      this.report(code, `IIIF's own schema allows no ${quoted(key)} on ${withArticle(name)}`)
    } else if (forbidden.has(key)) {
      this.report("property-misplaced", `${quoted(key)} must not be on ${withArticle(name)}`)
    } else if (isStrict && !this.isExtended && !key.includes(":") && key !== "@context") {
      this.report("property-unmapped", `${quoted(key)} is no property of ${withArticle(name)}`)
    }
    json(value, this)
  }

  #enterEach(value: object, each: Check, keys: Pending["keys"]): void {
    if (this.#visits >= this.#until) return this.#putAside(value, this.#depth + 1, undefined, each, keys, 0)
    if (!this.#open(value)) return
    this.#items(value, each, keys, 0)
    this.#close()
  }

  #items(value: object, each: Check, keys: Pending["keys"], from: number): void {
    const values = value as { readonly [key: string | number]: unknown } & { readonly length: number }
    const length = keys === undefined ? values.length : keys.length
    const { clause } = this
    for (let index = from; index < length; index++) {
      if (this.#visits >= this.#until) return this.#putAside(value, this.#depth, undefined, each, keys, index)
      const key = keys === undefined ? index : keys[index] ?? index
      const item = values[key]
      this.#visits += typeof item === "string" ? 1 + (item.length >> charactersPerVisit) : 1
      this.clause = clause
      this.#keys.push(key)
      each(item, this)
      this.#keys.pop()
    }
  }

  #putAside(
    value: object,
    depth: number,
    visit: Visit | undefined,
    each: Check,
    keys: Pending["keys"],
    index: number
  ): void {
    if (this.#isOver) return
    let place = this.#place
    for (const key of this.#keys) place = { above: place, key }
    const { canvas, clause } = this
    this.#pending.push({ value, place, depth, canvas, clause, visit, each, keys, index })
  }

  #resume({ canvas, clause, depth, each, index, keys, place, value, visit }: Pending): void {
    this.#place = place
    this.#keys.length = 0
    this.#ancestors.length = 0
    this.#depth = depth - 1
    this.canvas = canvas
    this.clause = clause
    if (!this.#open(value)) return
    if (visit === undefined) this.#items(value, each, keys, index)
    else if (isObject(value)) visit(value, this)
  }

  /** What was put aside first is visited first. */
  #inOrder(from: number): void {
    const { length } = this.#pending
    if (length - from < 2) return
    for (let low = from, high = length - 1; low < high; low++, high--) {
      const one = this.#pending[low]
      const other = this.#pending[high]
      if (one === undefined || other === undefined) return
      this.#pending[low] = other
      this.#pending[high] = one
    }
  }
}

type Below = ReadonlyArray<string | number>
