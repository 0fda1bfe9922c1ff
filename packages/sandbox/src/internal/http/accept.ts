/** Media ranges of an Accept header (RFC 9110, 12.5.1), and the version of a IIIF API that a profile in them names. */

export interface MediaRange {
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
  readonly weight: number
}

/** Text between commas, other than those in quotes. */
const RANGE = /(?:[^,"]|"[^"]*"?)+/g
const PARAMETER = /;\s*([^\s=;"]+)\s*=\s*(?:"([^"]*)"|([^\s;"]+))/g
const LONGEST = 8192

const rangeOf = (text: string): MediaRange => {
  const parameters = new Map<string, string>()
  for (const [, name = "", quoted, plain = ""] of text.matchAll(PARAMETER)) {
    parameters.set(name.toLowerCase(), (quoted ?? plain).trim())
  }
  const weight = Number(parameters.get("q") ?? 1)
  return { type: (text.split(";", 1)[0] ?? "").trim().toLowerCase(), parameters, weight: weight > 0 ? weight : 0 }
}

/** The acceptable ranges in the order of the header. */
const ranges = (accept: string | undefined): ReadonlyArray<MediaRange> =>
  ((accept ?? "").slice(0, LONGEST).match(RANGE) ?? []).map(rangeOf).filter(({ weight }) => weight > 0)

/** The range with the highest weight, the first of several, for which `select` returns something. */
export const preferred = <A>(
  accept: string | undefined,
  select: (range: MediaRange) => A | undefined
): A | undefined => {
  const known = ranges(accept).flatMap((range) => {
    const value = select(range)
    return value === undefined ? [] : [{ value, weight: range.weight }]
  })
  const highest = Math.max(...known.map(({ weight }) => weight))
  return known.find(({ weight }) => weight === highest)?.value
}

const PROFILE = /^https?:\/\/iiif\.io\/api\/(presentation|image)\/([23])\/context\.json$/

/** The preferred version of an API, if the header names one by its profile. */
export const preferredVersion = (accept: string | undefined, api: "presentation" | "image"): "2" | "3" | undefined =>
  preferred(accept, ({ parameters }) => {
    const [, named, version] = PROFILE.exec(parameters.get("profile") ?? "") ?? []
    return named === api && (version === "2" || version === "3") ? version : undefined
  })
