import type { Json } from "../../fields.ts"
import { quoted } from "../../quoted.ts"
import { each } from "../place.ts"
import { append } from "./draft.ts"
import type { Rule } from "./upgrade.ts"

/** The viewing hints that are behaviors of Presentation 3, by class. Clause 3.3, viewingHint. */
const behaviors: ReadonlyMap<string, ReadonlyArray<string>> = new Map(Object.entries({
  Collection: ["individuals", "multi-part"],
  Manifest: ["individuals", "paged", "continuous"],
  Canvas: ["non-paged", "facing-pages"],
  Range: ["individuals", "paged", "continuous"]
}))

/** Of these a resource has one. */
const exclusive = [["individuals", "paged", "continuous"], ["non-paged", "facing-pages"]]

const conflict = (hint: string, before: ReadonlyArray<Json>): Json | undefined => {
  const group = exclusive.find((one) => one.includes(hint))
  return before.find((one) => one !== hint && typeof one === "string" && group?.includes(one) === true)
}

/** Hints become behaviors. That a range is the top one is said by its place. */
export const viewingHint: Rule = (value, place, draft) => {
  each(value, place, (hint, at) => {
    const { fields, type } = draft
    if (hint === "top" && type === "Range") return
    if (typeof hint !== "string" || behaviors.get(type)?.includes(hint) !== true) {
      const said = typeof hint === "string" ? quoted(hint) : "it"
      return at.lose(`${said} is no behavior that a resource of the type ${type} has in Presentation 3`)
    }
    const before = Array.isArray(fields["behavior"]) ? fields["behavior"] as ReadonlyArray<Json> : []
    const other = conflict(hint, before)
    if (other !== undefined) at.lose(`it contradicts ${quoted(String(other))}`)
    else if (!before.includes(hint)) append(draft, "behavior", hint)
  })
}

const directions = new Set<Json>(["left-to-right", "right-to-left", "top-to-bottom", "bottom-to-top"])

export const viewingDirection: Rule = (value, place, { fields }) => {
  if (!directions.has(value)) return place.lose("it is not one of the four viewing directions")
  if (fields["viewingDirection"] === undefined) fields["viewingDirection"] = value
  else if (fields["viewingDirection"] !== value) place.lose("another viewing direction comes first")
}

const dateTime = /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(Z|[+-](?:0\d|1[0-3]):[0-5]\d)?$/

const isDay = (day: string): boolean => {
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day)
}

/** A date without a time zone is in UTC, as the text on `navDate` says of all dates. Clause 3.3, navDate. */
export const navDate: Rule = (value, place, { fields }) => {
  const [given, day, zone] = typeof value === "string" && value.length < 64 ? dateTime.exec(value) ?? [] : []
  if (given !== undefined && day !== undefined && isDay(day)) {
    fields["navDate"] = zone === undefined ? `${given}Z` : given
  } else place.lose("it is not a date and time, such as 1856-01-01T00:00:00Z")
}
