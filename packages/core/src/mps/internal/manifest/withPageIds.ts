import type { Description, Finding, PageOrPart, Section } from "@iiif-ingest/iiif/Manifest"
import * as Result from "effect/Result"
import type { Names } from "./names.ts"

type Item = Section["items"][number]

const isSection = (item: Item): item is Section => typeof item === "object" && "items" in item

const isPageOrPart = (item: Item): item is PageOrPart => typeof item === "string" || "page" in item

/** A description that refers to pages by id, and a finding for each reference that cannot be resolved. */
interface Resolved {
  readonly description: Description
  readonly findings: ReadonlyArray<Finding>
}

/** Replaces references to images by the ids of their pages. References that cannot be resolved are left unchanged. */
export const withPageIds = (description: Description, names: Names): Resolved => {
  const { contents, start } = description
  const findings: Array<Finding> = []

  const id = (text: string, path: string): string => {
    const page = names.pageOf(text, path)
    if (Result.isSuccess(page)) return page.success.asset.id
    findings.push(page.failure)
    return text
  }

  const pageOrPart = (item: PageOrPart, path: string): PageOrPart =>
    typeof item === "string" ? id(item, path) : { ...item, page: id(item.page, path) }

  // A section that contains itself keeps doing so, and the builder refuses it.
  const converted = new Map<Section, Section>()
  const section = (original: Section, path: string): Section => {
    const earlier = converted.get(original)
    if (earlier !== undefined) return earlier
    const items: Array<Item> = []
    const start = original.start === undefined ? {} : { start: pageOrPart(original.start, `${path}.start`) }
    const copy = { ...original, ...start, items }
    converted.set(original, copy)
    for (const [index, item] of original.items.entries()) {
      const itemPath = `${path}.items[${index}]`
      if (isSection(item)) items.push(section(item, itemPath))
      else items.push(isPageOrPart(item) ? pageOrPart(item, itemPath) : item)
    }
    return copy
  }

  const resolved = {
    ...description,
    ...(start === undefined ? {} : { start: pageOrPart(start, "start") }),
    ...(contents === undefined
      ? {}
      : { contents: contents.map((item, index) => section(item, `contents[${index}]`)) })
  }
  return { description: resolved, findings }
}
