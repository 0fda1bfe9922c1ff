import type { Fields, Json } from "../../fields.ts"
import { many, type Place } from "../place.ts"

/** For every property of a Presentation 3 class, the equivalent Presentation 2 properties. */
export type Rules<T> = {
  readonly [K in keyof T]-?: (value: Exclude<T[K], undefined>, place: Place) => Fields
}

/** Converts a resource by the rules of its class; properties without a rule are extensions and are kept. */
export const convert = <T extends object>(rules: Rules<T>, resource: T, place: Place): Fields =>
  Object.fromEntries(
    Object.entries(resource).flatMap(([key, value]) => {
      // Each rule takes the value of its own property, which TypeScript cannot express for a dynamic key.
      const rule: ((value: never, place: Place) => Fields) | undefined = Object.hasOwn(rules, key)
        ? rules[key as keyof T]
        : undefined
      return rule === undefined ? [[key, value]] : Object.entries(rule(value as never, place.at(key)))
    })
  )

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
