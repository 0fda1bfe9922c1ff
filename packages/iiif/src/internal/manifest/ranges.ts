import type { CanvasReference, Range } from "../../Presentation3.ts"
import { canvasId } from "./canvas.ts"
import { describe, type Mutable } from "./described.ts"
import type { PageOrPart, Section } from "./description.ts"
import { type Form, textOf } from "./form.ts"
import { fragment } from "./image.ts"

/** A reference to a page or a part of one, for ranges and `start`. */
export const canvasReference = (manifest: string, place: PageOrPart): CanvasReference => {
  if (typeof place === "string") return { id: canvasId(manifest, place), type: "Canvas" }
  const source = canvasId(manifest, place.page)
  return {
    type: "SpecificResource",
    source,
    selector: {
      type: "FragmentSelector",
      value: fragment(place.region),
      conformsTo: "http://www.w3.org/TR/media-frags/"
    }
  }
}

export const isSection = (item: PageOrPart | Section): item is Section => typeof item === "object" && "items" in item

/** A section as a range, whose id ends in its place in the table of contents: `range:2.1`. */
const range = (manifest: string, section: Section, place: string, form: Form): Range => {
  let sections = 0
  const properties: Partial<Mutable<Range>> = { label: textOf(section.label, form) }
  if (section.viewingDirection !== undefined) properties.viewingDirection = section.viewingDirection
  describe(properties, section, form)
  if (section.thumbnail !== undefined) properties.thumbnail = section.thumbnail
  const items = section.items.map((item) =>
    isSection(item) ? range(manifest, item, `${place}.${++sections}`, form) : canvasReference(manifest, item)
  )
  return { id: `${manifest}/range/range:${place}`, type: "Range", ...properties, items }
}

export const rangesOf = (manifest: string, contents: ReadonlyArray<Section>, form: Form): ReadonlyArray<Range> =>
  contents.map((section, index) => range(manifest, section, String(index + 1), form))
