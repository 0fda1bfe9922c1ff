/**
 * Constructors for the schemas of Presentation 2. None of these schemas changes a value: decoding returns the input
 * object itself, with unknown fields and the order of fields. This also makes decoding fast, since nothing is copied.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaParser from "effect/SchemaParser"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { oneOrManyOf, same, select } from "../select.ts"
import { guardKey, guardOf, later } from "./guard.ts"

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

/** A single value, or a list of values. */
export const oneOrMany = <T>(one: Schema.Codec<T>): Schema.Codec<T | ReadonlyArray<T>> => {
  const selection = oneOrManyOf(one)
  return select(selection, {
    [guardKey]: () => {
      const guards = selection.members.map(({ ast }) => guardOf(ast))
      return (input: unknown) => guards[selection.pick(input) ?? 0]?.(input) === true
    },
    toCodec: asItIs
  })
}

/** An optional list. */
export const list = <T>(item: Schema.Codec<T>) => Schema.optionalKey(Schema.Array(item))
