import type { Annotation, Canvas } from "../../../Presentation3.ts"
import type { Fields, Json } from "../../fields.ts"
import { quoted } from "../../quoted.ts"
import { playingTime } from "../fragment.ts"
import type { Place } from "../place.ts"
import { annotations, images, isOfPictures, lists, type Placed } from "./annotations.ts"
import { described } from "./described.ts"
import { as, convert, lost, nothing, type Rules, type } from "./rules.ts"

const rules: Rules<Canvas> = {
  ...described("Canvas"),
  "@context": nothing,
  annotations: nothing,
  type: type("sc:Canvas"),
  navDate: lost("Presentation 2 has no date for a canvas"),
  height: as("height"),
  width: as("width"),
  duration: lost("Presentation 2 has no duration of a canvas"),
  items: nothing
}

/** What is painted, in its order: images are separate from everything else. Clauses 5.3 and 5.5. */
const painted = ({ items }: Canvas, place: Place): ReadonlyArray<Placed> =>
  items.flatMap((page, index) => {
    const at = place.at(index)
    for (const key of Object.keys(page)) {
      if (!["@context", "id", "type", "items"].includes(key)) {
        at.at(key).lose("Presentation 2 has no pages of images that could have properties")
      }
    }
    return page.items.map((one, inner): Placed => [one, at.at("items").at(inner)])
  })

/** Texts, sound and video that are painted, as a list of annotations. */
function* paintedList(
  given: Canvas,
  others: ReadonlyArray<Placed>,
  place: Place
): Generator<void, Fields> {
  const page = given.items.find(({ items }) => items.length > 0 && items.every((one) => !isOfPictures(one)))
  const id = page === undefined || others.length > page.items.length ? `${given.id}/painted` : page.id
  return {
    "@id": place.conversion.rename(id),
    "@type": "sc:AnnotationList",
    resources: yield* annotations(others)
  }
}

/** Bodies are JSON, as the checker made sure. */
const timeOf = ({ body }: Pick<Annotation, "body">): number | undefined => playingTime(body as Json | undefined)

/** Whether the canvas plays something that says how long it is, which is all that Presentation 2 knows of its time. */
export const isPlayed = ({ items }: Canvas): boolean =>
  items.some(({ items }) => items.some((one) => (timeOf(one) ?? 0) > 0))

const noTime = "it does not say how long it is, and Presentation 2 has no duration of the canvas that would"

/** A canvas, with a pause after every annotation. */
export function* canvas(given: Canvas, place: Place, position: number): Generator<void, Fields> {
  if (given.width === undefined) place.refuse("Presentation 2 cannot show a canvas without width and height")
  if (given.label === undefined) {
    place.at("label").lose(`Presentation 2 asks for a label, which is ${quoted(`${position}`)}`)
  }
  const all = painted(given, place.at("items"))
  const pictures = all.filter(([one]) => isOfPictures(one))
  const others = all.filter(([one]) => !isOfPictures(one))
  const fields = convert(rules, given, place)
  for (const [one, at] of others) if (timeOf(one) === undefined) at.at("body").lose(noTime)
  const painting = others.length === 0 ? [] : [yield* paintedList(given, others, place)]
  const otherContent = yield* lists(given.annotations, place.at("annotations"), painting)
  const found: Array<Fields> = []
  for (const [one, at] of pictures) {
    found.push(...images(one, at))
    yield
  }
  return {
    ...fields,
    // Presentation 2 asks for a label.
    ...(given.label === undefined ? { label: `${position}` } : {}),
    images: found,
    ...otherContent
  }
}
