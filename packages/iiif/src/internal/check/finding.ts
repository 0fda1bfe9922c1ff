import * as Schema from "effect/Schema"

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
 * What a code stands for: how severe it is, which clause says so, what would be right, and how to fix it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Rule {
  readonly severity: "error" | "warning"
  readonly clause: string
  readonly expected: string
  readonly remedy: string
}

/**
 * Makes findings by the codes of a table; what is not given comes from the rule.
 *
 * @category constructors
 * @since 0.1.0
 */
export const findingOf =
  <Code extends string>(rules: { readonly [C in Code]: Rule }) =>
  (code: Code, path: string, message: string, more: Partial<Omit<Rule, "severity">> = {}): Finding => ({
    ...rules[code],
    ...more,
    code,
    path,
    message
  })
