/**
 * Constructors for the schemas of Presentation 2. None of these schemas changes a value: decoding returns the input
 * object itself, with unknown fields and the order of fields. This also makes decoding fast, since nothing is copied.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaParser from "effect/SchemaParser"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { guardKey, guardOf, later } from "./guard.ts"

const same = <T>(plain: Schema.Codec<T>) => Schema.link<T>()(plain, SchemaTransformation.passthrough<T>())

/** JSON is what it is already, with properties that no struct has. */
const asItIs = <T>() =>
  Schema.link<T>()(
    Schema.Unknown,
    // Sound, since decoding checks the value.
    SchemaTransformation.transform<T, unknown>({ decode: (value) => value as T, encode: (value): unknown => value })
  )

/** Whether a guard is enough to accept a value under these options. */
const isGuardEnough = ({ concurrency, onExcessProperty }: SchemaAST.ParseOptions) =>
  concurrency === undefined && onExcessProperty !== "error"

/**
 * An object with the fields of this struct and any others. `likely` is the schema for generated values, if values
 * generated from the struct would rarely pass its checks. A plain struct would drop unknown fields; a struct with rest
 * would parse every branch once more at every level.
 */
export const open = <T>(struct: Schema.Codec<T>, likely: Schema.Codec<T> = struct): Schema.Codec<T> =>
  Schema.declareConstructor<T>()([struct], ([codec]) => {
    const parse = SchemaParser.decodeUnknownEffect(codec)
    const fits = later(() => guardOf(struct.ast))
    // Sound, since no field's schema changes its value.
    const same = (input: unknown) => input as T
    return (input, _self, options) =>
      isGuardEnough(options) && fits(input)
        ? Effect.succeed(same(input))
        : Effect.mapEager(parse(input, options), () => same(input))
  }, {
    expected: "object",
    [guardKey]: () => guardOf(struct.ast),
    toCodec: asItIs,
    toCodecArbitrary: () => same(likely)
  })

interface Selection<T> {
  readonly expected: string
  readonly members: ReadonlyArray<Schema.Codec<T>>
  /** The index of the member that a value is meant to be. */
  readonly pick: (input: unknown) => number | undefined
}

/** A union whose member is picked by inspecting the value: only the issues of that member are reported, not of all. */
const select = <T>({ expected, members, pick }: Selection<T>): Schema.Codec<T> =>
  Schema.declareConstructor<T>()(members, (codecs) => {
    const parsers = codecs.map((codec) => SchemaParser.decodeUnknownEffect(codec))
    return (input, self, options) => {
      const picked = pick(input)
      const parse = picked === undefined ? undefined : parsers[picked]
      if (parse !== undefined) return parse(input, options)
      return Effect.fail(new SchemaIssue.InvalidType(self, input, options))
    }
  }, {
    expected,
    [guardKey]: () => {
      const guards = members.map(({ ast }) => guardOf(ast))
      return (input: unknown) => {
        const picked = pick(input)
        return picked !== undefined && guards[picked]?.(input) === true
      }
    },
    toCodec: asItIs,
    toCodecArbitrary: ({ typeParameters }) => same(Schema.Union(typeParameters))
  })

/** A single value, or a list of values. */
export const oneOrMany = <T>(one: Schema.Codec<T>): Schema.Codec<T | ReadonlyArray<T>> =>
  select<T | ReadonlyArray<T>>({
    expected: "one or a list",
    members: [one, Schema.Array(one)],
    pick: (input) => Array.isArray(input) ? 1 : 0
  })

/** An optional list. */
export const list = <T>(item: Schema.Codec<T>) => Schema.optionalKey(Schema.Array(item))
