import { assert } from "@effect/vitest"
import { Manifest } from "@iiif-ingest/iiif"
import { Random } from "../../../packages/iiif/test/support/random.ts"
import { officialProblems } from "../../support/iiif.ts"
import { breakage } from "./breakages.ts"

/** The checker's findings of severity error. */
export const errorsOf = (json: unknown) => Manifest.check(json).filter(({ severity }) => severity === "error")

/** Canvases and ranges can be documents of their own (5.3, 5.4), which the official schema does not know. */
const isOfficial = (json: unknown): boolean => {
  const type = typeof json === "object" && json !== null && "type" in json ? json.type : undefined
  return type !== "Canvas" && type !== "Range"
}

/**
 * Breaks `count` documents, with seeds from 0, and asserts that the checker and the official schema agree: whatever the
 * schema rejects has an error, and whatever it accepts has only errors with a reason in `reasons`. Returns how many
 * documents the schema rejected.
 */
export const assertAgreement = (
  count: number,
  documents: ReadonlyArray<object>,
  reasons: { readonly [code: string]: string },
  isOurs: (json: unknown) => boolean
): number => {
  let rejected = 0
  for (let seed = 0; seed < count; seed++) {
    const random = new Random(seed)
    const { json, change } = breakage(random.pick(documents), random)
    const name = `document ${seed}: ${change}`
    if (!isOfficial(json)) continue
    const problems = officialProblems?.(json) ?? []
    const errors = errorsOf(json)
    if (problems.length > 0) rejected++
    if (problems.length > 0) assert.isNotEmpty(errors, `${name}: rejected by the schema: ${problems.join("; ")}`)
    else for (const { code } of errors) assert.property(reasons, code, `${name}: accepted by the schema`)
    if (errors.length === 0) assert.isTrue(isOurs(json), `${name}: not accepted by our own schemas`)
    for (const { clause, expected, message, remedy } of errors) {
      for (const part of [clause, expected, message, remedy]) assert.isNotEmpty(part)
    }
  }
  return rejected
}
