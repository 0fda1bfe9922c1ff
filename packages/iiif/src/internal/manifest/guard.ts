import type { Finding } from "../check/finding.ts"
import { finding } from "../check/rules.ts"

/**
 * What a function finds in an input; if reading the input throws, as a getter or a proxy may, that is what is wrong with
 * it.
 */
export const guarded = (path: string, find: () => ReadonlyArray<Finding>): ReadonlyArray<Finding> => {
  try {
    return find()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return [finding("value-kind", path, `it cannot be read: ${reason}`, { expected: "plain data" })]
  }
}
