import * as Schema from "effect/Schema"

/**
 * Something that is wrong or doubtful in a document. `code` identifies the rule and never changes its meaning
 * (`Manifest.codes` lists all), `path` is a JSON path, `message` says what is there, `expected` what should be there,
 * `clause` what requires it, and `remedy` what to change. At most 100 findings of a code are listed; on the last of
 * them, `omitted` is the number of the others.
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
  remedy: Schema.String,
  omitted: Schema.optionalKey(Schema.Int)
})

/**
 * @category models
 * @since 0.1.0
 */
export type Finding = typeof Finding.Type

/**
 * What a code stands for: how severe it is, which clause requires it, what is expected, and how to fix it.
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
 * Returns a constructor of findings for a table of rules; whatever a call does not set comes from the rule.
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

export const isError = ({ severity }: Finding): boolean => severity === "error"
