import type { CanvasReference, Selector, SpecificResource } from "../../Presentation3.ts"
import type { PageOrPart, Part, Region, Time } from "./place.ts"

/** The id of a page's canvas. */
export const canvasId = (manifest: string, page: string): string => `${manifest}/canvas/canvas:${page}`

export const xywhOf = ({ height, width, x, y }: Region): string => `${x},${y},${width},${height}`

/** A number that is not negative, without an exponent, which neither media fragments nor the Image API have. */
export const decimal = (value: number): string => {
  const text = String(value)
  const [, whole = "", fraction = "", exponent] = /^(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? []
  if (exponent === undefined) return text
  const shift = Number(exponent)
  const digits = whole + fraction
  return shift < 0 ? `0.${"0".repeat(-shift - 1)}${digits}` : digits.padEnd(shift + 1, "0")
}

/** A span of time as a media fragment. */
export const timeOf = ({ end, start }: Time): string =>
  end === undefined ? `t=${decimal(start)}` : `t=${decimal(start)},${decimal(end)}`

/** A rectangle, a span of time or both as a media fragment; "" for the whole. */
export const fragmentOf = ({ region, time }: Pick<Part, "region" | "time">): string =>
  [...(region === undefined ? [] : [`xywh=${xywhOf(region)}`]), ...(time === undefined ? [] : [timeOf(time)])].join("&")

export const fragmentSelector = (value: string): Selector => ({
  type: "FragmentSelector",
  value,
  conformsTo: "http://www.w3.org/TR/media-frags/"
})

/** A selector for what no fragment expresses: a point, or an outline. */
const pointOrOutline = ({ point, svg }: Part): Selector | undefined => {
  if (point !== undefined) return { type: "PointSelector", ...point }
  return svg === undefined ? undefined : { type: "SvgSelector", value: svg }
}

const specific = (source: SpecificResource["source"], selector: Selector): SpecificResource => ({
  type: "SpecificResource",
  source,
  selector
})

/** A part of a resource as the target of an annotation. */
export const targetPart = (source: string, part: Part): string | SpecificResource => {
  const selector = pointOrOutline(part)
  if (selector !== undefined) return specific(source, selector)
  const fragment = fragmentOf(part)
  return fragment === "" ? source : `${source}#${fragment}`
}

const selectorOf = (part: Part): Selector | undefined => {
  const fragment = fragmentOf(part)
  return pointOrOutline(part) ?? (fragment === "" ? undefined : fragmentSelector(fragment))
}

/**
 * A reference to a page or a part of one, for ranges and `start`. A span of time alone is a fragment of the canvas's
 * address, since viewers of sound and video read no other form; another part is a specific resource.
 */
export const canvasReference = (manifest: string, place: PageOrPart): CanvasReference => {
  if (typeof place === "string") return { id: canvasId(manifest, place), type: "Canvas" }
  const source = canvasId(manifest, place.page)
  const isTime = place.time !== undefined && place.region === undefined
  const selector = isTime ? pointOrOutline(place) : selectorOf(place)
  if (selector !== undefined) return specific(source, selector)
  return { id: isTime ? `${source}#${fragmentOf(place)}` : source, type: "Canvas" }
}

/** Where to start in a resource: a part has an id, which is derived from that of the resource. Clause 3.3.2, start. */
export const startReference = (manifest: string, resource: string, place: PageOrPart): CanvasReference => {
  const reference = canvasReference(manifest, place)
  return reference.type === "SpecificResource" ? { id: `${resource}/start`, ...reference } : reference
}

/** A page of the manifest, or a part of one, as what an annotation links to. */
export const linkedPage = (manifest: string, place: Exclude<PageOrPart, string>): SpecificResource => {
  const source = {
    id: canvasId(manifest, place.page),
    type: "Canvas",
    partOf: [{ id: manifest, type: "Manifest" }]
  } as const
  const selector = selectorOf(place)
  return selector === undefined ? { type: "SpecificResource", source } : specific(source, selector)
}
