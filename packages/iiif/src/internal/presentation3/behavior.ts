import * as Schema from "effect/Schema"
import { type Leaf, leaf } from "../model/kind.ts"
import { kindOf, type Walk } from "../model/walk.ts"
import { quoted } from "../quoted.ts"

/** Groups of mutually exclusive behaviors. Clause 3.2, behavior. */
const disjoint = [
  ["auto-advance", "no-auto-advance"],
  ["repeat", "no-repeat"],
  ["unordered", "individuals", "continuous", "paged"],
  ["facing-pages", "non-paged"],
  ["multi-part", "together"],
  ["sequence", "thumbnail-nav", "no-nav"]
]

const onAnyClass = ["auto-advance", "no-auto-advance"]

const layouts = ["unordered", "individuals", "continuous", "paged"]

const repeats = ["repeat", "no-repeat"]

const ofClass: { readonly [type: string]: ReadonlySet<string> } = {
  Collection: new Set([...onAnyClass, ...repeats, ...layouts, "multi-part", "together"]),
  Manifest: new Set([...onAnyClass, ...repeats, ...layouts]),
  Canvas: new Set([...onAnyClass, "facing-pages", "non-paged"]),
  Range: new Set([...onAnyClass, ...layouts, "sequence", "thumbnail-nav", "no-nav"])
}

/** `hidden` is for annotations, and for what they show. */
const known = new Set([...Object.values(ofClass).flatMap((names) => Array.from(names)), "hidden"])

const one = (type: string, value: unknown, walk: Walk): void => {
  if (typeof value !== "string") walk.report("value-kind", `it is ${kindOf(value)}`, { expected: "a string" })
  else if (!known.has(value)) walk.report("behavior-unknown", `${quoted(value)} is not a behavior`)
  else if (ofClass[type]?.has(value) !== true) {
    walk.report("behavior-misplaced", `${value} does not apply to a ${type}`)
  }
}

const conflicts = (values: ReadonlyArray<unknown>, walk: Walk): void => {
  for (const group of disjoint) {
    const present = group.filter((name) => values.includes(name))
    if (present.length > 1) walk.report("behavior-conflict", `${present.join(" and ")} are mutually exclusive`)
  }
}

/** How to present a resource of this class. Clause 3.2, behavior. */
export const behavior = (type: string): Leaf<ReadonlyArray<string>> =>
  leaf(`list of ${[...ofClass[type] ?? []].map((name) => `\`${name}\``).join(", ")}`, (value, walk) => {
    if (!Array.isArray(value)) return walk.reportKind(value, "a list")
    if (value.length === 0) return walk.report("list-empty", "the list is empty")
    walk.enterList(value, (name) => one(type, name, walk))
    conflicts(value, walk)
  }, Schema.Array(Schema.Literals([...known])))
