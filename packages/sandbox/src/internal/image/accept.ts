/** Content negotiation of the image information (RFC 9110, 12.5.1; Image API 3.0, 5.1). */
import type { ApiVersion } from "./imageRequest.ts"
import { CONTEXT } from "./info.ts"

export const JSON_TYPE = "application/json"
export const LD_TYPE = "application/ld+json"

interface Range {
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
  readonly weight: number
}

const RANGE = /[^,"]+(?:"[^"]*"[^,"]*)*/g
const PARAMETER = /;\s*([^\s=;"]+)\s*=\s*(?:"([^"]*)"|([^\s;"]+))/g
const LONGEST = 4096

const rangeOf = (text: string): Range => {
  const parameters = new Map<string, string>()
  for (const [, name = "", quoted, plain = ""] of text.matchAll(PARAMETER)) {
    parameters.set(name.toLowerCase(), quoted ?? plain)
  }
  const weight = Number(parameters.get("q") ?? 1)
  return { type: (text.split(";", 1)[0] ?? "").trim().toLowerCase(), parameters, weight: weight >= 0 ? weight : 0 }
}

const ranges = (accept: string): ReadonlyArray<Range> =>
  (accept.slice(0, LONGEST).match(RANGE) ?? []).map(rangeOf).filter(({ weight }) => weight > 0)

const versionOf = ({ parameters }: Range): ApiVersion | undefined => {
  const profile = parameters.get("profile")
  return profile === CONTEXT[2] ? "2" : profile === CONTEXT[3] ? "3" : undefined
}

const heaviest = (found: ReadonlyArray<Range>): Range | undefined =>
  found.reduce<Range | undefined>(
    (best, range) => best !== undefined && best.weight >= range.weight ? best : range,
    undefined
  )

/** The version that is asked for by its profile, if any. */
export const version = (accept: string | undefined): ApiVersion | undefined => {
  const best = heaviest(ranges(accept ?? "").filter((range) => versionOf(range) !== undefined))
  return best && versionOf(best)
}

/** Whether the client asks for JSON-LD rather than for plain JSON; undefined if it has no preference. */
export const prefersJsonLd = (accept: string | undefined): boolean | undefined => {
  const best = heaviest(ranges(accept ?? "").filter(({ type }) => type === JSON_TYPE || type === LD_TYPE))
  return best && best.type === LD_TYPE
}
