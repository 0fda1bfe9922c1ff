/** Cells that name something outside the folder of their table. */
import { quoted } from "../../../base/internal/text.ts"
import type { Code } from "./codes.ts"

/** A path below a folder in its segments, an absolute path, or what is wrong with the text. */
export type Parsed =
  | { readonly _tag: "Below"; readonly segments: ReadonlyArray<string> }
  | { readonly _tag: "Elsewhere"; readonly path: string }
  | { readonly _tag: "Refused"; readonly code: Code; readonly message: string }

const refused = (code: Code, message: string): Parsed => ({ _tag: "Refused", code, message })

const forms: ReadonlyArray<readonly [pattern: RegExp, code: Code, says: string]> = [
  [/^[A-Za-z]:(?:[\\/]|$)/, "file-drive", "is a path with a drive"],
  [/^(?:\\\\|\/\/)[^\\/]/, "file-share", "is a path on a network share"],
  [/^[\\/]/, "file-absolute", "is an absolute path"]
]

/** Drops `.` and empty segments, and goes up at `..`; `undefined` if that leaves the folder. */
const normalize = (segments: ReadonlyArray<string>): ReadonlyArray<string> | undefined => {
  const path: Array<string> = []
  for (const segment of segments) {
    if (segment === "" || segment === ".") continue
    if (segment !== "..") path.push(segment)
    else if (path.pop() === undefined) return undefined
  }
  return path
}

/**
 * Parses the text of a `file` or `folder` cell. A backslash separates folders on every system, since sheets are made on
 * Windows as often as not; a name with a backslash in it cannot be given.
 */
export const parsePath = (text: string, allowOutside: boolean): Parsed => {
  if (/^[A-Za-z][A-Za-z0-9+.-]+:\/\/?/.test(text)) return refused("file-address", `${quoted(text)} is an address`)
  if (/^~(?:[\w.-]*)(?:[\\/]|$)/.test(text)) return refused("file-home", `${quoted(text)} begins with ~`)
  for (const [pattern, code, says] of forms) {
    if (!pattern.test(text)) continue
    return allowOutside ? { _tag: "Elsewhere", path: text } : refused(code, `${quoted(text)} ${says}`)
  }
  const segments = normalize(text.split(/[\\/]/))
  if (segments !== undefined) return { _tag: "Below", segments }
  return allowOutside
    ? { _tag: "Elsewhere", path: text.replaceAll("\\", "/") }
    : refused("file-parent", `${quoted(text)} leaves the folder`)
}
