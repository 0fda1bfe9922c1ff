import { assert } from "@effect/vitest"
import { Manifest } from "@iiif-ingest/iiif"
import { officialProblems } from "../../support/iiif.ts"
import { breakage } from "./breakages.ts"
import { Random } from "./random.ts"

/** What the checker calls an error. */
export const errorsOf = (json: unknown) => Manifest.check(json).filter(({ severity }) => severity === "error")

/**
 * Breaks documents, `count` times by seeds from 0, and asserts that the checker and the official schema agree: all that the
 * schema refuses is an error, and no error is without a reason in `reasons` where it is content. Answers how many it
 * refused.
 */
export const assertAgreement = (
  count: number,
  documents: ReadonlyArray<object>,
  reasons: { readonly [code: string]: string },
  isOurs: (json: unknown) => boolean
): number => {
  let refused = 0
  for (let seed = 0; seed < count; seed++) {
    const random = new Random(seed)
    const { json, what } = breakage(random.pick(documents), random)
    const said = `breakage ${seed}: ${what}`
    const problems = officialProblems?.(json) ?? []
    const errors = errorsOf(json)
    if (problems.length > 0) refused++
    if (problems.length > 0) assert.isNotEmpty(errors, `${said}: the schema refuses it: ${problems.join("; ")}`)
    else for (const { code } of errors) assert.property(reasons, code, `${said}: the schema takes it`)
    if (errors.length === 0) assert.isTrue(isOurs(json), `${said}: our own schemas do not take it`)
    for (const { clause, expected, message, remedy } of errors) {
      for (const part of [clause, expected, message, remedy]) assert.isNotEmpty(part)
    }
  }
  return refused
}
