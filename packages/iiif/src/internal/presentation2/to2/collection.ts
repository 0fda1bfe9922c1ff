import type { Collection, CollectionItem } from "../../../Presentation3.ts"
import type { Fields } from "../../fields.ts"
import { type Conversion, type Place, placed } from "../place.ts"
import { described } from "./described.ts"
import { contexts } from "./manifest.ts"
import { as, convert, lost, nothing, type Rules, type } from "./rules.ts"
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
function* member(given: CollectionItem, place: Place): Generator<void, Fields> {
  if (given.type === "Manifest") return convert(manifestRules, given as unknown as Collection, place)
  return "items" in given ? yield* embedded(given, place) : convert(namedRules, given as unknown as Collection, place)
}

/** A collection within another need not have a context. */
function* embedded(given: Omit<Collection, "@context">, place: Place): Generator<void, Fields> {
  const items: Array<Fields> = []
  for (const [one, at] of placed<CollectionItem, Conversion>(given.items, place.at("items"))) {
    items.push(yield* member(one, at))
    yield
  }
  return {
    ...convert(collectionRules, given as Collection, place),
    ...services([...given.service ?? [], ...given.services ?? []], place),
    ...lists(items)
  }
}

/** A collection, with a pause after every member. */
export function* collection(given: Collection, place: Place): Generator<void, Fields> {
  return { "@context": contexts(given["@context"]), ...yield* embedded(given, place) }
}
