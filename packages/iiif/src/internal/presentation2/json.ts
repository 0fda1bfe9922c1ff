import * as Result from "effect/Result"
import { type Json } from "../fields.ts"
import { pathOf } from "../model/path.ts"
import { maxDepth } from "../model/walk.ts"
import type { Note } from "./notes.ts"

/** The maximum number of values: those of some 300,000 pages. */
const maxValues = 20_000_000

const problemOf = (value: unknown): string =>
  typeof value === "number" ? `it is ${value}, which JSON does not have` : `it is a ${typeof value}, which is not JSON`

interface Copied {
  readonly value: Json
  /** The number of values in it, itself included; what is in it twice counts twice. */
  readonly size: number
}

/** Adds a value to the copy of an object or a list, and returns its size. */
const add = (into: { [key: string | number]: Json }, key: string | number, { size, value }: Copied): number => {
  if (key !== "__proto__") into[key] = value
  else Object.defineProperty(into, key, { value, writable: true, enumerable: true, configurable: true })
  return size
}

const leaf = (value: Json): Copied => ({ value, size: 1 })

/**
 * A copy of any value as JSON, which can be read without surprises: finite, without getters and proxies, and without
 * cycles. An object that occurs several times is copied once, but counted as often as it is met.
 */
class Copier {
  readonly #path: Array<string | number> = []
  readonly #copies = new Map<object, Copied | undefined>()
  failure: Note | undefined

  #fail(problem: string): Copied {
    this.failure ??= { path: pathOf(this.#path), problem }
    return leaf(null)
  }

  /** Says that reading the value at the current place throws, as a getter or a proxy may. */
  stop(): void {
    this.#fail("it cannot be read: reading it throws an error")
  }

  #entries(value: object): ReadonlyArray<readonly [string | number, unknown]> {
    if (Array.isArray(value) && value.length > maxValues) {
      this.#fail(`there are more than ${maxValues} values in it`)
      return []
    }
    return Array.isArray(value) ? [...Array.from(value).entries()] : Object.entries(value)
  }

  /** What an object was copied to before; fails if it is being copied, since then it contains itself. */
  #before(value: object): Copied | undefined {
    const copied = this.#copies.get(value)
    return copied === undefined && this.#copies.has(value) ? this.#fail("it contains itself") : copied
  }

  /** The object or list to copy into, and the entries to copy. */
  #open(value: object) {
    this.#copies.set(value, undefined)
    const into: { [key: string | number]: Json } = Array.isArray(value)
      ? ([] as unknown as { [key: number]: Json })
      : {}
    const isList = Array.isArray(value)
    const entries = this.#entries(value)
    // JSON leaves out what is undefined, but in a list that would move the others.
    return { into, entries: isList ? entries : entries.filter(([, inner]) => inner !== undefined) }
  }

  #simple(value: unknown): Copied | undefined {
    if (value === null || typeof value === "string" || typeof value === "boolean") return leaf(value)
    if (typeof value === "number" && Number.isFinite(value)) return leaf(value)
    if (typeof value !== "object") return this.#fail(problemOf(value))
    if (ArrayBuffer.isView(value)) return this.#fail("it is binary data, which is not JSON")
    if (this.#path.length >= maxDepth) return this.#fail(`it is nested more than ${maxDepth} levels deep`)
    return this.#before(value)
  }

  #done(value: object, copied: Copied): Copied {
    if (copied.size > maxValues) return this.#fail(`there are more than ${maxValues} values in it`)
    this.#copies.set(value, copied)
    return copied
  }

  copy(value: unknown): Copied {
    const simple = this.#simple(value)
    if (simple !== undefined || typeof value !== "object" || value === null) return simple ?? leaf(null)
    const { entries, into } = this.#open(value)
    let size = 1
    for (const [key, inner] of entries) {
      if (this.failure !== undefined) return leaf(null)
      this.#path.push(key)
      size += add(into, key, this.copy(inner ?? null))
      this.#path.pop()
    }
    return this.#done(value, { value: into, size })
  }

  /** Copies like {@link copy}, with a pause after every item of a list in the outer levels. */
  *steps(value: unknown, levels: number): Generator<void, Copied> {
    if (levels === 0) return this.copy(value)
    const simple = this.#simple(value)
    if (simple !== undefined || typeof value !== "object" || value === null) return simple ?? leaf(null)
    const { entries, into } = this.#open(value)
    let size = 1
    for (const [key, inner] of entries) {
      if (this.failure !== undefined) return leaf(null)
      this.#path.push(key)
      const isSimple = typeof inner !== "object" || inner === null
      size += add(into, key, isSimple ? this.copy(inner ?? null) : yield* this.steps(inner, levels - 1))
      this.#path.pop()
      if (typeof key === "number") yield
    }
    return this.#done(value, { value: into, size })
  }
}

/** The levels above annotations: document, sequences, sequence, canvases, canvas, lists, list, resources. */
const outerLevels = 8

/** Copies any value as JSON, in steps, or says why it is not JSON and where. */
export function* jsonOf(value: unknown): Generator<void, Result.Result<Json, Note>> {
  const copier = new Copier()
  let copied: Json = null
  try {
    copied = (yield* copier.steps(value, outerLevels)).value
  } catch {
    copier.stop()
  }
  return copier.failure === undefined ? Result.succeed(copied) : Result.fail(copier.failure)
}
