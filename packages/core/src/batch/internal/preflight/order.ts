/** The order of a manifest's pages. */
import { quoted } from "../../../base/internal/text.ts"
import type { Place } from "../../Finding.ts"
import { type Findings, otherPlace } from "./codes.ts"
import type { Page } from "./page.ts"

const orderOf = ({ draft }: Page) => draft.fromFolder ? undefined : draft.row.own.get("order")

const reportGaps = (numbers: ReadonlyArray<number>, place: Place, findings: Findings): void => {
  const sorted = numbers.toSorted((a, b) => a - b)
  for (const [index, number] of sorted.entries()) {
    const before = sorted[index - 1]
    if (before === undefined || number - before < 2) continue
    const missing = number - before === 2 ? `${before + 1} is missing` : `${before + 1} to ${number - 1} are missing`
    return findings.add("order-gap", place, `of the order of its pages, ${missing}`)
  }
}

/** Sorts by `order` if the rows have it; otherwise pages stay in the order of the rows. */
export const sorted = (pages: ReadonlyArray<Page>, findings: Findings): ReadonlyArray<Page> => {
  const numbered = new Map<Page, number>()
  const byNumber = new Map<number, Place>()
  let first: Place | undefined
  for (const page of pages) {
    const entry = orderOf(page)
    if (entry === undefined) continue
    first ??= entry.place
    const number = /^\d{1,9}$/.test(entry.text) ? Number(entry.text) : undefined
    if (number === undefined) {
      findings.add("order-form", entry.place, `${quoted(entry.text)} is no whole number`)
      continue
    }
    const earlier = byNumber.get(number)
    if (earlier === undefined) byNumber.set(number, entry.place)
    else findings.add("order-duplicate", entry.place, `${otherPlace(earlier, entry.place)} has ${number} too`)
    numbered.set(page, number)
  }
  if (first === undefined) return pages
  for (const page of pages) {
    if (page.draft.fromFolder || orderOf(page) !== undefined) continue
    const { place } = page.draft.row
    findings.add("order-partial", { ...place, column: first.column ?? "order" }, "it has no order, and other images do")
  }
  reportGaps([...byNumber.keys()], first, findings)
  return pages.toSorted((a, b) => (numbered.get(a) ?? Infinity) - (numbered.get(b) ?? Infinity) || 0)
}
