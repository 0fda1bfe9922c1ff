/** The table of contents of a manifest, from the ranges of its rows. */
import type { Section } from "@iiif-ingest/iiif/Manifest"
import { quoted } from "../../../base/internal/text.ts"
import type { Findings } from "./codes.ts"
import type { Context } from "./described.ts"
import { valuesOf } from "./described.ts"
import type { Page } from "./page.ts"
import type { Entry } from "./row.ts"

/** A range that is being made. */
interface Range {
  readonly label: string
  readonly items: Array<string | Range>
  readonly below: Map<string, Range>
}

const makeRange = (label: string): Range => ({ label, items: [], below: new Map() })

const sectionOf = ({ items, label }: Range): Section => ({
  label,
  items: items.map((item) => typeof item === "string" ? item : sectionOf(item))
})

/** The names of a range's levels; `undefined` if one is empty. */
const levelsOf = (text: string, entry: Entry, findings: Findings): ReadonlyArray<string> | undefined => {
  const levels = text.split(">").map((level) => level.trim())
  if (!levels.includes("")) return levels
  findings.add("range-level", entry.place, `${quoted(text)} has a level without a name`)
  return undefined
}

const step = (range: Range, label: string, entry: Entry, findings: Findings): Range => {
  const known = range.below.get(label.toLowerCase())
  if (known !== undefined) {
    if (known.label !== label) {
      findings.add("range-case", entry.place, `${quoted(label)} and ${quoted(known.label)} differ only by case`)
    }
    return known
  }
  const made = makeRange(label)
  range.below.set(label.toLowerCase(), made)
  range.items.push(made)
  return made
}

/** The contents of a manifest, in the order of its pages. */
export const contentsOf = (pages: ReadonlyArray<Page>, context: Context): ReadonlyArray<Section> => {
  const { findings } = context
  const top = makeRange("")
  for (const { description, draft, id } of pages) {
    const entry = draft.fromFolder ? undefined : draft.row.own.get("range")
    if (entry === undefined) continue
    const seen = new Set<Range>()
    for (const text of valuesOf(entry, context)) {
      const levels = levelsOf(text, entry, findings)
      if (levels === undefined) continue
      const range = levels.reduce((above, label) => step(above, label, entry, findings), top)
      if (seen.has(range)) {
        findings.add("range-repeated", entry.place, `it names ${quoted(text)} twice`)
        continue
      }
      seen.add(range)
      // an image on the page of another has no page to be in a range
      if (id !== undefined && description.page === undefined) range.items.push(id)
    }
  }
  return top.items.flatMap((item) => typeof item === "string" || isEmpty(item) ? [] : [sectionOf(item)])
}

const isEmpty = ({ items }: Range): boolean => items.every((item) => typeof item !== "string" && isEmpty(item))
