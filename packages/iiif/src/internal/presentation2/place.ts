import { pathOf } from "../model/path.ts"
import { quoted } from "../quoted.ts"
import { thrown } from "../thrown.ts"
import { Notes } from "./notes.ts"

/** What all places of a conversion share. */
export interface Conversion {
  /** Maps an id in the given version to the id in the other. */
  readonly rename: (id: string) => string
  readonly lost: Notes
  readonly refused: Notes
  /** The canvases of the document that have no duration if it is of Presentation 2. */
  readonly timeless: Set<string>
}

/** A function that is given for ids, which may throw or give anything. Then the document is refused. */
export const safely = (rename: (id: string) => unknown, refused: Notes) => (id: string): string => {
  try {
    const renamed = rename(id)
    if (typeof renamed === "string") return renamed
    refused.add(() => "", `rename gives no string for the id ${quoted(id)}`)
  } catch (error) {
    refused.add(() => "", `rename throws for the id ${quoted(id)}: ${thrown(error)}`)
  }
  return id
}

export const makeConversion = (rename: (id: string) => string, refused = new Notes()): Conversion => ({
  rename: safely(rename, refused),
  lost: new Notes(),
  refused,
  timeless: new Set()
})

/** The keys from the top of the document to a place. */
const keysOf = ({ above, key }: Place): ReadonlyArray<string | number> =>
  above === undefined ? [] : [...keysOf(above), key]

/** A place in the given document, and how to report problems at it. */
export class Place<C extends Conversion = Conversion> {
  readonly conversion: C
  readonly above: Place<C> | undefined
  readonly key: string | number

  constructor(conversion: C, above?: Place<C>, key: string | number = "") {
    this.conversion = conversion
    this.above = above
    this.key = key
  }

  at(key: string | number): Place<C> {
    return new Place(this.conversion, this, key)
  }

  get path(): string {
    return pathOf(keysOf(this))
  }

  /** The name of the property here. */
  get property(): string {
    return typeof this.key === "string" ? this.key.slice(0, 80) : this.above?.property ?? ""
  }

  /** Reports something that is left out. */
  lose(problem: string): void {
    this.conversion.lost.add(() => this.path, problem, this.property)
  }

  /** Reports something without which the result would not show the object. */
  refuse(problem: string): void {
    this.conversion.refused.add(() => this.path, problem, this.property)
  }
}

export const many = <T>(value: T | ReadonlyArray<T>): ReadonlyArray<T> => Array.isArray(value) ? value : [value as T]

/** Each value of one or a list, with its place. */
export function* placed<T, C extends Conversion>(
  value: T | ReadonlyArray<T>,
  place: Place<C>
): Generator<readonly [T, Place<C>]> {
  if (!Array.isArray(value)) return yield [value as T, place]
  const list: ReadonlyArray<T> = value
  for (let index = 0; index < list.length; index++) yield [list[index] as T, place.at(index)]
}

/** Calls for each value of one or a list, with its place. */
export const each = <T, C extends Conversion>(
  value: T | ReadonlyArray<T>,
  place: Place<C>,
  visit: (one: T, place: Place<C>) => void
): void => {
  if (!Array.isArray(value)) return visit(value as T, place)
  const list: ReadonlyArray<T> = value
  for (let index = 0; index < list.length; index++) visit(list[index] as T, place.at(index))
}
