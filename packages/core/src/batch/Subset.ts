/**
 * A part of what is audited at a time: `1/30`, `5%` or `500`.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { quoted } from "../base/internal/text.ts"

/**
 * A share of all, as a fraction of whole numbers, or a number of them.
 *
 * @category models
 * @since 0.1.0
 */
export type Subset =
  | { readonly _tag: "Share"; readonly numerator: number; readonly denominator: number }
  | { readonly _tag: "Count"; readonly count: number }

/**
 * A text that is no subset.
 *
 * @category errors
 * @since 0.1.0
 */
export class SubsetInvalid extends Schema.TaggedError<SubsetInvalid>()("SubsetInvalid", {
  text: Schema.String,
  problem: Schema.String
}) {
  override get message() {
    return `${
      quoted(this.text)
    } is no subset (${this.problem}): give a share such as 1/30 or 5%, or a number such as 500`
  }
}

/**
 * All of it.
 *
 * @category constants
 * @since 0.1.0
 */
export const all: Subset = { _tag: "Share", numerator: 1, denominator: 1 }

const share = (text: string, numerator: number, denominator: number): Result.Result<Subset, SubsetInvalid> => {
  const fail = (problem: string) => Result.fail(new SubsetInvalid({ text, problem }))
  if (!Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator)) return fail("its numbers are too large")
  if (denominator === 0) return fail("nothing can be divided by 0")
  if (numerator === 0) return fail("it is nothing")
  return numerator > denominator
    ? fail("it is more than all")
    : Result.succeed({ _tag: "Share", numerator, denominator })
}

/**
 * Reads a subset.
 *
 * @example
 * ```ts
 * import { Subset } from "@iiif-ingest/core"
 * import { Result } from "effect"
 *
 * ["1/30", "5%", "500"].map((text) => Subset.sizeOf(Result.getOrThrow(Subset.parse(text)), 1000))
 * // => [34, 50, 500]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const parse = (text: string): Result.Result<Subset, SubsetInvalid> => {
  const plain = text.trim()
  const fraction = /^(\d+)\s*\/\s*(\d+)$/.exec(plain)
  if (fraction !== null) return share(text, Number(fraction[1]), Number(fraction[2]))
  const percent = /^(\d+)(?:\.(\d+))?\s*%$/.exec(plain)
  if (percent !== null) {
    const [, whole = "", decimals = ""] = percent
    return share(text, Number(`${whole}${decimals}`), 100 * 10 ** decimals.length)
  }
  if (!/^\d+$/.test(plain)) return Result.fail(new SubsetInvalid({ text, problem: "it cannot be read" }))
  const count = Number(plain)
  if (count === 0) return Result.fail(new SubsetInvalid({ text, problem: "it is nothing" }))
  return Number.isSafeInteger(count)
    ? Result.succeed({ _tag: "Count", count })
    : Result.fail(new SubsetInvalid({ text, problem: "its numbers are too large" }))
}

/**
 * How many of a total it is: at least one of anything, so that every rotation ends.
 *
 * @category getters
 * @since 0.1.0
 */
export const sizeOf = (subset: Subset, total: number): number => {
  if (subset._tag === "Count") return Math.min(total, subset.count)
  return Math.min(total, Math.ceil((total * subset.numerator) / subset.denominator))
}
