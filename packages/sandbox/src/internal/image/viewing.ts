/** An asset as the one who asks may see it. */
import type { Exchange } from "../http/exchange.ts"
import * as Query from "../http/query.ts"
import * as Reply from "../http/reply.ts"
import type { Asset } from "../ingest/assets.ts"
import type { Target } from "./address.ts"
import * as Audience from "./audience.ts"
import * as Policy from "./policy.ts"
import type { Bound, Extent } from "./resolve.ts"

export interface Viewing {
  /** With the audience if path or query say it: viewers append to an image's id, and leave out the query. */
  readonly target: Target
  /** The largest extent of the whole image; `undefined` where there is no limit. */
  readonly limit: Extent | undefined
  readonly bound: Bound | undefined
  /** For every reply: what it depends on, and that a limit is a guess. */
  readonly headers: Readonly<Record<string, string>>
}

const extentText = ({ height, width }: Extent) => `${width} x ${height}`

/** What the other audience may see, if that is more. */
const remedy = (asset: Asset, limit: Extent, audience: Audience.Audience): string => {
  const other = Audience.other(audience)
  const theirs = asset.limits?.[other]
  if (theirs !== undefined && theirs.width * theirs.height <= limit.width * limit.height) {
    return `${Audience.named(other)} sees no more`
  }
  const amount = theirs === undefined ? "all of it" : `${extentText(theirs)} pixels`
  return `${
    Audience.named(other)
  } sees ${amount}, as /assets/images/${other}/${asset.identifier} or with the query ${Audience.PARAMETER}=${other}`
}

const boundOf = (asset: Asset, limit: Extent, audience: Audience.Audience): Bound => ({
  of: (region) => Policy.largestOf(region, asset, limit),
  reason: `by its policy ${Audience.named(audience)} sees at most ${
    extentText(limit)
  } pixels of the image, and its regions at that scale; ${remedy(asset, limit, audience)}`
})

const guess = (limit: Extent, audience: Audience.Audience) =>
  Reply.guess(
    `limited to ${extentText(limit)} pixels for ${
      Audience.named(audience)
    } by its policy, which MPS may enforce otherwise`
  )

const VARY = { vary: "Cookie" }

/** `unknown` if the query names an audience that there is not. */
export const of = (exchange: Exchange, asset: Asset, target: Target): Viewing | "unknown" => {
  if (asset.limits === undefined) return { target, limit: undefined, bound: undefined, headers: {} }
  const said = target.audience ?? Audience.inQuery(Query.of(exchange))
  const audience = said ?? Audience.of(exchange)
  if (said === "unknown" || audience === "unknown") return "unknown"
  const limit = asset.limits[audience]
  return {
    target: { ...target, audience: said },
    limit,
    bound: limit && boundOf(asset, limit, audience),
    headers: { ...(said === undefined ? VARY : {}), ...(limit === undefined ? {} : guess(limit, audience)) }
  }
}
