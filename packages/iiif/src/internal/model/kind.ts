/**
 * The parts of which the model of Presentation 3 is made. What values a property can have is said once, by a kind: its
 * check, its type, its documentation, and a plain schema follow from that.
 */
import { isObject } from "effect/Predicate"
import * as Schema from "effect/Schema"
import type { Code } from "../check/rules.ts"
import { quoted } from "../quoted.ts"
import { type Check, type Fields, kindOf, type Shape, type Walk } from "./walk.ts"

/** The plain schemas of named classes. */
export type Plains = (name: string) => Schema.Codec<unknown>

interface Base {
  readonly check: Check
  /** Whether a value is certain to pass the check, where that can be told at once. */
  readonly accepts?: (value: unknown, walk: Walk) => boolean
  /** What its values are, for the documentation. */
  readonly says: string
  /** A schema with the same shape, but without rules that involve several values: for JSON Schema and generated values. */
  readonly plain: (plains: Plains) => Schema.Codec<unknown>
}

/** A kind whose values have this type. */
export interface Leaf<out T> extends Base {
  readonly tag: "leaf"
  readonly type?: T
}

/** A class that is described elsewhere, by its name. */
export interface Ref<out Name extends string> extends Base {
  readonly tag: "ref"
  readonly name: Name
}

export interface ListOf<out K> extends Base {
  readonly tag: "list"
  readonly item: K
}

export interface NonEmptyListOf<out K> extends Base {
  readonly tag: "nonEmptyList"
  readonly item: K
}

export interface OneOrMany<out K> extends Base {
  readonly tag: "oneOrMany"
  readonly one: K
}

export interface OneOf<out K> extends Base {
  readonly tag: "oneOf"
  readonly members: ReadonlyArray<K>
}

/** A class: an object with these properties and any others. */
export interface Class<out P, out Name extends string = string> extends Base {
  readonly tag: "class"
  readonly name: Name
  readonly properties: P
  readonly isClosed: boolean
}

export type Kind =
  | Leaf<unknown>
  | Ref<string>
  | ListOf<unknown>
  | NonEmptyListOf<unknown>
  | OneOrMany<unknown>
  | OneOf<unknown>
  | Class<unknown>

/** What the specification says of a property: that it must, should or may be there. */
export type Level = "must" | "should" | "may"

export interface Property<out K = Kind, out L extends Level = Level> {
  readonly kind: K
  readonly level: L
  /** The section that defines it: one of Presentation 3.0 if it starts with a digit. */
  readonly clause: string
}

export type Properties = { readonly [name: string]: Property }

/** The type of the values of a kind; `Names` has the types of the named classes. */
export type TypeOf<K, Names> = K extends Ref<infer Name> ? Name extends keyof Names ? Names[Name] : never
  : K extends ListOf<infer Item> ? ReadonlyArray<TypeOf<Item, Names>>
  : K extends NonEmptyListOf<infer Item> ? readonly [TypeOf<Item, Names>, ...Array<TypeOf<Item, Names>>]
  : K extends OneOrMany<infer One> ? TypeOf<One, Names> | ReadonlyArray<TypeOf<One, Names>>
  : K extends OneOf<infer Members> ? TypeOf<Members, Names>
  : K extends Class<infer P> ? FieldsOf<P, Names>
  : K extends Leaf<infer T> ? T
  : never

/** The type of objects with these properties. */
export type FieldsOf<P, Names> =
  & { readonly [K in keyof P as P[K] extends Property<unknown, "must"> ? K : never]: ValueOf<P[K], Names> }
  & { readonly [K in keyof P as P[K] extends Property<unknown, "must"> ? never : K]?: ValueOf<P[K], Names> }

type ValueOf<P, Names> = P extends Property<infer K, Level> ? TypeOf<K, Names> : never

export const must = <const K>(kind: K, clause: string): Property<K, "must"> => ({ kind, level: "must", clause })

export const should = <const K>(kind: K, clause: string): Property<K, "should"> => ({ kind, level: "should", clause })

export const may = <const K>(kind: K, clause: string): Property<K, "may"> => ({ kind, level: "may", clause })

/** The section in full, as findings cite it. */
export const sectionOf = (clause: string): string => /^\d/.test(clause) ? `Presentation 3.0, ${clause}` : clause

/** A kind of single values. */
export const leaf = <T>(says: string, check: Check, plain: Schema.Codec<T>): Leaf<T> => ({
  tag: "leaf",
  says,
  check,
  plain: () => plain
})

/** A kind of single values, which one test accepts; `report` says what is wrong with others. */
export const single = <T>(
  says: string,
  accepts: (value: unknown) => boolean,
  report: Check,
  plain: Schema.Codec<T>
): Leaf<T> => ({
  tag: "leaf",
  says,
  accepts,
  check: (value, walk) => {
    if (!accepts(value)) report(value, walk)
  },
  plain: () => plain
})

export const ref = <const Name extends string>(name: Name): Ref<Name> => {
  // Found once: a name stands for the same class in every walk.
  let found: Check | undefined
  return {
    tag: "ref",
    name,
    says: `[${name}](#${name.toLowerCase()})`,
    check: (value, walk) => (found ??= walk.classes[name])?.(value, walk),
    plain: (plains) => Schema.suspend(() => plains(name))
  }
}

/** A list of one kind of values; an empty one is reported with `code`. */
export const list = <const K extends Kind>(item: K, code: Code = "list-empty"): ListOf<K> => ({
  tag: "list",
  item,
  says: `list of ${item.says}`,
  check: (value, walk) => {
    if (!Array.isArray(value)) return walk.reportKind(value, "a list")
    if (value.length === 0) return walk.report(code, "the list is empty")
    walk.enterList(value, item.check)
  },
  plain: (plains) => Schema.Array(item.plain(plains))
})

