/** What is wrong with parts of a whole: whether they are within it. */
import type { Finding } from "../check/finding.ts"
import { finding } from "../check/rules.ts"
import { quoted } from "../quoted.ts"
import type { Extent } from "./description.ts"
import type { Part, Region, Time } from "./place.ts"

type Findings = ReadonlyArray<Finding>

/** What something is part of. A canvas has only those dimensions that it says; those of other things may be unknown. */
export interface Whole extends Extent {
  readonly isCanvas?: boolean
}

/** If a canvas has no dimensions at all, that is what is wrong with it. */
const lacks = (dimension: "duration" | "width", whole: Whole): boolean =>
  whole.isCanvas === true && whole[dimension] === undefined &&
  (whole.duration ?? whole.width ?? whole.height) !== undefined

const lacking = (path: string, what: string, without: string): Findings => [
  finding("target-dimension", path, `it selects a ${what} of a canvas that has no ${without}`)
]

export const regionFindings = (path: string, part: Region | undefined, whole: Whole): Findings => {
  if (part === undefined) return []
  if (lacks("width", whole)) return lacking(path, "region", "width and height")
  const { height, width } = whole
  if (width === undefined || height === undefined) return []
  if (part.x + part.width <= width && part.y + part.height <= height) return []
  const message = `it is ${part.width} x ${part.height} at ${part.x},${part.y} but the whole is ${width} x ${height}`
  return [finding("region-outside", path, message)]
}

export const timeFindings = (path: string, time: Time | undefined, whole: Whole): Findings => {
  if (time === undefined) return []
  if (lacks("duration", whole)) return lacking(path, "time", "duration")
  const { duration } = whole
  const { end = duration ?? Infinity, start } = time
  if (start < end && end <= (duration ?? Infinity)) return []
  const limit = duration === undefined ? "" : `, and the whole lasts ${duration} seconds`
  const message = `it is from ${start} to ${end} seconds${limit}`
  return [
    finding("region-outside", path, message, {
      expected: "a span of time within the whole, with an end after its start",
      remedy: "correct start and end, in seconds"
    })
  ]
}

const pointFindings = (path: string, { point }: Part, whole: Whole): Findings => {
  if (point === undefined) return []
  if ((point.x ?? point.y) !== undefined && lacks("width", whole)) return lacking(path, "point", "width and height")
  if (point.t !== undefined && lacks("duration", whole)) return lacking(path, "time", "duration")
  const { duration, height, width } = whole
  const { t = 0, x = 0, y = 0 } = point
  if (x <= (width ?? Infinity) && y <= (height ?? Infinity) && t <= (duration ?? Infinity)) return []
  const message = `it is at ${
    ["x", "y", "t"].map((key) => `${key} ${String(Reflect.get(point, key) ?? "-")}`).join(", ")
  }`
  return [finding("region-outside", path, message, { expected: "a point within the whole" })]
}

/** A part is selected in one way. */
const wayFindings = (path: string, { point, region, svg, time }: Part): Findings => {
  const ways = [
    (region ?? time) === undefined ? [] : [region === undefined ? "time" : "region"],
    point === undefined ? [] : ["point"],
    svg === undefined ? [] : ["svg"]
  ].flat()
  if (ways.length > 1) {
    return [finding("value-kind", path, `it has ${ways.join(" and ")}`, {
      expected: "a region, a time or both; or a point; or an svg",
      remedy: "keep the one that is meant"
    })]
  }
  if (point === undefined || (point.x ?? point.y ?? point.t) !== undefined) return []
  return [finding("value-kind", `${path}.point`, "it has no x, y or t", { expected: "a point" })]
}

const outlineFindings = (path: string, svg: string | undefined): Findings =>
  svg === undefined || /<(?:\w+:)?svg[\s/>]/.test(svg) ? [] : [
    finding("selector", path, `it is ${quoted(svg)}`, {
      expected: "the text of an SVG",
      clause: "Web Annotation Data Model, 4.2.7",
      remedy: "write an svg element with the outline"
    })
  ]

export const partFindings = (path: string, part: Part, whole: Whole): Findings => [
  ...wayFindings(path, part),
  ...outlineFindings(`${path}.svg`, part.svg),
  ...regionFindings(`${path}.region`, part.region, whole),
  ...timeFindings(`${path}.time`, part.time, whole),
  ...pointFindings(`${path}.point`, part, whole)
]
