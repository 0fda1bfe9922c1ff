/** What keeps a value from being plain JSON of limited depth and size. */
import type { Fields } from "./model/walk.ts"

type Key = string | number

/**
 * - `foreign`: a value that JSON does not have: a function, a symbol, a big integer, or a number that is not finite;
 * - `cycle`: a value that contains itself;
 * - `deep`, `large`: there is more than the limits allow;
 * - `unreadable`: reading it threw an error, as a getter or a proxy may. `value` is that error.
 */
export interface Obstacle {
  readonly kind: "foreign" | "cycle" | "deep" | "large" | "unreadable"
  readonly parts: ReadonlyArray<Key>
  readonly value: unknown
}

/** `values` counts what is used several times as often as it is used, as it would be written. */
export interface Limits {
  readonly depth: number
  readonly values: number
}

const isForeign = (value: unknown): boolean => {
  switch (typeof value) {
    case "bigint":
    case "function":
    case "symbol":
      return true
    case "number":
      return !Number.isFinite(value)
    default:
      return false
  }
}

/** The search ends at the first obstacle, with the path to it. Its recursion is as deep as the limit allows. */
class Search {
  obstacle: Obstacle | undefined
  readonly #limits: Limits
  readonly #visit: (fields: Fields) => void
  readonly #parts: Array<Key> = []
  readonly #above: Array<object> = []
  #left: number

  constructor(limits: Limits, visit: (fields: Fields) => void) {
    this.#limits = limits
    this.#visit = visit
    this.#left = limits.values
  }

  run(value: unknown): void {
    try {
      this.#look(value)
    } catch (error) {
      this.#stop("unreadable", error)
    }
  }

  #stop(kind: Obstacle["kind"], value: unknown, parts: ReadonlyArray<Key> = this.#parts): void {
    this.obstacle = { kind, parts: [...parts], value }
  }

  #look(value: unknown): void {
    if (typeof value === "object" && value !== null) this.#enter(value)
    else if (isForeign(value)) this.#stop("foreign", value)
  }

  #enter(value: object): void {
    this.#above.push(value)
    if (this.#above.length > this.#limits.depth) return this.#tooDeep(value)
    if (Array.isArray(value)) this.#items(value)
    else this.#fields(value as Fields)
    this.#above.pop()
  }

  #items(items: ReadonlyArray<unknown>): void {
    for (let index = 0; index < items.length && this.obstacle === undefined; index++) this.#at(index, items[index])
  }

  #fields(fields: Fields): void {
    this.#visit(fields)
    // asking of each key is slow, and rarely needed: the usual prototypes pass nothing on
    const ownOnly = Object.getPrototypeOf(fields) === Object.prototype
    for (const key in fields) {
      if (this.obstacle !== undefined) return
      if (ownOnly || Object.hasOwn(fields, key)) this.#at(key, fields[key])
    }
  }

  /** What stays of the keys is the path to the obstacle. */
  #at(key: Key, value: unknown): void {
    if (--this.#left < 0) return this.#stop("large", value, [])
    if (typeof value === "string") return
    this.#parts.push(key)
    this.#look(value)
    if (this.obstacle === undefined) this.#parts.pop()
  }

  /** A value that contains itself is too deep as well; then the place is where that is met for the first time. */
  #tooDeep(value: object): void {
    const seen = new Set<object>()
    for (const [depth, one] of this.#above.entries()) {
      if (seen.has(one)) return this.#stop("cycle", one, this.#parts.slice(0, depth))
      seen.add(one)
    }
    this.#stop("deep", value)
  }
}

const nothing = () => {}

/**
 * The first thing that keeps a value from being plain JSON within limits. Without one, its strings, numbers, lists and
 * objects can be visited by recursion, and in limited time. Each object is passed to `visit` on the way.
 */
export const obstacleIn = (
  value: unknown,
  limits: Limits,
  visit: (fields: Fields) => void = nothing
): Obstacle | undefined => {
  const search = new Search(limits, visit)
  search.run(value)
  return search.obstacle
}
