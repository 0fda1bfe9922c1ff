import type { Finding } from "../check/finding.ts"
import { finding } from "../check/rules.ts"
import { thrown } from "../thrown.ts"

export const unreadable = (path: string, error: unknown): Finding =>
  finding("value-kind", path, `it cannot be read: ${thrown(error)}`, { expected: "plain data" })

/**
 * What a function finds in an input; if reading the input throws, as a getter or a proxy may, that is what is wrong with
 * it.
 */
export const guarded = (path: string, find: () => ReadonlyArray<Finding>): ReadonlyArray<Finding> => {
  try {
    return find()
  } catch (error) {
    return [unreadable(path, error)]
  }
}
