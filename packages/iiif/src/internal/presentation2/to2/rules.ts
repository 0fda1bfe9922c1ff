import * as Schema from "effect/Schema"
import type { Fields, Json } from "../../fields.ts"
import { defined } from "../defined.ts"
import { many, type Place } from "../place.ts"

/** For every property of a Presentation 3 class, the equivalent Presentation 2 properties. */
export type Rules<T> = {
  readonly [K in keyof T]-?: (value: Exclude<T[K], undefined>, place: Place) => Fields
}

/** A property that Presentation 3 does not define is kept as it is. */
const extension = (key: string, value: unknown, place: Place): ReadonlyArray<readonly [string, unknown]> => {
  if (!defined.has(key)) return [[key, value]]
  place.at(key).lose("Presentation 2 has no such property here")
  return []
}

/** Converts a resource by the rules of its class; properties without a rule are extensions and are kept. */
export const convert = <T extends object>(rules: Rules<T>, resource: T, place: Place): Fields =>
  Object.fromEntries(
    Object.entries(resource).flatMap(([key, value]) => {
      // Each rule takes the value of its own property, which TypeScript cannot express for a dynamic key.
      const rule: ((value: never, place: Place) => Fields) | undefined = Object.hasOwn(rules, key)
        ? rules[key as keyof T]
        : undefined
      return rule === undefined ? extension(key, value, place) : Object.entries(rule(value as never, place.at(key)))
    })
  ) as Fields

/** Reports what a reference, or another resource that only has these properties in Presentation 2, has besides. */
export const only = (given: object, place: Place, ...keys: ReadonlyArray<string>): void => {
  for (const key of Object.keys(given)) {
    if (!keys.includes(key)) place.at(key).lose("it is only referred to in Presentation 2, without this property")
  }
}

/** A rule for a property that the type of its resource does not have, so that it may have any value. */
export const checked = <T>(schema: Schema.Codec<T>, rule: (value: T, place: Place) => Fields) => {
  const is = Schema.is(schema)
  return (value: T, place: Place): Fields => {
    if (is(value)) return rule(value, place)
    place.lose("it does not have the form that Presentation 3 gives it")
    return {}
  }
}

export const mapAt = <A, B>(list: ReadonlyArray<A>, place: Place, f: (item: A, place: Place) => B): ReadonlyArray<B> =>
  list.map((item, index) => f(item, place.at(index)))

/** The place of one value is that of the property; values in a list have their own. */
export const mapMany = <A, B>(
  value: A | ReadonlyArray<A>,
  place: Place,
  f: (item: A, place: Place) => B
): ReadonlyArray<B> => Array.isArray(value) ? mapAt(many(value), place, f) : [f(value as A, place)]

/** Presentation 2 writes a single value without a list. */
export const single = (list: ReadonlyArray<Json>): Json => list.length === 1 ? list[0] ?? null : list

export const as = (name: string) => (value: Json): Fields => ({ [name]: value })

export const nothing = (): Fields => ({})

export const lost = (problem: string) => (_: unknown, place: Place): Fields => {
  place.lose(problem)
  return {}
}

export const id = (value: string, { conversion }: Place): Fields => ({ "@id": conversion.rename(value) })

export const type = (name: string) => (): Fields => ({ "@type": name })
