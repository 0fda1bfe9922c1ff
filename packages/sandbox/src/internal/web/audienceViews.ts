/** As whom a page shows pictures whose policies limit somebody, and the way to see them as somebody else. */
import { type Child, type Html, html } from "../http/html.ts"
import { type Audience, named, other, PARAMETER } from "../image/audience.ts"
import type { Extent } from "../image/resolve.ts"
import type { Asset } from "../ingest/assets.ts"
import type { Document } from "./documents.ts"
import * as Units from "./units.ts"

/** The query of a page: the number of a canvas, and as whom to show it; with its question mark, if it says anything. */
export const queryOf = (page: number | undefined, audience: Audience | undefined): string => {
  const all = [
    ...(page === undefined ? [] : [`n=${page}`]),
    ...(audience === undefined ? [] : [`${PARAMETER}=${audience}`])
  ]
  return all.length === 0 ? "" : `?${all.join("&")}`
}

const extent = ({ height, width }: Extent): string => `${width} × ${height} pixels`

/** How much of an asset an audience sees. */
const amount = ({ limits }: Asset, audience: Audience): string => {
  const limit = limits?.[audience]
  return limit === undefined ? "all of it" : extent(limit)
}

/** Who sees how much of an asset, if that is not everything. */
export const summary = (asset: Asset): string | undefined =>
  asset.limits && `The public sees ${amount(asset, "public")}, someone signed in ${amount(asset, "authenticated")}`

/** The assets of a manifest of which somebody does not see everything, each once. */
export const limitedIn = (
  { view }: Document,
  find: (identifier: string) => Asset | undefined
): ReadonlyArray<Asset> =>
  [...new Set((view?.canvases ?? []).flatMap(({ assets }) => assets))].flatMap((identifier) => find(identifier) ?? [])
    .filter(({ limits }) => limits !== undefined)

const choice = (audience: Audience, page: number | undefined, facts: Child): Html =>
  html`<p class="audience">As <b>${named(audience)}</b>: ${facts}
<a href="${queryOf(page, other(audience))}">See it as ${named(other(audience))}</a></p>`

/** For a page of one asset; nothing where nobody has a limit. */
export const ofAsset = (asset: Asset, audience: Audience): Child => {
  const limit = asset.limits?.[audience]
  return asset.limits !== undefined &&
    choice(
      audience,
      undefined,
      limit === undefined
        ? `all of the ${extent(asset)}.`
        : `at most ${extent(limit)} of ${asset.width} × ${asset.height}, by its policy.`
    )
}

/** For a page of a manifest with these assets. */
export const ofManifest = (limited: ReadonlyArray<Asset>, audience: Audience, page: number | undefined): Child => {
  const smaller = limited.flatMap(({ limits }) => limits?.[audience] ?? [])
  const [first] = smaller
  return limited.length > 0 &&
    choice(
      audience,
      page,
      first === undefined
        ? "every picture at full size."
        : `${Units.plural(smaller.length, "picture")} in less than full size by policy, ${
          smaller.length === 1 ? "" : "the first "
        }in at most ${extent(first)}.`
    )
}
