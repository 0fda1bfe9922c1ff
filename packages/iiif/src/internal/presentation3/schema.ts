import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import type { Kind } from "../model/kind.ts"
import { type Check, Walk } from "../model/walk.ts"
import { checks, plainOf } from "./registry.ts"

/** What generated values are made from, and how: where few of those that have the shape of a class follow its rules. */
export interface Generated {
  readonly from: Schema.Codec<unknown>
  readonly make: (seed: unknown) => unknown
}

/** What is wrong with a value, by its path. */
const issuesOf = (value: unknown, check: Check): ReadonlyArray<SchemaIssue.Issue> => {
  const walk = new Walk(checks)
  walk.begin(value, check)
  walk.finish()
  return walk.located().filter(({ finding }) => finding.severity === "error").map(({ finding, parts }) =>
    new SchemaIssue.Pointer(
      parts,
      new SchemaIssue.InvalidValue({
        message: `${finding.message}; expected: ${finding.expected} [${finding.code}]`,
        expected: finding.expected
      })
    )
  )
}

/**
 * The schema of a kind: it accepts what the check of the kind finds no error in, and reports each error as an issue.
 * Decoding changes nothing: it returns the value itself, with its extension properties and their order.
 */
export const schemaOf = <T>(
  kind: Kind,
  { check = kind.check, generated }: { readonly check?: Check; readonly generated?: Generated } = {}
): Schema.Codec<T> => {
  // Sound, since the type follows from the same kind.
  const same = (value: unknown) => value as T
  const link = (to: Schema.Codec<unknown>, decode: (value: unknown) => unknown) =>
    Schema.link<T>()(
      to,
      SchemaTransformation.transform<T, unknown>({
        decode: (value) => same(decode(value)),
        encode: (value): unknown => value
      })
    )
  return Schema.declareConstructor<T>()(
    [],
    () => (value, self, options) => {
      const [first, ...others] = issuesOf(value, check)
      if (first === undefined) return Effect.succeed(same(value))
      return Effect.fail(
        options.errors === "all" && others.length > 0 ? new SchemaIssue.Composite(self, [first, ...others]) : first
      )
    },
    {
      expected: kind.says,
      // JSON is what it is already, with properties that no table has.
      toCodec: () => link(Schema.Unknown, same),
      toCodecArbitrary: () =>
        generated === undefined ? link(kind.plain(plainOf), same) : link(generated.from, generated.make)
    }
  )
}

/** Several checks of one document. */
export const allOf = (checksToMake: ReadonlyArray<Check>): Check => (value, walk) => walk.begin(value, ...checksToMake)
