import type { Fields, Json } from "../fields.ts"
import { pathBelow } from "../jsonPath.ts"

/** Something that Presentation 2 cannot express, and its path in the Presentation 3 manifest. */
export interface Note {
  readonly path: string
  readonly problem: string
}

/** The current path of a conversion, and how to report problems at it. */
export interface Place {
  /** Maps an id in Presentation 3 to the id in Presentation 2. */
  readonly rename: (id: string) => string
  /** Reports something that is left out. */
  readonly lose: (problem: string) => void
  /** Reports something without which the manifest would not show its object. */
  readonly refuse: (problem: string) => void
  readonly at: (key: string | number) => Place
}

export const makePlace = (rename: (id: string) => string) => {
  const lost: Array<Note> = []
  const refused: Array<Note> = []
  const place = (path: string): Place => ({
    rename,
    lose: (problem) => lost.push({ path, problem }),
    refuse: (problem) => refused.push({ path, problem }),
    at: (key) => place(pathBelow(path, key))
  })
  return { place: place(""), lost, refused }
}

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

/** Presentation 2 writes a single value without a list. */
export const single = (list: ReadonlyArray<Json>): Json => list.length === 1 ? list[0] ?? null : list

export const many = <T>(value: T | ReadonlyArray<T>): ReadonlyArray<T> => Array.isArray(value) ? value : [value as T]

export const as = (name: string) => (value: Json): Fields => ({ [name]: value })

export const nothing = (): Fields => ({})

export const lost = (problem: string) => (_: unknown, place: Place): Fields => {
  place.lose(problem)
  return {}
}

export const id = (value: string, { rename }: Place): Fields => ({ "@id": rename(value) })

export const type = (name: string) => (): Fields => ({ "@type": name })
