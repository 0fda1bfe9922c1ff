import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaParser from "effect/SchemaParser"
import * as SchemaTransformation from "effect/SchemaTransformation"

/** A schema in place of another with the same values. */
export const same = <T>(plain: Schema.Codec<T>) => Schema.link<T>()(plain, SchemaTransformation.passthrough<T>())

export interface Selection<T> {
  readonly expected: string
  readonly members: ReadonlyArray<Schema.Codec<T>>
  /** The index of the member that a value is meant to be. */
  readonly pick: (input: unknown) => number | undefined
}

/** A union of which a value is only compared with the member that it is meant to be: there are no issues of others. */
export const select = <T>(
  { expected, members, pick }: Selection<T>,
  annotations: Schema.Annotations.Declaration<T, ReadonlyArray<Schema.Codec<T>>> = {}
): Schema.Codec<T> =>
  Schema.declareConstructor<T>()(members, (codecs) => {
    const parsers = codecs.map((codec) => SchemaParser.decodeUnknownEffect(codec))
    return (input, self, options) => {
      const picked = pick(input)
      const parse = picked === undefined ? undefined : parsers[picked]
      return parse === undefined
        ? Effect.fail(new SchemaIssue.InvalidType(self, input, options))
        : parse(input, options)
    }
  }, {
    expected,
    toCodec: (plain) => same(Schema.Union(plain)),
    toCodecArbitrary: ({ typeParameters }) => same(Schema.Union(typeParameters)),
    ...annotations
  })

/** Tells a list of values from a single one. */
export const oneOrManyOf = <T>(one: Schema.Codec<T>): Selection<T | ReadonlyArray<T>> => ({
  expected: "one or a list",
  members: [one, Schema.Array(one)],
  pick: (input) => Array.isArray(input) ? 1 : 0
})
