/** The addresses of images: `/assets/images/[2|3/][public|authenticated/]NS:ID`. */
import { type Audience, isAudience } from "./audience.ts"
import type { ApiVersion } from "./imageRequest.ts"

/** Which version of the Image API, and for whom, where the address says it. */
export interface Variant {
  readonly version: ApiVersion | undefined
  readonly audience: Audience | undefined
}

/** An image that an address names. */
export interface Target extends Variant {
  readonly identifier: string
}

const isApiVersion = (segment: string | undefined): segment is ApiVersion => segment === "2" || segment === "3"

const segmentsOf = ({ audience, version }: Partial<Variant>): string =>
  [version, audience].map((segment) => segment === undefined ? "" : `${segment}/`).join("")

/** The identifier stands in the path as it is given. */
export const make = (base: string, identifier: string, variant: Partial<Variant> = {}): string =>
  `${base}/assets/images/${segmentsOf(variant)}${identifier}`

/** What the segments after `/assets/images` name, and those that follow. */
export const parse = (segments: ReadonlyArray<string>): readonly [Target, ReadonlyArray<string>] => {
  const version = isApiVersion(segments[0]) ? segments[0] : undefined
  const [second = "", ...afterSecond] = version === undefined ? segments : segments.slice(1)
  if (!isAudience(second)) return [{ version, audience: undefined, identifier: second }, afterSecond]
  const [identifier = "", ...rest] = afterSecond
  return [{ version, audience: second, identifier }, rest]
}

const PATH =
  /^(\/assets\/images\/(?:[23]\/)?)(?:(?:public|authenticated)\/)?([A-Za-z0-9.]+(?::|%3A)[A-Za-z0-9]+)(?=\/|$|[?#])/i

/** The identifier in the path of an address, as it stands there. */
export const identifierIn = (path: string): string | undefined => PATH.exec(path)?.[2]

/** The address of one of the sandbox's own images as this audience sees it; any other text as it is. */
export const seenBy = (audience: Audience, text: string, base: string): string =>
  text.startsWith(`${base}/`)
    ? base + text.slice(base.length).replace(PATH, (_, start: string, id: string) => `${start}${audience}/${id}`)
    : text
