/** Documents that are damaged in random but repeatable places. */
import type { Fields, Json, Random } from "./random.ts"

const strange: ReadonlyArray<Json> = [
  null,
  true,
  0,
  -1,
  1.5,
  1e300,
  "",
  " ",
  "text",
  "urn:isbn:1",
  "_:b1",
  "https://example.org/a b/ü?x=[1]#y#z",
  "HTTPS://example.org/%2F%zz",
  "rdf:nil",
  "2020-13-41T00:00:00Z",
  "\ud800",
  [],
  {},
  [[]],
  [null],
  [{}],
  [["a", ["b"]]],
  { "@id": "https://example.org/x" },
  { "@id": 7, "@type": "sc:Canvas" },
  { "@value": 3, "@language": "english-1900" },
  { "@value": "x", "@language": ["en"] },
  { en: ["x"] },
  { "@type": "oa:Choice" },
  { "@type": ["cnt:ContentAsText", 7], chars: "x" },
  { "@type": "oa:SpecificResource", full: { full: {} } },
  { __proto__: null, constructor: 1, toString: "x" }
]

const names = [
  "@id",
  "@type",
  "@context",
  "id",
  "type",
  "items",
  "label",
  "metadata",
  "service",
  "selector",
  "full",
  "default",
  "resource",
  "on",
  "within",
  "members",
  "profile",
  "toString",
  "constructor"
]

type Mutable = { [key: string]: unknown }

const isMutable = (value: unknown): value is Mutable => typeof value === "object" && value !== null

/** All objects and lists in a value. */
const holders = (value: unknown, found: Array<Mutable> = []): ReadonlyArray<Mutable> => {
  if (!isMutable(value)) return found
  found.push(value)
  for (const inner of Object.values(value)) holders(inner, found)
  return found
}

/** Damages a value in one place: takes something out, or puts something in that does not belong there. */
const damage = (document: unknown, random: Random): void => {
  const all = holders(document)
  const holder = random.pick(all)
  const keys = Object.keys(holder)
  const isNew = !Array.isArray(holder) && random.is(0.2)
  const key = keys.length === 0 || isNew ? random.pick(names) : random.pick(keys)
  const given = Object.hasOwn(holder, key) ? holder[key] : null
  const copy = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
  const change = random.below(7)
  if (change === 0) delete holder[key]
  else if (change === 1) holder[key] = [given]
  else if (change === 2) holder[key] = copy(random.pick(all))
  else if (change === 3) holder[random.pick(names)] = given
  else if (change === 4 && Array.isArray(holder) && holder.length > 0) holder.push(copy(random.pick(holder)))
  else holder[key] = copy(random.pick(strange))
}

/** A document that is damaged in one to four places. */
export const damaged = (document: Fields, random: Random): Json => {
  let copy: Json = document
  for (let count = 1 + random.below(4); count > 0; count--) {
    const next: unknown = JSON.parse(JSON.stringify(copy))
    damage(next, random)
    // Lists keep only what JSON has of them.
    copy = JSON.parse(JSON.stringify(next))
  }
  return copy
}
