import type { Description, Finding, PageOrPart, Section } from "@iiif-ingest/iiif/Manifest"
import * as Result from "effect/Result"
import type { Names } from "./names.ts"

const isSection = (item: PageOrPart | Section): item is Section => typeof item === "object" && "items" in item

/** A description in the ids of pages, and which names stand for none. */
interface Named {
  readonly description: Description
  readonly findings: ReadonlyArray<Finding>
}

/** A description that names pages by images, in the ids of the pages. What cannot be found is left as it is. */
export const withPageIds = (description: Description, names: Names): Named => {
  const { contents, start } = description
  const findings: Array<Finding> = []

  const id = (text: string, path: string): string => {
    const page = names.pageOf(text, path)
    if (Result.isSuccess(page)) return page.success.asset.id
    findings.push(page.failure)
    return text
  }

  const place = (given: PageOrPart, path: string): PageOrPart =>
    typeof given === "string" ? id(given, path) : { ...given, page: id(given.page, path) }

  // One that is within itself stays so, for the builder to refuse.
  const made = new Map<Section, Section>()
  const section = (given: Section, path: string): Section => {
    const earlier = made.get(given)
    if (earlier !== undefined) return earlier
    const items: Array<PageOrPart | Section> = []
    const named = { ...given, items }
    made.set(given, named)
    for (const [index, item] of given.items.entries()) {
      const at = `${path}.items[${index}]`
      items.push(isSection(item) ? section(item, at) : place(item, at))
    }
    return named
  }

  const named = {
    ...description,
    ...(start === undefined ? {} : { start: place(start, "start") }),
    ...(contents === undefined
      ? {}
      : { contents: contents.map((one, index) => section(one, `contents[${index}]`)) })
  }
  return { description: named, findings }
}
