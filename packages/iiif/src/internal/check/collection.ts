import { isObject } from "effect/Predicate"
import { describedFields } from "./described.ts"
import { services } from "./services.ts"
import { aside, topContext } from "./structure.ts"
import { viewingDirection } from "./values.ts"
import { type Check, type Fields, kindOf, lazy, list, object, type Walk } from "./walk.ts"

/** What is named in a collection is shown by what is said of it there. Clause 5.1. */
const named = (type: string): Check =>
  object({
    fields: describedFields(type, aside),
    required: ["id", "type", "label"],
    also: ({ items }, walk) => {
      if (items !== undefined) walk.reportAt("items", "property-unknown", "a manifest is named here, not embedded")
    }
  })

const namedManifest = named("Manifest")

const namedCollection = named("Collection")

const member: Check = (value, walk) => {
  if (!isObject(value)) return namedManifest(value, walk)
  const { items, type } = value
  if (type === "Manifest") namedManifest(value, walk)
  else if (type === "Collection") (items === undefined ? namedCollection : embedded)(value, walk)
  else walk.reportAt("type", "class", `its type is ${kindOf(type)}`, { expected: "Manifest or Collection" })
}

const fields = {
  ...describedFields("Collection", lazy(() => aside)),
  "@context": topContext,
  viewingDirection,
  services,
  items: list(member)
}

/** A collection within another, with its own items. */
const embedded: Check = object({ fields, required: ["id", "type", "label", "items"] })

const atTop: Check = object({ fields, required: ["@context", "id", "type", "label", "items"] })

/** A collection that is to be found below itself. */
const cycles = (value: Fields, above: ReadonlyArray<unknown>, walk: Walk): void => {
  const { id, items } = value
  if (typeof id === "string" && above.includes(id)) {
    return walk.report("collection-cycle", "it comes to be below itself")
  }
  if (!Array.isArray(items)) return
  walk.at("items", items, () => {
    for (const [index, item] of items.entries()) {
      if (isObject(item)) walk.at(index, item, () => cycles(item, [...above, id], walk))
    }
  })
}

/** Manifests and collections in order. Clause 5.1. */
export const collection: Check = (value, walk) => {
  const { length } = walk.findings
  atTop(value, walk)
  // What goes on without an end has been told.
  const isEndless = walk.findings.slice(length).some(({ code }) => code === "too-deep")
  if (isObject(value) && !isEndless) cycles(value, [], walk)
}
