import { isObject } from "effect/Predicate"
import * as Result from "effect/Result"
import type { Manifest } from "../../Presentation3.ts"
import type { Finding } from "../check/finding.ts"
import { finding } from "../check/rules.ts"
import { kindOf } from "../model/walk.ts"
import { encodingProblem } from "./encodable.ts"
import { guarded } from "./guard.ts"
import { ManifestError } from "./manifestError.ts"

/** The number of canvases in a piece of text. */
const canvasesPerPiece = 32

function* listPieces(items: ReadonlyArray<unknown>): Generator<string, void> {
  yield "["
  for (let start = 0; start < items.length; start += canvasesPerPiece) {
    const piece = JSON.stringify(items.slice(start, start + canvasesPerPiece)).slice(1, -1)
    yield start === 0 ? piece : `,${piece}`
  }
  yield "]"
}

function* pieces(manifest: Manifest): Generator<string, void> {
  let before = "{"
  for (const [key, value] of Object.entries(manifest)) {
    if (key === "items" && Array.isArray(value)) {
      yield `${before}"items":`
      yield* listPieces(value)
    } else {
      // of `undefined`, and of what says of itself that it is nothing, there is no text
      const text: string | undefined = JSON.stringify(value)
      if (text === undefined) continue
      yield `${before}${JSON.stringify(key)}:${text}`
    }
    before = ","
  }
  yield before === "{" ? "{}" : "}"
}

const kindProblem = (manifest: unknown): ReadonlyArray<Finding> =>
  isObject(manifest) ? [] : [finding("value-kind", "", `it is ${kindOf(manifest)}`, { expected: "a manifest" })]

const problemOf = (manifest: unknown): Finding | undefined =>
  guarded("", () => kindProblem(manifest))[0] ?? encodingProblem(manifest)

/** Encodes a manifest in pieces, with its fields in their order. */
export const encode = (manifest: Manifest): Result.Result<Iterable<string>, ManifestError> => {
  const problem = problemOf(manifest)
  return problem === undefined
    ? Result.succeed({ [Symbol.iterator]: () => pieces(manifest) })
    : Result.fail(new ManifestError({ findings: [problem] }))
}
