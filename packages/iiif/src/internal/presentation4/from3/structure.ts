/** Collections, manifests, canvases and ranges of Presentation 3 in Presentation 4. */
import { context as presentation3 } from "../../../Presentation3.ts"
import { context, many } from "../names.ts"
import { type Convert, each, type Fields, list, object, one, type Place, type Rules } from "../place.ts"
import * as Annotations from "./annotations.ts"
import * as Resources from "./resources.ts"

const { container, shared } = Resources

const structural: Rules = {
  ...shared,
  start: one, // clause "start": a container or a part of one
  structures: each,
  supplementary: one
}

export const classes: { readonly [type: string]: Convert } = {
  ...Resources.classes,
  ...Annotations.classes,
  Manifest: object({ ...structural, items: list(container) }),
  Collection: object(structural),
  Range: object(structural)
}

export const { content, typeOf } = Resources

/** Clause "JSON-LD Contexts and Extensions": this context is last, and those of extensions come before it. */
const contexts = (given: unknown): unknown => {
  const others = many(given).filter((one) => one !== undefined && one !== presentation3 && one !== context)
  return others.length === 0 ? context : [...others, context]
}

const documents = new Set(["Manifest", "Collection", "AnnotationPage", "AnnotationCollection"])

/** Converts a whole document. */
export const document = (given: Fields, place: Place): unknown => {
  const { "@context": given3, ...rest } = given
  if (many(given3).includes(context)) return place.at("@context").refuse("it is a Presentation 4 document already")
  if (typeof given["type"] !== "string" || !documents.has(given["type"])) {
    return place.at("type").refuse(
      "it is no Presentation 3 manifest, collection, annotation page or annotation collection"
    )
  }
  return place.made({ "@context": contexts(given3), ...one(rest, place) as Fields })
}
