import type { LanguageMap, Manifest } from "../../../Presentation3.ts"
import type { Fields, Json } from "../../fields.ts"
import type { Place } from "../place.ts"
import { lists } from "./annotations.ts"
import { canvas, isPlayed } from "./canvas.ts"
import { described } from "./described.ts"
import { addLabels, canvasId, flatten } from "./ranges.ts"
import { as, convert, nothing, type Rules, type } from "./rules.ts"
import { services } from "./services.ts"

const rules: Rules<Manifest> = {
  ...described("Manifest"),
  "@context": nothing,
  type: type("sc:Manifest"),
  navDate: as("navDate"),
  viewingDirection: as("viewingDirection"),
  start: nothing,
  service: nothing,
  services: nothing,
  annotations: nothing,
  items: nothing,
  structures: nothing
}

export const context = "http://iiif.io/api/presentation/2/context.json"

const known = /^https?:\/\/iiif\.io\/api\/presentation\/[23]\/context\.json$/

/** The context of Presentation 2, and those of extensions. */
export const contexts = (given: Manifest["@context"]): Json => {
  const others = (typeof given === "string" ? [given] : given).filter((one) => !known.test(one))
  return others.length === 0 ? context : [context, ...others]
}

const sequence = (given: Manifest, canvases: ReadonlyArray<Fields>, place: Place): Json => ({
  "@id": `${place.conversion.rename(given.id)}/sequence/normal`,
  "@type": "sc:Sequence",
  ...(given.viewingDirection === undefined ? {} : { viewingDirection: given.viewingDirection }),
  ...(given.start === undefined ? {} : { startCanvas: canvasId(given.start, place.at("start")) }),
  canvases
})

/** A manifest, with a pause after every annotation, every canvas and every range at the top. */
export function* manifest(given: Manifest, place: Place): Generator<void, Fields> {
  const canvases: Array<Fields> = []
  const labels = new Map<string, LanguageMap | undefined>()
  for (const one of given.items) if (!isPlayed(one)) place.conversion.timeless.add(one.id)
  for (const [index, one] of given.items.entries()) {
    canvases.push(yield* canvas(one, place.at("items").at(index), index + 1))
    labels.set(one.id, one.label)
    yield
  }
  addLabels(given.structures ?? [], labels)
  const structures: Array<Fields> = []
  for (const [index, range] of (given.structures ?? []).entries()) {
    flatten(range, place.at("structures").at(index), labels, true, structures)
    yield
  }
  return {
    "@context": contexts(given["@context"]),
    ...convert(rules, given, place),
    ...yield* lists(given.annotations, place.at("annotations")),
    ...services([...given.service ?? [], ...given.services ?? []], place),
    sequences: [sequence(given, canvases, place)],
    ...(structures.length === 0 ? {} : { structures })
  }
}
