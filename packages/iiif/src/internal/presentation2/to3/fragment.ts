import { quoted } from "../../quoted.ts"
import type { At } from "./upgrade.ts"

/** A fragment of a canvas without its time: canvases of Presentation 2 have no duration, so that time selects nothing. */
export const timeless = (fragment: string | undefined, place: At): string | undefined => {
  const parts = fragment?.split("&") ?? []
  const kept = parts.filter((part) => !part.startsWith("t="))
  if (kept.length === parts.length) return fragment
  place.lose(`${quoted(fragment ?? "")}: a canvas of Presentation 2 has no duration`)
  return kept.length === 0 ? undefined : kept.join("&")
}
