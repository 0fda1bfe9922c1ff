import type { Finding } from "../check/finding.ts"
import { finding } from "../check/rules.ts"
import { pathOf } from "../model/path.ts"
import { kindOf, maxVisits } from "../model/walk.ts"
import { obstacleIn } from "../obstacle.ts"

/** How deep values may be nested; the deepest description of a real object needs about 20. */
const maxDepth = 90

/** By how many values an input may grow when parts of it that are used several times are written out each time. */
const maxGrowth = 1_000_000

type Key = string | number

interface Frame {
  readonly value: object
  /** The keys of an object; those of a list are the numbers below its length, which may be far larger than what it has. */
  readonly keys: ReadonlyArray<Key> | undefined
  readonly length: number
  next: number
  /** How many values this one is, written out, and how deep these are nested. */
  size: number
  depth: number
}

const keyOf = ({ keys }: Frame, index: number): Key => keys === undefined ? index : keys[index] ?? ""

const read = (value: object, key: Key): unknown => Reflect.get(value, key)

const isForeign = (value: unknown): boolean =>
  typeof value === "bigint" || typeof value === "function" || typeof value === "symbol"

const inSections = /^contents\[\d+\](?:\.items\[\d+\])*$/

const cycle = (path: string): Finding =>
  inSections.test(path)
    ? finding("range-cycle", path, "the section contains itself")
    : finding("too-deep", path, "it contains itself")

const tooLarge = (path: string): Finding =>
  finding("too-large", path, `it has more than ${maxVisits.toLocaleString("en")} values`)

/** Whether a list has so many items, each of at least so many values, that no document could hold it. */
export const lengthFindings = (path: string, items: ReadonlyArray<unknown>, values: number): ReadonlyArray<Finding> =>
  items.length * values > maxVisits ? [tooLarge(path)] : []

/**
 * Finds what an input may not have anywhere: values that JSON cannot have, values that contain themselves or are nested
 * too deeply, and so many uses of the same values that writing them out would never end. Takes time in proportion to the
 * values in memory, and no stack.
 */
class Inspection {
  readonly findings: Array<Finding> = []
  readonly #prefix: ReadonlyArray<Key>
  readonly #frames: Array<Frame> = []
  readonly #above = new Set<object>()
  #entered = 0
  readonly #done = new Map<object, { readonly size: number; readonly depth: number }>()

  constructor(prefix: ReadonlyArray<Key>) {
    this.#prefix = prefix
  }

  #path(): string {
    return pathOf([...this.#prefix, ...this.#frames.map((frame) => keyOf(frame, frame.next - 1))])
  }

  #tooDeep(): void {
    const message = `it is nested more than ${maxDepth} levels deep`
    this.findings.push(finding("too-deep", this.#path(), message))
  }

  #add(size: number, depth: number): void {
    const parent = this.#frames.at(-1)
    if (parent === undefined) return
    parent.size += size
    parent.depth = Math.max(parent.depth, depth + 1)
  }

  #visit(value: unknown): void {
    if (isForeign(value)) {
      const message = `it is ${kindOf(value)}`
      this.findings.push(finding("value-kind", this.#path(), message, { expected: "a value that JSON can have" }))
    }
    if (typeof value !== "object" || value === null) return this.#add(1, 0)
    if (this.#above.has(value)) {
      this.findings.push(cycle(this.#path()))
      return
    }
    const done = this.#done.get(value)
    if (done !== undefined) {
      if (this.#frames.length + done.depth > maxDepth) return this.#tooDeep()
      return this.#add(done.size, done.depth)
    }
    if (this.#frames.length >= maxDepth) return this.#tooDeep()
    const keys = Array.isArray(value) ? undefined : Object.keys(value)
    const length = Array.isArray(value) ? value.length : keys?.length ?? 0
    this.#entered += length
    if (this.#entered > maxVisits) {
      this.findings.push(tooLarge(this.#path()))
      return
    }
    this.#frames.push({ value, keys, length, next: 0, size: 1, depth: 0 })
    this.#above.add(value)
  }

  #leave({ depth, size, value }: Frame): void {
    this.#frames.pop()
    this.#above.delete(value)
    this.#done.set(value, { size, depth })
    this.#add(size, depth)
  }

  /** Visits a value and everything in it, and returns how many values there are, written out. */
  run(root: object): void {
    this.#visit(root)
    let visited = 0
    let size = 0
    for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#frames.at(-1)) {
      visited++
      if (frame.next === frame.length) {
        size = frame.size
        this.#leave(frame)
      } else this.#visit(read(frame.value, keyOf(frame, frame.next++)))
      // What is wrong besides cannot be looked for in so many values.
      if (this.#entered > maxVisits) return
    }
    if (size - visited > maxGrowth) {
      const message = `parts of it are used so often that it has ${
        size > 1e15 ? "countless" : size
      } values, written out`
      this.findings.push(finding("too-deep", pathOf(this.#prefix) || "description", message))
    }
  }
}

/** How deep and how large most inputs are: for those, the first look is enough. */
const usual = { depth: 12, values: 50_000 }

/** What an input has anywhere that no input may have. */
export const inspect = (value: object, prefix: ReadonlyArray<Key>): ReadonlyArray<Finding> => {
  if (obstacleIn(value, usual) === undefined) return []
  const inspection = new Inspection(prefix)
  inspection.run(value)
  return inspection.findings
}