/** A list that has at least one item; an empty one is reported with `code`. */
export const nonEmptyList = <const K extends Kind>(item: K, code: Code): NonEmptyListOf<K> => ({
  tag: "nonEmptyList",
  item,
  says: `list of at least one ${item.says}`,
  check: list(item, code).check,
  plain: (plains) => Schema.NonEmptyArray(item.plain(plains))
})

/** A single value, or a list of values. */
export const oneOrMany = <const K extends Kind>(one: K): OneOrMany<K> => {
  const many = list(one)
  return {
    tag: "oneOrMany",
    one,
    says: `${one.says}, or list of them`,
    ...one.accepts === undefined ? {} : { accepts: one.accepts },
    check: (value, walk) => (Array.isArray(value) ? many : one).check(value, walk),
    plain: (plains) => Schema.Union([one.plain(plains), Schema.Array(one.plain(plains))])
  }
}

/** One of several kinds; `check` finds out which one a value is meant to be. */
export const oneOf = <const K extends Kind>(members: ReadonlyArray<K>, check: Check): OneOf<K> => ({
  tag: "oneOf",
  members,
  says: members.map(({ says }) => says).join(" or "),
  check,
  plain: (plains) => Schema.Union(members.map((one) => one.plain(plains)))
})

interface ByType<K, Otherwise> {
  readonly classes: { readonly [type: string]: K }
  /** For types that are not listed; without it they are reported. */
  readonly otherwise?: Otherwise
}

const distinct = <K>(kinds: ReadonlyArray<K | undefined>): ReadonlyArray<K> => [
  ...new Set(kinds.filter((kind) => kind !== undefined))
]

/** One of several classes, told apart by `type`. */
export const byType = <const K extends Kind, const Otherwise extends Kind = never>(
  { classes, otherwise }: ByType<K, Otherwise>
): OneOf<K | Otherwise> => {
  const byName = new Map<string, Kind>(Object.entries(classes))
  const names = [...byName.keys()].join(", ")
  return oneOf<K | Otherwise>(distinct([...Object.values<K>(classes), otherwise]), (value, walk) => {
    if (!isObject(value)) return walk.reportKind(value, "an object")
    const { type } = value as Fields
    const kind = (typeof type === "string" ? byName.get(type) : undefined) ?? otherwise
    if (kind !== undefined) return kind.check(value, walk)
    walk.reportAt("type", type === undefined ? "missing" : "class", `its type is ${kindOf(type)}`, {
      expected: names,
      ...(type === undefined ? { clause: walk.clause } : {})
    })
  })
}

/** One kind for objects with a property, another for those without it. */
export const byField = <const A extends Kind, const B extends Kind>(
  field: string,
  present: A,
  absent: B
): OneOf<A | B> =>
  oneOf<A | B>(
    [present, absent],
    (value, walk) => (isObject(value) && value[field] !== undefined ? present : absent).check(value, walk)
  )

/** One of these strings; another one is reported with `code`. */
export const literals = <const T extends string>(code: Code, ...values: ReadonlyArray<T>): Leaf<T> => {
  const known: ReadonlySet<unknown> = new Set(values)
  return single(
    values.map((value) => `\`${value}\``).join(", "),
    (value) => known.has(value),
    (value, walk) => {
      if (typeof value !== "string") return walk.reportKind(value, "a string")
      walk.report(code, `it is ${quoted(value)}`, { expected: values.join(", ") })
    },
    Schema.Literals(values)
  )
}

/** Exactly this `type`. */
export const classOf = <const T extends string>(name: T): Leaf<T> =>
  single(
    `\`${name}\``,
    (value) => value === name,
    (value, walk) => walk.report("class", `its type is ${kindOf(value)}`, { expected: name }),
    Schema.Literal(name)
  )

interface Options {
  /** Whether other properties are refused. */
  readonly isClosed?: boolean
  /** Whether other properties are doubtful, unless the document has a context for them. */
  readonly isStrict?: boolean
  /** Properties of other classes that this one must not have. */
  readonly forbidden?: ReadonlyArray<string>
  /** What goes before the check of the properties. */
  readonly first?: (fields: Fields, walk: Walk) => void
  /** Rules that involve several properties. */
  readonly also?: (fields: Fields, walk: Walk) => void
  /** Properties that generated values do not have, since they rarely follow the rules that involve several. */
  readonly unlikely?: ReadonlyArray<string>
}

const plainOf = (properties: Properties, without: ReadonlyArray<string>, plains: Plains): Schema.Codec<unknown> =>
  Schema.Struct(
    Object.fromEntries(
      Object.entries(properties).filter(([name]) => !without.includes(name)).map(([name, { kind, level }]) => {
        const plain = kind.plain(plains)
        return [name, level === "must" ? plain : Schema.optionalKey(plain)]
      })
    )
  )

/** A class of objects: the properties that it defines, and any others. */
export const define = <const P extends Properties, const Name extends string>(
  name: Name,
  properties: P,
  { also, first, forbidden = [], isClosed = false, isStrict = false, unlikely = [] }: Options = {}
): Class<P, Name> => {
  const known = new Map(
    Object.entries<Property>(properties).map(([key, { clause, kind }]) => [
      key,
      { accepts: kind.accepts, check: kind.check, section: sectionOf(clause) }
    ])
  )
  const required = Object.keys(properties).filter((key) => properties[key]?.level === "must")
  const shape: Shape = { name, known, required, forbidden: new Set(forbidden), isClosed, isStrict, first, also }
  return {
    tag: "class",
    name,
    properties,
    isClosed,
    says: name,
    check: (value, walk) => walk.enterShape(value, shape),
    plain: (plains) => plainOf(properties, unlikely, plains)
  }
}
