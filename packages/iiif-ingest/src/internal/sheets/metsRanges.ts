/** The logical structure of a METS file, as the ranges that each page is in. */
import type { Finding } from "@iiif-ingest/core/batch/Finding"
import { finding } from "./codes.ts"
import { titleOf } from "./metsDescription.ts"
import { type Origin, quote } from "./model.ts"
import { allOf, childrenOf, type Element } from "./xml.ts"

/** The part of the logical structure that is the work: what only says where it belongs is around it. */
export const workOf = (root: Element): Element | undefined => {
  const logical = allOf(root, "structMap").find(({ attributes }) => /^logical$/i.test(attributes.get("TYPE") ?? ""))
  const linked = new Set(allOf(root, "smLink").map(({ attributes }) => attributes.get("from") ?? ""))
  let work = logical === undefined ? undefined : childrenOf(logical, "div")[0]
  while (work !== undefined && !linked.has(work.attributes.get("ID") ?? "")) {
    const inner = childrenOf(work, "div")
    if (inner.length !== 1 || inner[0] === undefined) break
    work = inner[0]
  }
  return work
}

/** `|` and ` > ` separate ranges, and so cannot be in their names. */
const plain = (label: string): string => label.replaceAll(/\s+/g, " ").replaceAll("|", "/").replaceAll(">", "›").trim()

/** The path of each part below the work, by its id. Parts of the same name in the same part are numbered. */
const pathsOf = (part: Element, root: Element, before: string, into: Map<string, string>): void => {
  const names = new Map<string, number>()
  for (const inner of childrenOf(part, "div")) {
    const { attributes } = inner
    const name = plain(
      attributes.get("LABEL") || titleOf(root, attributes.get("DMDID")) || attributes.get("TYPE") || "Part"
    )
    const count = (names.get(name) ?? 0) + 1
    names.set(name, count)
    const path = `${before === "" ? "" : `${before} > `}${name}${count === 1 ? "" : ` (${count})`}`
    into.set(attributes.get("ID") ?? "", path)
    pathsOf(inner, root, path, into)
  }
}

/** The paths that contain no other. */
const innermost = (paths: ReadonlySet<string>): ReadonlyArray<string> => {
  const outer = new Set([...paths].flatMap((path) => {
    const names = path.split(" > ")
    return names.slice(1).map((_, index) => names.slice(0, index + 1).join(" > "))
  }))
  return [...paths].filter((path) => !outer.has(path))
}

/** The `range` cell of each page, by its id. A page that is in a part and in what contains it counts as in the part. */
export const rangesOf = (root: Element, origin: Origin) => {
  const work = workOf(root)
  const paths = new Map<string, string>()
  if (work !== undefined) pathsOf(work, root, "", paths)
  const logicalIds = new Set(
    allOf(root, "structMap").flatMap((map) => allOf(map, "div")).map(({ attributes }) => attributes.get("ID"))
  )
  const byPage = new Map<string, Set<string>>()
  const findings: Array<Finding> = []
  for (const { attributes } of allOf(root, "smLink")) {
    const [from = "", to = ""] = [attributes.get("from"), attributes.get("to")]
    for (const id of [from, to]) {
      if (logicalIds.has(id)) continue
      findings.push(
        finding("mets-link", { source: origin.source }, `the structLink names ${quote(id)}, which is not there`)
      )
    }
    const path = paths.get(from)
    if (path === undefined) continue
    const ranges = byPage.get(to) ?? new Set<string>()
    byPage.set(to, ranges.add(path))
  }
  const ranges = new Map(Array.from(byPage, ([page, all]) => [page, innermost(all).join("|")] as const))
  return { ranges, findings }
}
