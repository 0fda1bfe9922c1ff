import type { Finding } from "../check/finding.ts"
import { finding } from "../check/rules.ts"
import { pathOf } from "../model/path.ts"
import { kindOf, maxDepth } from "../model/walk.ts"
import { type Obstacle, obstacleIn } from "../obstacle.ts"
import { thrown } from "../thrown.ts"

/** The most values that are written; a manifest of 1,000,000 canvases has fewer. */
const maxValues = 100_000_000

const findingOf = ({ kind, parts, value }: Obstacle): Finding => {
  const path = pathOf(parts)
  switch (kind) {
    case "foreign":
      return finding("value-kind", path, `it is ${kindOf(value)}`, { expected: "JSON", clause: "RFC 8259" })
    case "cycle":
      return finding("too-deep", path, "it contains itself")
    case "deep":
      return finding("too-deep", path, `it is nested more than ${maxDepth} levels deep`)
    case "large":
      return finding("too-large", path, `it has more than ${maxValues.toLocaleString("en")} values`)
    case "unreadable":
      return finding("unreadable", path, `reading it failed: ${thrown(value)}`)
  }
}

/** Why a value cannot be encoded as JSON, if it cannot. */
export const encodingProblem = (value: unknown): Finding | undefined => {
  const obstacle = obstacleIn(value, { depth: maxDepth, values: maxValues })
  return obstacle && findingOf(obstacle)
}
