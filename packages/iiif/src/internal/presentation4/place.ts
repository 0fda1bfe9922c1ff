import { isObject } from "effect/Predicate"
import { pathBelow } from "../jsonPath.ts"
import { Notes } from "./notes.ts"

/** A JSON object. */
export type Fields = { readonly [key: string]: unknown }

/** Converts a value; `undefined` leaves it out. */
export type Convert = (value: unknown, place: Place) => unknown

/** What all places of one conversion share. */
export class World {
  /** The conversion of each class, by `type`. */
  readonly classes: { readonly [type: string]: Convert }
  /** The conversion of every other class. */
  readonly otherwise: Convert
  /** The type of each resource that the document describes, by id. */
  readonly types: ReadonlyMap<string, string>
  /** Where in the given document each converted object comes from. */
  readonly origins = new Map<object, Place>()
  readonly lost = new Notes()
  readonly refused = new Notes()
  /** Whether a place on a map was found. */
  hasNavPlace = false

  constructor(
    { classes, otherwise }: Pick<World, "classes" | "otherwise">,
    types: ReadonlyMap<string, string>
  ) {
    this.classes = classes
    this.otherwise = otherwise
    this.types = types
  }
}

const shortened = (key: string | number): string | number =>
  typeof key === "string" && key.length > 80 ? `${key.slice(0, 80)}...` : key

/** The path that keys from the top of the document are. */
export const pathOf = (keys: ReadonlyArray<string | number>): string =>
  keys.map(shortened).reduce<string>(pathBelow, "")

/** The keys from the top of the document to a place. */
const keysTo = (place: Place): ReadonlyArray<string | number> => {
  const keys: Array<string | number> = []
  for (let here = place; here.parent !== undefined; here = here.parent) keys.push(here.key)
  return keys.reverse()
}

/** A place in the given document, and how to report problems there. */
export class Place {
  readonly world: World
  readonly parent: Place | undefined
  readonly key: string | number
  /** The steps to here from `parent` in the Presentation 4 document; several are separated by slashes. */
  readonly route: string
  /** The id of the resource here. */
  readonly id: string | undefined

  constructor(world: World, parent?: Place, key: string | number = "", route = String(key), id?: string) {
    this.world = world
    this.parent = parent
    this.key = key
    this.route = route
    this.id = id
  }

  at(key: string | number, route?: string): Place {
    return new Place(this.world, this, key, route)
  }

  /** This place, where a resource with this id is. */
  withId(id: unknown): Place {
    return typeof id === "string" ? new Place(this.world, this.parent, this.key, this.route, id) : this
  }

  get path(): string {
    return pathOf(keysTo(this))
  }

  /** Reports something that the other version has no place for, and that is left out. */
  lose(problem: string): undefined {
    this.world.lost.add(this.path, problem)
    return undefined
  }

  /** Reports something without which the document would not mean the same. */
  refuse(problem: string): undefined {
    this.world.refused.add(this.path, problem)
    return undefined
  }

  /** This place and those above it, up to and without the resource with an id that it is in. */
  #upToOwner(): ReadonlyArray<Place> {
    const places: Array<Place> = [this]
    for (let place = this.parent; place !== undefined && place.id === undefined; place = place.parent) {
      places.push(place)
    }
    return places
  }

  /** The keys from here up to the resource with an id that this is in. */
  get keysToOwner(): ReadonlyArray<string | number> {
    return this.#upToOwner().map(({ key }) => key)
  }

  /**
   * The id for a part without one: that of the resource that it is in, and the way from there in the Presentation 4
   * document, so that both directions derive the same.
   */
  get derivedId(): string | undefined {
    const places = this.#upToOwner()
    const owner = places.at(-1)?.parent
    if (owner?.id === undefined) return undefined
    return [`${owner.id}/part`, ...places.map(({ route }) => route).reverse()].filter((step) => step !== "").join("/")
  }

  /** Remembers that a converted object comes from here. */
  made<T extends object>(result: T): T {
    this.world.origins.set(result, this)
    return result
  }
}

/** Converts a resource by the rules of its class. */
export const one: Convert = (value, place) => {
  if (!isObject(value)) return value
  const { classes, otherwise } = place.world
  const { type } = value as Fields
  if (typeof type === "string" && Object.hasOwn(classes, type)) return classes[type]?.(value, place)
  return type === undefined && "source" in value ? classes["SpecificResource"]?.(value, place) : otherwise(value, place)
}

/** Converts each item of a list. What is no list stays, for the check of the result to report. */
export const list = (convert: Convert): Convert => (value, place) =>
  Array.isArray(value)
    ? value.map((item, index) => convert(item, place.at(index))).filter((item) => item !== undefined)
    : value

/** Converts each resource of a list by the rules of its class. */
export const each = list(one)

/** How a property is converted, and its name in the other version. */
export interface Rule {
  readonly name: string
  readonly convert: Convert
}

export type Rules = { readonly [property: string]: Convert | Rule }

export const renamed = (name: string, convert: Convert): Rule => ({ name, convert })

interface ObjectOptions {
  /** The id in the other version, if it is not that of the resource. */
  readonly id?: (fields: Fields, place: Place) => unknown
  /** What depends on several properties: changes the converted fields. */
  readonly also?: (converted: Fields, place: Place, given: Fields) => Fields | undefined
}

/** Converts an object by a table of rules; properties without a rule stay as they are. */
export const object = (rules: Rules, { also, id }: ObjectOptions = {}): Convert => {
  const table = new Map(
    Object.entries(rules).map(([key, rule]) => [key, typeof rule === "function" ? renamed(key, rule) : rule])
  )
  return (value, place) => {
    if (!isObject(value)) return value
    const given = value as Fields
    const here = place.withId(id === undefined ? given["id"] : id(given, place))
    const entries: Array<readonly [string, unknown]> = []
    for (const key of Object.keys(given)) {
      const inner = given[key]
      const rule = table.get(key)
      const converted = rule === undefined || inner === undefined ? inner : rule.convert(inner, here.at(key))
      if (converted !== undefined) entries.push([rule?.name ?? key, converted])
    }
    // Unlike an assignment, this keeps a property named __proto__.
    const converted: Fields = Object.fromEntries(entries)
    const result = also === undefined ? converted : also(converted, here, given)
    return result === undefined ? undefined : here.made(result)
  }
}

/** The id of a resource without its fragment. */
export const withoutFragment = (id: string): string => {
  const at = id.indexOf("#")
  return at < 0 ? id : id.slice(0, at)
}
