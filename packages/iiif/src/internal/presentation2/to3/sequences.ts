import type { Fields, Json } from "../../fields.ts"
import { each } from "../place.ts"
import { described } from "./described.ts"
import { append, convert, handled, lost, type Rules, types } from "./draft.ts"
import { viewingDirection } from "./hints.ts"
import { labelled, startCanvas } from "./references.ts"
import { type At, type Draft, idOf, isFields } from "./upgrade.ts"

/** A sequence that has its canvases with it. */
export interface Embedded {
  readonly given: Fields
  readonly place: At
  /** One canvas or a list. */
  readonly canvases: Json
}

/** The sequence whose order is that of the manifest, and the others. */
export interface Sequences {
  readonly first: Embedded
  readonly others: ReadonlyArray<Embedded>
}

const fetchIt = "the sequence is only referred to: fetch it, and embed it in the manifest"

/** The sequences that are embedded. The first gives the order of the pages; without one there is nothing to show. */
export const sequencesOf = (manifest: Fields, place: At): Sequences | undefined => {
  const at = place.at("sequences")
  const embedded: Array<Embedded> = []
  const referenced: Array<At> = []
  each(manifest["sequences"] ?? [], at, (given, inner) => {
    const canvases = isFields(given) ? given["canvases"] ?? [] : []
    if (isFields(given) && !(Array.isArray(canvases) && canvases.length === 0)) {
      embedded.push({ given, place: inner, canvases })
    } else referenced.push(inner)
  })
  const [first, ...others] = embedded
  for (const one of referenced) {
    if (first === undefined) one.refuse(fetchIt)
    else one.lose("Presentation 3 has no sequences, and this one is only referred to: fetch it, and embed its canvases")
  }
  if (first === undefined && referenced.length === 0) at.refuse("there is no sequence, and so no canvas")
  return first === undefined ? undefined : { first, others }
}

const noSequence = "Presentation 3 has no sequences, only their canvases"

/** What the first sequence adds to the manifest. */
const rules: Rules = new Map([
  ...described,
  ["@id", lost(noSequence)],
  ["@type", types("Sequence")],
  ["label", lost(noSequence)],
  ["viewingHint", handled],
  ["viewingDirection", handled],
  ["startCanvas", startCanvas],
  ["canvases", handled]
])

const hint = new Map(described).get("viewingHint")

/** The direction and the hints of a sequence, which come before those of the manifest. Clause 3.3, viewingDirection. */
export const convertHints = ({ given, place }: Embedded, manifest: Draft): void => {
  for (const [key, rule] of [["viewingDirection", viewingDirection], ["viewingHint", hint]] as const) {
    const value = given[key]
    if (value !== undefined && value !== null) rule?.(value, place.at(key), manifest)
  }
}

export const convertFirst = ({ given, place }: Embedded, manifest: Draft): void =>
  convert(rules, given, place, manifest)

const rangeRules: Rules = new Map([
  ...described,
  ["@type", types("Sequence")],
  ["viewingDirection", viewingDirection],
  ["startCanvas", startCanvas],
  ["canvases", handled]
])

/** The canvases of the first sequence as given, by their ids. */
export type Given = ReadonlyMap<string, Fields>

const asReference = (canvas: Json, place: At, given: Given, labels: ReadonlyMap<string, Json | undefined>) => {
  const first = given.get(idOf(canvas) ?? "")
  const isSame = first !== undefined && JSON.stringify(first) === JSON.stringify(canvas)
  return labelled(isSame ? first["@id"] ?? "" : canvas, place, labels)
}

/** Another order of the pages: a range with the behavior `sequence`. Presentation 3.0, 3.2, behavior. */
export const asRange = (
  { canvases, given, place }: Embedded,
  position: number,
  first: Given,
  labels: ReadonlyMap<string, Json | undefined>
): Json | undefined => {
  const { conversion } = place
  const own = idOf(given["@id"])
  const address = own === undefined
    ? `${conversion.root}/sequence/${position}`
    : conversion.identity(own, place.at("@id"))
  const id = conversion.own(address, own === undefined ? undefined : place.at("@id"))
  const draft: Draft = { type: "Range", id, fields: { id, type: "Range", behavior: ["sequence"] } }
  convert(rangeRules, given, place, draft)
  each(canvases, place.at("canvases"), (canvas, at) => {
    const reference = asReference(canvas, at, first, labels)
    if (reference !== undefined) append(draft, "items", reference)
  })
  if (draft.fields["items"] === undefined) {
    place.lose("it has no canvas of the first sequence, and Presentation 3 has one list of canvases")
    return undefined
  }
  return conversion.from(draft.fields, place)
}
