import type { Fields, Json } from "../../fields.ts"
import { quoted } from "../../quoted.ts"
import { usableFragment } from "../fragment.ts"
import { loseOtherTypes } from "./draft.ts"
import { ownLabel } from "./links.ts"
import { type At, canvasPart, idOf, isFields, type Rule } from "./upgrade.ts"

const notHere = (given: string): string => `${quoted(given)} is no canvas of this manifest`

/** A canvas of the manifest, or a part of one, by reference. `undefined` if the manifest has no such canvas. */
export const canvasReference = (value: Json, place: At): Fields | undefined => {
  const given = idOf(value)
  const part = given === undefined ? undefined : canvasPart(place.conversion, given)
  if (part === undefined) {
    place.lose(given === undefined ? "it is not the address of a canvas" : notHere(given))
    return undefined
  }
  const fragment = usableFragment(part.fragment, part.id, place)
  return fragment === undefined
    ? { id: part.id, type: "Canvas" }
    : { type: "SpecificResource", source: part.id, selector: { type: "FragmentSelector", value: fragment } }
}

/** A reference with its own label, if it calls the canvas something else than the canvas itself does. */
export const labelled = (
  value: Json,
  place: At,
  labels: ReadonlyMap<string, Json | undefined>
): Fields | undefined => {
  const reference = canvasReference(value, place)
  if (reference === undefined || !isFields(value)) return reference
  for (const key of Object.keys(value)) {
    if (key !== "@id" && key !== "@type" && key !== "label") place.at(key).lose("the canvas is only named here")
  }
  loseOtherTypes(value["@type"], place, "Canvas")
  const id = String(reference["id"] ?? reference["source"])
  return { ...reference, ...ownLabel(value["label"], place.at("label"), labels.get(id)) }
}

/** A part to start at has an id. Presentation 3.0, 3.3.2, start. */
const withStartId = (reference: Fields, of: Json | undefined): Fields =>
  reference["type"] === "SpecificResource" ? { id: `${String(of)}/start`, ...reference } : reference

/** Where to begin. Clause 3.4, startCanvas. */
export const startCanvas: Rule = (value, place, { fields }) => {
  const reference = canvasReference(value, place)
  if (reference === undefined) return
  if (fields["start"] === undefined) fields["start"] = withStartId(reference, fields["id"])
  else place.lose("another start comes first")
}
