import * as Schema from "effect/Schema"
import { ManifestName, maximumLength } from "../../../base/Ids.ts"
import { quoted } from "../../../base/internal/text.ts"

const isName = Schema.is(ManifestName)

const firstOf = (characters: ReadonlyArray<string>): string =>
  characters.slice(0, 5).map(quoted).join(", ") + (characters.length > 5 ? " and others" : "")

/** Why a name cannot be that of a manifest. No other name is suggested, since it would be another manifest. */
export const nameProblem = (name: unknown): string => {
  if (typeof name !== "string") return "the name of a manifest must be text"
  if (name === "") return `"" cannot be the name of a manifest: it is empty; omit it for a random name`
  const found = [...new Set(name)].filter((character) => !isName(character))
  return found.length === 0
    ? `${quoted(name)} cannot be the name of a manifest: it has ${name.length} characters, and at most ` +
      `${maximumLength} are allowed`
    : `${quoted(name)} cannot be the name of a manifest: it is part of the address, which cannot have ${firstOf(found)}`
}

/** What is doubtful about a name. */
export const nameDoubts = (name: string): ReadonlyArray<string> => [
  ...(/^\w+$/.test(name) ? [] : [`MPS is known to take names of letters, digits and _, unlike ${quoted(name)}`]),
  ...(/[a-z]/.test(name)
    ? [`MPS compares names without case: ${quoted(name)} and ${quoted(name.toUpperCase())} are one manifest`]
    : [])
]
