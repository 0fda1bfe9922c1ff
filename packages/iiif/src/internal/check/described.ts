import { annotations, partOf } from "./annotations.ts"
import { feature, homepage, rendering, seeAlso, thumbnails } from "./content.ts"
import { provider } from "./provider.ts"
import { services } from "./services.ts"
import { id, labelValue, languageMap, navDate, rights } from "./values.ts"
import { type Check, classOf, list, object, text, type Walk } from "./walk.ts"

const navPlace = object({
  fields: { id, type: classOf("FeatureCollection"), label: languageMap, features: list(feature) },
  required: ["type"]
})

/** Groups of mutually exclusive behaviors. Clause 3.2, behavior. */
const disjoint = [
  ["auto-advance", "no-auto-advance"],
  ["repeat", "no-repeat"],
  ["unordered", "individuals", "continuous", "paged"],
  ["facing-pages", "non-paged"],
  ["multi-part", "together"],
  ["sequence", "thumbnail-nav", "no-nav"]
]

const onAnyClass = ["auto-advance", "no-auto-advance", "hidden"]

const behaviorsOf: { readonly [type: string]: ReadonlySet<string> } = {
  Collection: new Set([
    ...onAnyClass,
    "repeat",
    "no-repeat",
    "unordered",
    "individuals",
    "continuous",
    "paged",
    "multi-part",
    "together"
  ]),
  Manifest: new Set([...onAnyClass, "repeat", "no-repeat", "unordered", "individuals", "continuous", "paged"]),
  Canvas: new Set([...onAnyClass, "facing-pages", "non-paged"]),
  Range: new Set([
    ...onAnyClass,
    "unordered",
    "individuals",
    "continuous",
    "paged",
    "sequence",
    "thumbnail-nav",
    "no-nav"
  ])
}

const known = new Set(Object.values(behaviorsOf).flatMap((names) => Array.from(names)))

const conflicts = (values: ReadonlyArray<unknown>, walk: Walk): void => {
  for (const group of disjoint) {
    const present = group.filter((name) => values.includes(name))
    if (present.length > 1) walk.report("behavior-conflict", `${present.join(" and ")} are mutually exclusive`)
  }
}

const behavior = (type: string): Check => {
  const each = list((value, walk) => {
    if (typeof value !== "string") return text(value, walk)
    if (!known.has(value)) walk.report("behavior-unknown", `${JSON.stringify(value.slice(0, 80))} is not a behavior`)
    else if (behaviorsOf[type]?.has(value) !== true) {
      walk.report("behavior-misplaced", `${value} does not apply to a ${type}`)
    }
  })
  return (value, walk) => {
    each(value, walk)
    if (Array.isArray(value)) conflicts(value, walk)
  }
}

/**
 * The properties that canvases, ranges, manifests and collections share; `companionCanvas` checks the placeholder and
 * accompanying canvases. Clauses 3.1 to 3.4.
 */
export const describedFields = (type: string, companionCanvas: Check): { readonly [key: string]: Check } => ({
  id,
  type: classOf(type),
  label: languageMap,
  metadata: list(labelValue),
  summary: languageMap,
  requiredStatement: labelValue,
  rights,
  provider,
  thumbnail: thumbnails,
  navDate,
  navPlace,
  placeholderCanvas: companionCanvas,
  accompanyingCanvas: companionCanvas,
  behavior: behavior(type),
  homepage,
  rendering,
  seeAlso,
  service: services,
  partOf,
  annotations
})
