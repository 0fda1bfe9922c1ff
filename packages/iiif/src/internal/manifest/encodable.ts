import type { Finding } from "../check/finding.ts"
import { finding } from "../check/rules.ts"
import { pathOf } from "../model/path.ts"
import { kindOf, maxDepth, maxVisits } from "../model/walk.ts"

type Parts = Array<string | number>

/** What JSON cannot express in a value, or what would not end: by its path. The recursion is as deep as a manifest. */
class Search {
  readonly path: Parts = []
  #left = maxVisits

  problemOf(value: unknown): Finding | undefined {
    switch (typeof value) {
      case "object":
        return value === null ? undefined : this.#inside(value)
      case "bigint":
      case "function":
      case "symbol":
        return this.#found("value-kind", `it is ${kindOf(value)}`)
      case "number":
        return Number.isFinite(value) ? undefined : this.#found("value-kind", `it is ${value}`)
      default:
        return undefined
    }
  }

  #found(code: "too-deep" | "too-large" | "value-kind", message: string): Finding {
    return finding(
      code,
      pathOf(this.path),
      message,
      code === "value-kind" ? { expected: "JSON", clause: "RFC 8259" } : {}
    )
  }

  #inside(value: object): Finding | undefined {
    if (this.path.length > maxDepth) {
      return this.#found("too-deep", `it contains itself, or is nested more than ${maxDepth} levels deep`)
    }
    if (--this.#left < 0) return this.#found("too-large", `it has more than ${maxVisits.toLocaleString("en")} values`)
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) {
        const problem = this.#at(index, value[index])
        if (problem !== undefined) return problem
      }
      return undefined
    }
    for (const key in value) {
      const problem = this.#at(key, (value as { readonly [key: string]: unknown })[key])
      if (problem !== undefined) return problem
    }
    return undefined
  }

  #at(key: string | number, value: unknown): Finding | undefined {
    if (typeof value === "string") return undefined
    this.path.push(key)
    const problem = this.problemOf(value)
    if (problem === undefined) this.path.pop()
    return problem
  }
}

/** Why a value cannot be encoded as JSON, if it cannot. */
export const encodingProblem = (value: unknown): Finding | undefined => {
  try {
    return new Search().problemOf(value)
  } catch (error) {
    return finding("unreadable", "", `reading it failed: ${error instanceof Error ? error.message : "it threw"}`)
  }
}
