import { isObject } from "effect/Predicate"
import { describedFields } from "./described.ts"
import { services } from "./services.ts"
import { companionCanvas, topContext } from "./structure.ts"
import { viewingDirection } from "./values.ts"
import { type Check, type Fields, kindOf, lazy, list, object, type Walk } from "./walk.ts"

/** A resource that a collection references; clients show it by the properties given there. Clause 5.1. */
const referenced = (type: string): Check =>
  object({
    fields: describedFields(type, companionCanvas),
    required: ["id", "type", "label"],
    also: ({ items }, walk) => {
      if (items !== undefined) walk.reportAt("items", "property-unknown", "a manifest is referenced here, not embedded")
    }
  })

const referencedManifest = referenced("Manifest")

const referencedCollection = referenced("Collection")

const member: Check = (value, walk) => {
  if (!isObject(value)) return referencedManifest(value, walk)
  const { items, type } = value
  if (type === "Manifest") referencedManifest(value, walk)
  else if (type === "Collection") (items === undefined ? referencedCollection : embedded)(value, walk)
  else walk.reportAt("type", "class", `its type is ${kindOf(type)}`, { expected: "Manifest or Collection" })
}

const fields = {
  ...describedFields("Collection", lazy(() => companionCanvas)),
  "@context": topContext,
  viewingDirection,
  services,
  items: list(member)
}

/** A collection that is embedded in another, with its own items. */
const embedded: Check = object({ fields, required: ["id", "type", "label", "items"] })

const topCollection: Check = object({ fields, required: ["@context", "id", "type", "label", "items"] })

/** Reports each collection that contains itself, by its id. */
const cycles = (value: Fields, above: ReadonlyArray<unknown>, walk: Walk): void => {
  const { id, items } = value
  if (typeof id === "string" && above.includes(id)) {
    return walk.report("collection-cycle", "it contains itself")
  }
  if (!Array.isArray(items)) return
  walk.at("items", items, () => {
    for (const [index, item] of items.entries()) {
      if (isObject(item)) walk.at(index, item, () => cycles(item, [...above, id], walk))
    }
  })
}

/** An ordered list of manifests and collections. Clause 5.1. */
export const collection: Check = (value, walk) => {
  const { length } = walk.findings
  topCollection(value, walk)
  // A collection that contains itself as an object has already been reported.
  const isTooDeep = walk.findings.slice(length).some(({ code }) => code === "too-deep")
  if (isObject(value) && !isTooDeep) cycles(value, [], walk)
}
