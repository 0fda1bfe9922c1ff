import { isObject } from "effect/Predicate"
import { quoted } from "../quoted.ts"
import type { Note } from "./notes.ts"
import type { Fields } from "./place.ts"

/** The maximum depth of nested values; a manifest needs about 20. */
export const maxDepth = 100

/** The maximum number of values; those that an object contains several times count each time. */
export const maxValues = 10_000_000

/** What is known of a document once it has been looked through. */
export interface Examined {
  /** Why it cannot be converted or checked. */
  readonly problem: Note | undefined
  /** The type of each resource that the document describes, by id. */
  readonly types: ReadonlyMap<string, string>
}

class Examination {
  readonly types = new Map<string, string>()
  readonly #typeOf: (fields: Fields) => unknown
  readonly #above = new Set<object>()
  problem: Note | undefined
  #left = maxValues

  constructor(typeOf: (fields: Fields) => unknown) {
    this.#typeOf = typeOf
  }

  #stop(path: string, problem: string): void {
    this.problem ??= { path, problem }
  }

  /** Remembers the type of a resource, unless this is only a reference, which has no other properties. */
  #remember(fields: Fields): void {
    const { id } = fields
    if (typeof id !== "string" || this.types.has(id) || Object.keys(fields).length < 3) return
    const type = this.#typeOf(fields)
    if (typeof type === "string") this.types.set(id, type)
  }

  #leaf(value: unknown, path: string): void {
    const kind = typeof value
    if (kind === "function" || kind === "symbol" || kind === "bigint") this.#stop(path, `it is a ${kind}, not JSON`)
    else if (kind === "number" && !Number.isFinite(value)) this.#stop(path, `it is ${String(value)}, not JSON`)
  }

  /** Looks through a value; `top` is the property of the document that it is in. */
  look(value: unknown, top: string): void {
    if (this.problem !== undefined) return
    if (--this.#left < 0) return this.#stop(top, `the document has more than ${maxValues} values`)
    if (typeof value !== "object" || value === null) return this.#leaf(value, top)
    if (this.#above.has(value)) return this.#stop(top, "something in it contains itself")
    if (this.#above.size >= maxDepth) return this.#stop(top, `it is nested more than ${maxDepth} levels deep`)
    const isTop = this.#above.size === 0
    this.#above.add(value)
    if (Array.isArray(value)) { for (const item of value) this.look(item, top) }
    else {
      this.#remember(value as Fields)
      for (const key of Object.keys(value)) this.look((value as Fields)[key], isTop ? quoted(key).slice(1, -1) : top)
    }
    this.#above.delete(value)
  }
}

/**
 * Looks through a document before anything else is done with it. Afterwards, it is certain that it is JSON, that it does
 * not contain itself, and that recursion is safe and takes limited time. `typeOf` is the type of a resource in
 * Presentation 4.
 */
export const examine = (document: unknown, typeOf: (fields: Fields) => unknown = ({ type }) => type): Examined => {
  if (!isObject(document)) {
    return { problem: { path: "", problem: "it is not a JSON object" }, types: new Map() }
  }
  const examination = new Examination(typeOf)
  examination.look(document, "")
  return { problem: examination.problem, types: examination.types }
}
