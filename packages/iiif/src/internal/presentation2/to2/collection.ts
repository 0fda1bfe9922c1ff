import type { Collection, CollectionItem } from "../../../Presentation3.ts"
import type { Fields } from "../../fields.ts"
import type { Place } from "../place.ts"
import { described } from "./described.ts"
import { contexts } from "./manifest.ts"
import { as, convert, lost, mapAt, nothing, type Rules, type } from "./rules.ts"
import { services } from "./services.ts"

const noDirection = lost("Presentation 2 has no viewing direction for a collection")

const collectionRules: Rules<Collection> = {
  ...described("Collection"),
  "@context": nothing,
  type: type("sc:Collection"),
  navDate: as("navDate"),
  viewingDirection: noDirection,
  service: nothing,
  services: nothing,
  items: nothing
}

const manifestRules: Rules<Omit<Collection, "items" | "services" | "@context">> = {
  ...described("Manifest"),
  type: type("sc:Manifest"),
  navDate: as("navDate"),
  viewingDirection: as("viewingDirection")
}

/** A collection that is only named has its services like any other resource. */
const namedRules: Rules<Collection> = { ...collectionRules, service: services, services }

/** Manifests and collections separately, or together where they are mixed, so that their order is kept. Clause 5.8. */
const lists = (items: ReadonlyArray<Fields>): Fields => {
  const of = (type: string) => items.filter((item) => item["@type"] === type)
  const [collections, manifests] = [of("sc:Collection"), of("sc:Manifest")]
  if (collections.length > 0 && manifests.length > 0) return { members: items }
  return collections.length > 0 ? { collections } : { manifests }
}

/** A manifest or a collection in a collection, which may have its own members with it. */
const member = (given: CollectionItem, place: Place): Fields => {
  if (given.type === "Manifest") return convert(manifestRules, given as unknown as Collection, place)
  return "items" in given ? embedded(given, place) : convert(namedRules, given as unknown as Collection, place)
}

/** A collection within another need not have a context. */
const embedded = (given: Omit<Collection, "@context">, place: Place): Fields => ({
  ...convert(collectionRules, given as Collection, place),
  ...services([...given.service ?? [], ...given.services ?? []], place),
  ...lists(mapAt(given.items, place.at("items"), member))
})

export const collection = (given: Collection, place: Place): Fields => ({
  "@context": contexts(given["@context"]),
  ...embedded(given, place)
})
