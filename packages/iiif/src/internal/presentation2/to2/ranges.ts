import * as Schema from "effect/Schema"
import { type Canvas, type CanvasReference, LanguageMap, type Range } from "../../../Presentation3.ts"
import type { Fields, Json } from "../../fields.ts"
import { usableAddress, usableFragment } from "../fragment.ts"
import { many, type Place } from "../place.ts"
import { sourceOf } from "./annotations.ts"
import { described } from "./described.ts"
import { as, convert, lost, nothing, only, type Rules, type } from "./rules.ts"
import { text, textOf } from "./text.ts"

/** The address of a canvas, with a fragment for a part of it. */
export const canvasId = (given: Canvas | CanvasReference, place: Place): string => {
  if (given.type === "Canvas") {
    if (!("items" in given)) only(given, place, "id", "type", "label")
    return place.conversion.rename(usableAddress(given.id, place.at("id")))
  }
  only(given, place, "type", "source", "selector", "label")
  const { selector, source } = given
  if (typeof source === "object") only(source, place.at("source"), "id", "type")
  const canvas = sourceOf(source)
  const full = place.conversion.rename(usableAddress(canvas, place.at("source")))
  const selectors = selector === undefined ? [] : many(selector)
  const found = selectors.find((one) => typeof one === "object" && one.type === "FragmentSelector")
  const isAll = selectors.length < 2 && (found !== undefined || selectors.length === 0)
  if (!isAll) place.at("selector").lose("Presentation 2 can refer only to rectangles of canvases")
  if (typeof found === "object" && isAll) only(found, place.at("selector"), "type", "value")
  const fragment = typeof found === "object" && found.type === "FragmentSelector"
    ? usableFragment(found.value, canvas, place.at("selector"))
    : undefined
  return fragment === undefined ? full : `${full}#${fragment}`
}

/** The labels of canvases and ranges, which references to them repeat. */
export type Labels = ReadonlyMap<string, LanguageMap | undefined>

interface Entry {
  readonly kind: "sc:Range" | "sc:Canvas"
  readonly id: string
  /** The label of the reference itself, or of what it refers to. */
  readonly label: LanguageMap | undefined
  readonly hasOwnLabel: boolean
}

/** The type of a part of a canvas has no label, so that one may be anything. */
const isText = Schema.is(LanguageMap)

const entryOf = (labels: Labels) => (item: Range["items"][number], place: Place): Entry => {
  const isRange = item.type === "Range"
  const isWhole = "items" in item
  if (isRange && !isWhole) only(item, place, "id", "type", "label")
  const given = item.type === "SpecificResource" ? sourceOf(item.source) : item.id
  const own = "label" in item && !isWhole && isText(item.label) ? item.label : undefined
  if (isWhole && item.type === "Canvas") place.lose("Presentation 2 can only refer to a canvas in a range")
  const label = own ?? (isWhole ? item.label : labels.get(given))
  return {
    kind: isRange ? "sc:Range" : "sc:Canvas",
    id: isRange ? place.conversion.rename(item.id) : canvasId(item, place),
    label,
    hasOwnLabel: own !== undefined && JSON.stringify(own) !== JSON.stringify(labels.get(given))
  }
}

/** Ranges and canvases separately, or together if their order matters or they have labels of their own. Clause 5.6. */
const entries = (all: ReadonlyArray<Entry>): Fields => {
  const ids = (kind: Entry["kind"]) => all.filter((one) => one.kind === kind).map(({ id }) => id)
  const [ranges, canvases] = [ids("sc:Range"), ids("sc:Canvas")]
  if ((ranges.length > 0 && canvases.length > 0) || all.some(({ hasOwnLabel }) => hasOwnLabel)) {
    return {
      members: all.map(({ id, kind, label }): Json => ({
        "@id": id,
        "@type": kind,
        label: label === undefined ? "" : textOf(label)
      }))
    }
  }
  return ranges.length > 0 ? { ranges } : { canvases }
}

const rules: Rules<Range> = {
  ...described("Range"),
  type: type("sc:Range"),
  navDate: lost("Presentation 2 has no date for a range"),
  viewingDirection: as("viewingDirection"),
  start: (given, place) => ({ startCanvas: canvasId(given, place) }),
  supplementary: (layer, place) => {
    const { id, label } = layer
    only(layer, place, "id", "type", "label")
    return {
      contentLayer: {
        "@id": place.conversion.rename(id),
        "@type": "sc:Layer",
        ...(label === undefined ? {} : text("label")(label))
      }
    }
  },
  items: nothing
}

/** Marks a range in which there are others as the top of a hierarchy. Clause 3.3, viewingHint. */
const asTop = (fields: Fields): Fields => {
  const { viewingHint } = fields
  const hints = viewingHint === undefined ? [] : Array.isArray(viewingHint) ? viewingHint : [viewingHint]
  return { ...fields, viewingHint: hints.length === 0 ? "top" : ["top", ...hints] }
}

/** Flattens a range: Presentation 2 lists ranges side by side, and one refers to those within it by their ids. */
export const flatten = (given: Range, place: Place, labels: Labels, isTop: boolean, into: Array<Fields>): void => {
  const at = place.at("items")
  const fields = convert(rules, given, place)
  const hasRanges = given.items.some(({ type }) => type === "Range")
  const list = entries(given.items.map((item, index) => entryOf(labels)(item, at.at(index))))
  into.push({ ...(isTop && hasRanges ? asTop(fields) : fields), ...list })
  for (const [index, item] of given.items.entries()) {
    if (item.type === "Range" && "items" in item) flatten(item, at.at(index), labels, false, into)
  }
}

/** The labels of all ranges, at any depth. */
export const addLabels = (ranges: ReadonlyArray<Range>, labels: Map<string, LanguageMap | undefined>): void => {
  for (const range of ranges) {
    labels.set(range.id, range.label)
    addLabels(range.items.filter((item): item is Range => item.type === "Range" && "items" in item), labels)
  }
}
