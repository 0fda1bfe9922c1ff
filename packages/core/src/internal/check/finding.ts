import * as Schema from "effect/Schema"
import { type Code, type Rule, rules } from "./rules.ts"

/**
 * One thing that is wrong or doubtful in a manifest: a code that stays the same for ever (all are in docs/findings.md),
 * where (a JSON path), what is wrong, what was expected, which clause says so, and what to change.
 *
 * @category models
 * @since 0.1.0
 */
export const Finding = Schema.Struct({
  severity: Schema.Literals(["error", "warning"]),
  code: Schema.String,
  path: Schema.String,
  message: Schema.String,
  expected: Schema.String,
  clause: Schema.String,
  remedy: Schema.String
})

/**
 * @category models
 * @since 0.1.0
 */
export type Finding = typeof Finding.Type

/**
 * A finding by its code; what is not given is what the code stands for.
 *
 * @category constructors
 * @since 0.1.0
 */
export const finding = (
  code: Code,
  path: string,
  message: string,
  more: Partial<Omit<Rule, "severity">> = {}
): Finding => ({ ...rules[code], ...more, code, path, message })
