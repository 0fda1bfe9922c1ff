/** The pages of a METS file with their image files: its physical structure and its file section. */
import type { Finding } from "@iiif-ingest/core/batch/Finding"
import { finding } from "./codes.ts"
import { type Origin, quote, refuse } from "./model.ts"
import { allOf, childrenOf, type Element } from "./xml.ts"

export interface Page {
  readonly id: string
  readonly file: string
  readonly label: string | undefined
}

interface MetsFile {
  readonly group: string
  readonly href: string
  readonly isImage: boolean
}

/** The groups whose files are sent by default, best first. */
export const preferredGroups = ["ORIGINAL", "MASTER", "LOCAL", "PRESENTATION", "MAX", "DEFAULT"]

const remote = /^(?:https?|ftp|s3):/i

const filesOf = (grp: Element, use: string, into: Map<string, MetsFile>): void => {
  const group = grp.attributes.get("USE") ?? use
  for (const file of childrenOf(grp, "file")) {
    const href = childrenOf(file, "FLocat")[0]?.attributes.get("href") ?? ""
    const type = file.attributes.get("MIMETYPE") ?? ""
    const isImage = type === "" ? /\.(?:tiff?|jpe?g|jp2|jpx|png|gif|webp)$/i.test(href) : type.startsWith("image/")
    into.set(file.attributes.get("ID") ?? "", { group, href, isImage })
  }
  for (const inner of childrenOf(grp, "fileGrp")) filesOf(inner, group, into)
}

const leaves = (div: Element): ReadonlyArray<Element> => {
  const inner = childrenOf(div, "div")
  if (inner.length === 0) return [div]
  const orders = inner.map(({ attributes }) => Number(attributes.get("ORDER") ?? Number.NaN))
  const sorted = orders.some(Number.isNaN)
    ? inner
    : inner.toSorted((a, b) => Number(a.attributes.get("ORDER")) - Number(b.attributes.get("ORDER")))
  return sorted.flatMap(leaves)
}

const orderFindings = (pages: ReadonlyArray<Element>, { source }: Origin): ReadonlyArray<Finding> => {
  const orders = pages.map(({ attributes }) => attributes.get("ORDER") ?? "")
  const first = new Map(orders.map((order, index) => [order, index] as const).toReversed())
  const odd = pages.filter((_, index) => {
    const order = orders[index] ?? ""
    return !/^\d+$/.test(order.trim()) || first.get(order) !== index
  })
  return orders.every((order) => order === "") ? [] : odd.slice(0, 100).map(({ attributes }) =>
    finding(
      "mets-order",
      { source },
      `the page ${quote(attributes.get("ID") ?? "")} has the ORDER ${quote(attributes.get("ORDER") ?? "")}`
    )
  )
}

const fileIds = (page: Element): ReadonlyArray<string> =>
  childrenOf(page, "fptr").map((fptr) =>
    fptr.attributes.get("FILEID") ?? allOf(fptr, "area")[0]?.attributes.get("FILEID") ?? ""
  )

const rank = (group: string): number => {
  const at = preferredGroups.indexOf(group.toUpperCase())
  return at === -1 ? preferredGroups.length : at
}

/** Groups that are only ever taken by name. */
const derived = /thumb|min|fulltext|alto|ocr|download|pdf|audio|video|teaser/i

const chooseGroup = (files: ReadonlyArray<MetsFile>, origin: Origin, given: string | undefined) => {
  const { source } = origin
  const groups = [...new Set(files.map(({ group }) => group))]
  const names = groups.map(quote).slice(0, 20).join(", ")
  if (given !== undefined) {
    const group = groups.find((group) => group.toLowerCase() === given.toLowerCase())
    if (group === undefined) {
      throw refuse("mets-group", { source }, `no page has a file of ${quote(given)}, only of ${names}`)
    }
    return { group, findings: [] }
  }
  const isLocal = (group: string) => files.some((file) => file.group === group && !remote.test(file.href))
  const candidates = groups
    .filter((group) => rank(group) < preferredGroups.length || !derived.test(group))
    .filter((group) => files.some((file) => file.group === group && file.isImage))
    .toSorted((a, b) => Number(isLocal(b)) - Number(isLocal(a)) || rank(a) - rank(b))
  const [group, other] = candidates
  if (group === undefined) throw refuse("mets-no-pages", { source }, `no page has an image, only files of ${names}`)
  const isGuess = other !== undefined && rank(group) === preferredGroups.length
  const message = `the files of ${quote(group)} are taken; there are ${names}`
  return { group, findings: isGuess ? [finding("mets-group-chosen", { source }, message)] : [] }
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The path that a reference names: URIs are decoded, and paths stay as they are. */
export const pathOf = (href: string): string => {
  const [, path] = /^file:(?:\/\/(?:localhost)?(?=\/))?(.*)$/is.exec(href) ?? []
  return decoded(path === undefined ? href : path.replace(/^\/(?=[A-Za-z]:[/\\])/, ""))
}

/** `-` is what stands for a page that has no number. */
const labelOf = ({ attributes }: Element): string | undefined =>
  ["LABEL", "ORDERLABEL"].map((name) => (attributes.get(name) ?? "").trim()).find((label) => !/^[-–\s]*$/.test(label))

const physicalOf = (root: Element): Element | undefined => {
  const maps = allOf(root, "structMap")
  return maps.find(({ attributes }) => /^physical$/i.test(attributes.get("TYPE") ?? "")) ??
    (maps.length === 1 ? maps[0] : undefined)
}

/** The pages in their order, each with the file of one group. */
export const pagesOf = (root: Element, origin: Origin, given: string | undefined) => {
  const { source } = origin
  const files = new Map<string, MetsFile>()
  for (const section of allOf(root, "fileSec")) filesOf(section, "", files)
  const physical = physicalOf(root)
  const elements = physical === undefined ? [] : leaves(physical).filter(({ name }) => name === "div")
  const used = elements.flatMap(fileIds).flatMap((id) => files.get(id) ?? [])
  if (used.length === 0) throw refuse("mets-no-pages", { source }, "no page of a physical structure has a file")
  const { findings, group } = chooseGroup(used, origin, given)
  const found: Array<Finding> = [...findings, ...orderFindings(elements, origin)]
  const pages = elements.flatMap((page): ReadonlyArray<Page> => {
    const id = page.attributes.get("ID") ?? ""
    const ids = fileIds(page)
    const lost = ids.filter((fileId) => !files.has(fileId))
    const file = ids.flatMap((fileId) => files.get(fileId) ?? []).find((file) => file.group === group)
    for (const fileId of lost) {
      found.push(
        finding(
          "mets-file-missing",
          { source },
          `the page ${quote(id)} has the file ${quote(fileId)}, which is not there`
        )
      )
    }
    if (file === undefined || file.href === "") {
      if (lost.length > 0) return []
      found.push(finding("mets-page-without-file", { source }, `the page ${quote(id)} has no file of ${quote(group)}`))
      return []
    }
    if (remote.test(file.href)) {
      found.push(finding("mets-url", { source }, `the page ${quote(id)} has its file on the net: ${quote(file.href)}`))
      return []
    }
    return [{ id, file: pathOf(file.href), label: labelOf(page) }]
  })
  return { pages, findings: found }
}
