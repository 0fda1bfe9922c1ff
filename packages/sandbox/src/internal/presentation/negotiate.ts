/** Which version of a manifest a client prefers, by the profile in its Accept header (Presentation 3.0, 6.3). */
import type { Version } from "./manifestName.ts"

/** The media ranges of a header, divided at commas that are not quoted. */
const ranges = (accept: string): ReadonlyArray<string> => accept.match(/(?:[^,"]|"[^"]*"?)+/g) ?? []

const PROFILE = /;\s*profile\s*=\s*"?\s*https?:\/\/iiif\.io\/api\/presentation\/([23])\/context\.json\s*(?:"|;|$)/i
const QUALITY = /;\s*q\s*=\s*([0-9.]+)/i

const preference = (range: string): { readonly version: Version; readonly quality: number } | undefined => {
  const version = PROFILE.exec(range)?.[1]
  if (version !== "2" && version !== "3") return undefined
  const quality = Number(QUALITY.exec(range.replaceAll(/"[^"]*"/g, ""))?.[1] ?? 1)
  return quality > 0 ? { version, quality } : undefined
}

/** The version with the highest quality, the first of several; `undefined` if the header names none. */
export const preferredVersion = (accept: string | undefined): Version | undefined => {
  const wanted = ranges((accept ?? "").slice(0, 8192)).map(preference).filter((range) => range !== undefined)
  const best = Math.max(...wanted.map(({ quality }) => quality))
  return wanted.find(({ quality }) => quality === best)?.version
}
