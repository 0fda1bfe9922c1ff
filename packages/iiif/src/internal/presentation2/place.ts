import type { Fields, Json } from "../fields.ts"

/** What Presentation 2 cannot say, and where in the Presentation 3 manifest it stood. */
export interface Note {
  readonly path: string
  readonly problem: string
}

/** Where in a manifest the conversion is, and what it notes on its way. */
export interface Place {
  /** An id of Presentation 3 as Presentation 2 has it. */
  readonly rename: (id: string) => string
  /** Something that is left out. */
  readonly lose: (problem: string) => void
  /** Something without which the manifest would not show its object. */
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
    at: (key) => place(typeof key === "number" ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`)
  })
  return { place: place(""), lost, refused }
}

/** For every property of a class of Presentation 3, the properties of Presentation 2 that say the same. */
export type Rules<T> = {
  readonly [K in keyof T]-?: (value: Exclude<T[K], undefined>, place: Place) => Fields
}

/** By the rules of its class; properties of which they know nothing are extensions and stay as they are. */
export const convert = <T extends object>(rules: Rules<T>, resource: T, place: Place): Fields =>
  Object.fromEntries(
    Object.entries(resource).flatMap(([key, value]) => {
      // A rule takes what its own property holds, which no type can say of a key that is looked up.
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
