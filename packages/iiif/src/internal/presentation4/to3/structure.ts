/** Collections, manifests, canvases and ranges of Presentation 4 in Presentation 3. */
import { context as presentation3 } from "../../../Presentation3.ts"
import { context, many, navPlaceContext } from "../names.ts"
import { type Convert, each, type Fields, list, object, one, type Place, type Rules } from "../place.ts"
import * as Annotations from "./annotations.ts"
import * as Resources from "./resources.ts"

const described: Rules = { ...Resources.structural, start: one, structures: each, supplementary: one }

const paged: Convert = (_, place) =>
  place.refuse("Presentation 3 has no pages of a collection: list all of its members in items")

export const classes: { readonly [type: string]: Convert } = {
  ...Resources.classes,
  ...Annotations.classes,
  Manifest: object({ ...described, items: list(Resources.container) }),
  Range: object(described),
  Collection: object({
    ...described,
    first: paged,
    last: Resources.lost,
    total: Resources.lost,
    start: (_, place) => place.lose("a collection has no start in Presentation 3: left out")
  })
}

export const { content } = Resources

/** The context of Presentation 3 is last; a place on a map needs that of its extension. */
const contexts = (given: unknown, hasNavPlace: boolean): unknown => {
  const others = many(given).filter((one) => one !== context)
  const extensions = hasNavPlace && !others.includes(navPlaceContext) ? [...others, navPlaceContext] : others
  return extensions.length === 0 ? presentation3 : [...extensions, presentation3]
}

const documents = new Set(["Manifest", "Collection", "CollectionPage", "AnnotationPage", "AnnotationCollection"])

/** Converts a whole document. */
export const document = (given: Fields, place: Place): unknown => {
  const { "@context": given4, ...rest } = given
  if (!many(given4).includes(context)) return place.at("@context").refuse("it is no Presentation 4 document")
  if (typeof given["type"] !== "string" || !documents.has(given["type"])) {
    return place.at("type").refuse(
      "it is no Presentation 4 manifest, collection, annotation page or annotation collection"
    )
  }
  const converted = one(rest, place)
  return place.made({ "@context": contexts(given4, place.world.hasNavPlace), ...converted as Fields })
}
