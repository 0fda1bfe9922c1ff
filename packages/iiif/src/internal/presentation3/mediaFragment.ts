/** A part of something, given by a fragment. Media Fragments URI 1.0, 4.2. */
export interface Fragment {
  readonly region?: { readonly values: readonly [number, number, number, number]; readonly isPercent: boolean }
  /** From and to, in seconds; without an end, up to the end. */
  readonly time?: readonly [number, number | undefined]
}

/** No fragment that selects something is longer. */
const maxLength = 1000

const region = /^xywh=(pixel:|percent:)?(\d+(?:\.\d+)?),(\d+(?:\.\d+)?),(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)$/

const time = /^t=(?:npt:)?(\d*(?:\.\d+)?)(?:,(\d+(?:\.\d+)?))?$/

const clock = /^t=(?:npt:)?[\d:.,]+$/

const regionOf = (part: string): Fragment["region"] => {
  const [, unit, x, y, width, height] = region.exec(part) ?? []
  if (Number(width ?? 0) <= 0 || Number(height ?? 0) <= 0) return undefined
  return { values: [Number(x), Number(y), Number(width), Number(height)], isPercent: unit === "percent:" }
}

const timeOf = (part: string): Fragment["time"] => {
  const [, start, end] = time.exec(part) ?? []
  if ((start === undefined || start === "") && end === undefined) return undefined
  const [from, to] = [Number(start ?? 0), end === undefined ? undefined : Number(end)]
  return to !== undefined && to <= from ? undefined : [from, to]
}

/**
 * Reads a fragment; `undefined` if it selects nothing that can be understood. Parts that are neither regions nor times,
 * and times with hours and minutes, are left out.
 */
export const fragmentOf = (text: string): Fragment | undefined => {
  const fragment: { region?: NonNullable<Fragment["region"]>; time?: NonNullable<Fragment["time"]> } = {}
  for (const part of text.slice(0, maxLength).split("&")) {
    if (part.startsWith("xywh=")) {
      const found = regionOf(part)
      if (found === undefined) return undefined
      fragment.region = found
    } else if (part.startsWith("t=") && !(part.includes(":") && clock.test(part))) {
      const found = timeOf(part)
      if (found === undefined) return undefined
      fragment.time = found
    }
  }
  return fragment
}
