import type * as Schema from "effect/Schema"
import { visible } from "../../base/internal/text.ts"
import type { DeliveryError, ImageInfo, Observation } from "../Delivery.ts"
import type { Verdict } from "../Fate.ts"
import { names } from "./judge.ts"
import type { Judged } from "./servedWatch.ts"
import { type Unserved, unserved } from "./unserved.ts"

/** What was seen, as `Look.Sight` has it. */
interface Sight {
  readonly url: string
  readonly verdict: Verdict
  readonly evidence: {
    readonly status?: number
    readonly header?: string
    readonly size?: string
    readonly declares?: string
    readonly problem?: string
  }
}

type Size = { readonly width: number; readonly height: number }

interface ExpectedImage {
  /** What info.json must name: an id, or the address of the service. */
  readonly name: string
  readonly sizes: ReadonlyArray<Size>
  /** Whether the size must be one of them, and not just the shape. */
  readonly exact: boolean
}

const sightOfNothing = (seen: Unserved): Judged<Sight> => {
  const { evidence: { header, status }, url } = seen
  const told = unserved(seen)
  const verdict = told.standing === "NotServedYet" ? "missing" : "unknown"
  const evidence = { status, ...(header === undefined ? {} : { header }), problem: told.problem }
  return { ...told, fate: { url, verdict, evidence } }
}

const served = (url: string, problem: string | undefined, more: Sight["evidence"]): Judged<Sight> =>
  problem === undefined
    ? { fate: { url, verdict: "ok", evidence: more }, standing: "Served", problem: "" }
    : { fate: { url, verdict: "wrong", evidence: { ...more, problem } }, standing: "NotServedYet", problem }

export const unansweredSight = ({ reason, url }: DeliveryError): Sight => ({
  url,
  verdict: "unknown",
  evidence: {
    ...("evidence" in reason ? { status: reason.evidence.status } : {}),
    problem: reason.message
  }
})

/** The same shape, but for what rounding the sides of a smaller copy makes of it. */
const isSameShape = (a: Size, b: Size): boolean =>
  Math.abs(a.width * b.height - b.width * a.height) <= Math.max(a.width + a.height, b.width + b.height)

const text = ({ height, width }: Size) => `${width} x ${height}`

export const sightOfImage =
  ({ exact, name, sizes }: ExpectedImage) => (seen: Observation<ImageInfo>): Judged<Sight> => {
    if (seen._tag !== "Served") return sightOfNothing(seen)
    const { url, value } = seen
    const size = text(value)
    if (!names(value.id, name, url)) {
      return served(url, `served as ${visible(value.id)}`, { size, declares: visible(value.id) })
    }
    const fits = sizes.length === 0 ||
      sizes.some((other) => size === text(other) || (!exact && isSameShape(value, other)))
    return served(
      url,
      fits ? undefined : `served as ${size} instead of ${[...new Set(sizes.map(text))].join(" or ")}`,
      { size }
    )
  }

export const sightOfManifest =
  (problem: (json: Schema.Json) => string | undefined) => (seen: Observation<Schema.Json>): Judged<Sight> =>
    seen._tag === "Served" ? served(seen.url, problem(seen.value), {}) : sightOfNothing(seen)
