/** What is wrong with parts of a whole: whether they are within it. */
import type { Finding } from "../check/finding.ts"
import { finding } from "../check/rules.ts"
import type { Extent } from "./description.ts"
import type { Part, Region, Time } from "./place.ts"

type Findings = ReadonlyArray<Finding>

export const regionFindings = (path: string, part: Region | undefined, { height, width }: Extent): Findings => {
  if (part === undefined || width === undefined || height === undefined) return []
  if (part.x + part.width <= width && part.y + part.height <= height) return []
  const message = `it is ${part.width} x ${part.height} at ${part.x},${part.y} but the whole is ${width} x ${height}`
  return [finding("region-outside", path, message)]
}

export const timeFindings = (path: string, time: Time | undefined, { duration }: Extent): Findings => {
  if (time === undefined) return []
  const { end = duration ?? Infinity, start } = time
  if (start < end && end <= (duration ?? Infinity)) return []
  const whole = duration === undefined ? "" : `, and the whole lasts ${duration} seconds`
  const message = `it is from ${start} to ${end} seconds${whole}`
  return [
    finding("region-outside", path, message, {
      expected: "a span of time within the whole, with an end after its start",
      remedy: "correct start and end, in seconds"
    })
  ]
}

const pointFindings = (path: string, { point }: Part, { duration, height, width }: Extent): Findings => {
  if (point === undefined) return []
  const { t = 0, x = 0, y = 0 } = point
  if (x <= (width ?? Infinity) && y <= (height ?? Infinity) && t <= (duration ?? Infinity)) return []
  const message = `it is at ${
    ["x", "y", "t"].map((key) => `${key} ${String(Reflect.get(point, key) ?? "-")}`).join(", ")
  }`
  return [finding("region-outside", path, message, { expected: "a point within the whole" })]
}

export const partFindings = (path: string, part: Part, whole: Extent): Findings => [
  ...regionFindings(`${path}.region`, part.region, whole),
  ...timeFindings(`${path}.time`, part.time, whole),
  ...pointFindings(`${path}.point`, part, whole)
]
