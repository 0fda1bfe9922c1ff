/** The thumbnail of an asset. */
import { type Html, html } from "../http/html.ts"
import * as ImageAddress from "../image/address.ts"
import type { Audience } from "../image/audience.ts"

/** An asset's id is of letters, digits, dots and one colon, so it stands in a path as it is. */
const encode = (identifier: string): string => encodeURIComponent(identifier).replaceAll("%3A", ":")

/** For an audience where it matters who looks at it. */
export const imageOf = (base: string, identifier: string, audience?: Audience): string =>
  ImageAddress.make(base, encode(identifier), { audience })

export const addressOf = (base: string, identifier: string, audience?: Audience): string =>
  `${imageOf(base, identifier, audience)}/full/!200,200/0/default.jpg`

export const viewOf = (identifier: string): string => `/view/${encode(identifier)}`

/** Loaded by script or not, it leaves its place free; an empty text where the words beside it say what it is. */
export const image = (src: string, alt: string): Html =>
  html`<img class="thumb" src="${src}" alt="${alt}" loading="lazy" decoding="async">`
