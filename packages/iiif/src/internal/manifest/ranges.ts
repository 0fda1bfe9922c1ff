import type { Range } from "../../Presentation3.ts"
import { range as rangeClass } from "../presentation3/structureTables.ts"
import { describeAll } from "./canvas.ts"
import type { Mutable } from "./described.ts"
import type { Section } from "./description.ts"
import { type Form, textOf } from "./form.ts"
import { inOrder } from "./order.ts"
import { canvasReference, startReference } from "./parts.ts"

type Item = Section["items"][number]

export const isSection = (item: Item): item is Section => typeof item === "object" && "items" in item

/** A section as a range, whose id ends in its place in the table of contents: `range:2.1`. */
const range = (manifest: string, section: Section, place: string, form: Form): Range => {
  const id = `${manifest}/range/range:${place}`
  const { label, start, supplementary, viewingDirection } = section
  const properties: Partial<Mutable<Range>> = {}
  if (label !== undefined) properties.label = textOf(label, form)
  if (viewingDirection !== undefined) properties.viewingDirection = viewingDirection
  describeAll(properties, section, form, id)
  if (start !== undefined) properties.start = startReference(manifest, id, start)
  if (supplementary !== undefined) properties.supplementary = supplementary
  let sections = 0
  const items = section.items.map((item): Range["items"][number] => {
    if (isSection(item)) return range(manifest, item, `${place}.${++sections}`, form)
    return typeof item === "object" && "type" in item ? item : canvasReference(manifest, item)
  })
  return inOrder(rangeClass, { id, type: "Range", ...properties, items })
}

export const rangesOf = (manifest: string, contents: ReadonlyArray<Section>, form: Form): ReadonlyArray<Range> =>
  contents.map((section, index) => range(manifest, section, String(index + 1), form))
