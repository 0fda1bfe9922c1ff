import { isObject } from "effect/Predicate"
import type * as Schema from "effect/Schema"
import { oneOrManyOf, select } from "../select.ts"

/** What a value is if it has none of the keys: an object of another form, or a string. */
interface Others<T> {
  readonly otherwise?: Schema.Codec<T>
  readonly text?: Schema.Codec<T>
}

/** The key of the form that a value is meant to be: the first that it has. */
export const formOfKeys = (keys: ReadonlyArray<string>, value: object): string | undefined =>
  keys.find((key) => key in value && Reflect.get(value, key) !== undefined)

/**
 * One of several forms of an object, told apart by the key that only one of them has. Unlike those of a union, the issues
 * are only those of the form that is meant.
 */
export const byKey = <T>(
  forms: { readonly [key: string]: Schema.Codec<T> },
  { otherwise, text }: Others<T> = {}
): Schema.Codec<T> => {
  const keys = Object.keys(forms)
  const others = [otherwise, text].filter((other) => other !== undefined)
  const names = keys.map((key) => JSON.stringify(key)).join(", ")
  return select({
    expected: otherwise === undefined
      ? `an object with one of ${names}`
      : text === undefined
      ? "an object"
      : "a string or an object",
    members: [...Object.values(forms), ...others],
    pick: (input) => {
      if (typeof input === "string") return text === undefined ? undefined : keys.length + others.length - 1
      if (!isObject(input)) return undefined
      const key = formOfKeys(keys, input)
      if (key !== undefined) return keys.indexOf(key)
      return otherwise === undefined ? undefined : keys.length
    }
  })
}

/** A single value, or a list of values. */
export const oneOrMany = <T>(one: Schema.Codec<T>): Schema.Codec<T | ReadonlyArray<T>> => select(oneOrManyOf(one))
