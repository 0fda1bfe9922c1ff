import type { Fields, Json } from "../../fields.ts"
import { quoted } from "../../quoted.ts"
import { usableFragment } from "../fragment.ts"
import { each, many } from "../place.ts"
import { loseOtherTypes, shortName } from "./draft.ts"
import { selectors } from "./selectors.ts"
import { type At, canvasPart, idOf, isFields } from "./upgrade.ts"

/** The canvas that an annotation is on, where it can be on no other. */
export interface On {
  readonly canvas: string
}

/** The address of a target. */
const address = (given: string, place: At): { readonly id: string; readonly fragment: string } => {
  const { conversion } = place
  const canvas = canvasPart(conversion, given)
  if (canvas === undefined) {
    const known = conversion.address(given, place)
    const [base = "", ...rest] = (known ?? conversion.identity(given, place)).split("#")
    return { id: base, fragment: rest.length === 0 ? "" : `#${rest.join("#")}` }
  }
  const fragment = usableFragment(canvas.fragment, canvas.id, place)
  return { id: canvas.id, fragment: fragment === undefined ? "" : `#${fragment}` }
}

/** The selectors of a target on a canvas. */
const selectorsOf = (given: Json, canvas: string, place: At): Json | undefined => {
  const found = selectors(given, place)
  const kept = many<Json>(found ?? []).flatMap((one): ReadonlyArray<Json> => {
    if (!isFields(one) || one["type"] !== "FragmentSelector") return [one]
    const value = usableFragment(String(one["value"]), canvas, place)
    return value === undefined ? [] : [{ ...one, value }]
  })
  return kept.length > 1 ? kept : kept[0]
}

/** Puts the target on the canvas that has the annotation in its images, as Presentation 3 asks for. */
const onCanvas = (id: string, place: At, on: On | undefined): string => {
  if (on === undefined || id === on.canvas) return id
  place.lose(`${quoted(id)} is not the canvas that has the annotation, which is the target`)
  return on.canvas
}

const text = (given: string, place: At, on: On | undefined): string => {
  const { fragment, id } = address(given, place)
  return `${onCanvas(id, place, on)}${fragment}`
}

const classes: ReadonlyMap<string, string> = new Map(Object.entries({
  Canvas: "Canvas",
  Manifest: "Manifest",
  Range: "Range",
  Collection: "Collection",
  AnnotationList: "AnnotationPage",
  Layer: "AnnotationCollection",
  Annotation: "Annotation"
}))

/** The class of a target: a canvas, if it does not say another that may be one. */
const typeOf = (given: Fields, place: At): string => {
  const found: Array<string> = []
  each(given["@type"] ?? [], place.at("@type"), (one, at) => {
    const name = typeof one === "string" ? shortName(one) : ""
    const type = classes.get(name)
    if (type === undefined) at.lose("Presentation 3 has no target of this class")
    else found.push(type)
  })
  return found[0] ?? "Canvas"
}

/** What the target is within: the manifest that its canvas is in. */
const partOf = (given: Fields, place: At): ReadonlyArray<Json> => {
  const parts: Array<Json> = []
  each(given["within"] ?? [], place.at("within"), (one, at) => {
    const id = idOf(one)
    const uri = id === undefined ? undefined : at.conversion.address(id, at)
    if (uri === undefined) return at.lose("it is not the http URI of a manifest")
    parts.push({ id: uri, type: isFields(one) && one["@type"] !== undefined ? typeOf(one, at) : "Manifest" })
    if (isFields(one)) loseOthers(one, ["@id", "@type"], at)
  })
  return parts
}

const loseOthers = (given: Fields, known: ReadonlyArray<string>, place: At): void => {
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) place.at(key).lose("a target of Presentation 3 has no such property")
  }
}

/** A resource as the target: its address, and its type and what it is part of where that is said. */
const whole = (given: Fields, place: At, on: On | undefined): Json | undefined => {
  const id = idOf(given)
  if (id === undefined) {
    place.lose("the target has no @id")
    return undefined
  }
  loseOthers(given, ["@id", "@type", "within"], place)
  const target = text(id, place.at("@id"), on)
  const parts = partOf(given, place)
  const type = typeOf(given, place)
  return parts.length === 0 ? target : { id: target, type, partOf: parts }
}

/** A part of a resource. */
const part = (given: Fields, place: At, on: On | undefined): Json | undefined => {
  const full = given["full"] ?? given["source"]
  const id = idOf(full)
  if (id === undefined) {
    place.lose("the target has no resource that it is a part of")
    return undefined
  }
  loseOthers(given, ["@id", "@type", "full", "source", "selector", "within", "style"], place)
  loseOtherTypes(given["@type"], place, "SpecificResource")
  if (given["full"] !== undefined && given["source"] !== undefined) {
    place.at("source").lose("the target is that in full")
  }
  if (isFields(full)) loseOthers(full, ["@id", "@type", "within"], place.at("full"))
  const source = text(id, place.at("full"), on)
  const parts = [...partOf(given, place), ...(isFields(full) ? partOf(full, place.at("full")) : [])]
  const selector = given["selector"] === undefined
    ? undefined
    : selectorsOf(given["selector"], source.split("#")[0] ?? "", place.at("selector"))
  const own = typeof given["@id"] === "string" ? place.conversion.address(given["@id"], place.at("@id")) : undefined
  if (given["@id"] !== undefined && own === undefined) place.at("@id").lose("it is no http URI")
  const { style } = given
  if (style !== undefined && typeof style !== "string") place.at("style").lose("it is not the name of a style")
  return {
    ...(own === undefined ? {} : { id: own }),
    type: "SpecificResource",
    source: parts.length === 0
      ? source
      : { id: source, type: isFields(full) ? typeOf(full, place.at("full")) : "Canvas", partOf: parts },
    ...(selector === undefined ? {} : { selector }),
    ...(typeof style === "string" ? { styleClass: style } : {})
  }
}

const target = (given: Json, place: At, on: On | undefined): Json | undefined => {
  if (typeof given === "string" && given !== "") return text(given, place, on)
  if (isFields(given)) return (given["full"] ?? given["selector"] ?? given["source"] ? part : whole)(given, place, on)
  place.lose("it is not the address of a target")
  return undefined
}

/** The targets of an annotation; `undefined` if there is none. Clauses 5.4 and 6.1. */
export const targets = (given: Json, place: At, on: On | undefined): Json | undefined => {
  const found: Array<Json> = []
  each(given, place, (one, at) => {
    const converted = target(one, at, on)
    if (converted !== undefined) found.push(converted)
  })
  return found.length > 1 ? found : found[0]
}

/** Whether all targets are on one canvas, or on parts of it. */
export const isOn = (targets: Json, canvas: string): boolean => {
  if (Array.isArray(targets)) return (targets as ReadonlyArray<Json>).every((one) => isOn(one, canvas))
  const address = isFields(targets) ? targets["source"] ?? targets["id"] : targets
  return typeof address === "string" ? address.split("#")[0] === canvas : isFields(address) && isOn(address, canvas)
}
