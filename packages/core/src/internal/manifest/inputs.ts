import { type Finding, finding } from "../check/finding.ts"
import { correctRights, isHttpUri, language, sizeOf } from "../check/values.ts"
import { kindOf, Walk } from "../check/walk.ts"
import { quoted } from "../shown.ts"
import type { Description, Page, PageOrPart, Picture, Section } from "./description.ts"

const sizes = (path: string, size: { readonly width: number; readonly height: number } | undefined) =>
  size === undefined ?
    [] :
    (["width", "height"] as const).flatMap((side) =>
      sizeOf(size[side]) > 0 ? [] : [finding("size", `${path}.${side}`, `it is ${kindOf(size[side])}`)]
    )

const addressOf = (picture: Picture): readonly [field: string, address: unknown] =>
  "imageService" in picture ? ["imageService", picture.imageService] : ["url", picture.url]

const isAddress = (address: unknown): boolean => typeof address === "string" && isHttpUri(address)

/** All of an image, with nothing wrong: almost every page is so. */
const isPlainlyRight = (given: Picture): boolean =>
  sizeOf(given.width) > 0 && sizeOf(given.height) > 0 && given.target === undefined && given.region === undefined &&
  isAddress("imageService" in given ? given.imageService : given.url)

const picture = (path: string, given: Picture): ReadonlyArray<Finding> => {
  const [field, address] = addressOf(given)
  return [
    ...(isAddress(address) ? [] : [finding("id-uri", `${path}.${field}`, `it is ${kindOf(address)}`)]),
    ...sizes(path, given),
    ...sizes(`${path}.target`, given.target),
    ...sizes(`${path}.region`, given.region)
  ]
}

const pictures = (path: string, given: ReadonlyArray<Picture> | undefined): ReadonlyArray<Finding> =>
  (given ?? []).flatMap((one, index) => picture(`${path}[${index}]`, one))

const isAssetId = (id: unknown): boolean => typeof id === "string" && /^[A-Za-z0-9]+$/.test(id)

const pageFindings = (
  pages: ReadonlyArray<Page>,
  index: number,
  seen: Map<string, number>,
  findings: Array<Finding>
): void => {
  const page = pages[index]
  if (page === undefined) return
  const path = `pages[${index}]`
  if (!isAssetId(page.id)) findings.push(finding("page-id", `${path}.id`, `it is ${kindOf(page.id)}`))
  if (!isPlainlyRight(page)) findings.push(...picture(path, page))
  if (page.canvas !== undefined) findings.push(...sizes(`${path}.canvas`, page.canvas))
  if (page.choices !== undefined) findings.push(...pictures(`${path}.choices`, page.choices))
  if (page.layers !== undefined) findings.push(...pictures(`${path}.layers`, page.layers))
  if (page.rights !== undefined) findings.push(...corrected(`${path}.rights`, page.rights))
  // What MPS tells ids apart by.
  const key = String(page.id).toLowerCase()
  const earlier = seen.get(key)
  if (earlier === undefined) seen.set(key, index)
  else {
    const message = `it is also that of pages[${earlier}] (case does not count)`
    findings.push(finding("page-duplicate", `${path}.id`, message))
  }
}

const pageOf = (place: PageOrPart): string => typeof place === "string" ? place : place.page

const placeRule = (path: string, place: PageOrPart, known: ReadonlySet<string>): ReadonlyArray<Finding> =>
  known.has(pageOf(place)) ? [] : [finding("page-missing", path, `there is no page ${quoted(String(pageOf(place)))}`)]

const section = (
  path: string,
  given: Section,
  known: ReadonlySet<string>,
  above: ReadonlyArray<Section>
): ReadonlyArray<Finding> => {
  if (above.includes(given)) return [finding("range-cycle", path, "the section is within itself")]
  if (given.items.length === 0) return [finding("list-empty", `${path}.items`, "the section has nothing in it")]
  return given.items.flatMap((item, index) =>
    typeof item === "object" && "items" in item
      ? section(`${path}.items[${index}]`, item, known, [...above, given])
      : placeRule(`${path}.items[${index}]`, item, known)
  )
}

const corrected = (path: string, rights: string | undefined): ReadonlyArray<Finding> => {
  const right = rights === undefined ? undefined : correctRights(rights)
  return right === undefined
    ? []
    : [finding("rights-corrected", path, `${quoted(rights ?? "")} was corrected to ${right}`)]
}

/** What is wrong with what a manifest is to be made of, told in its own terms. */
export const inputFindings = (
  { contents = [], language: tag = "none", rights, start }: Description,
  pages: ReadonlyArray<Page>
): ReadonlyArray<Finding> => {
  if (pages.length === 0) return [finding("manifest-empty", "pages", "there are no pages")]
  const walk = new Walk()
  walk.at("language", tag, language)
  const findings: Array<Finding> = [...walk.findings]
  const seen = new Map<string, number>()
  for (let index = 0; index < pages.length; index++) pageFindings(pages, index, seen, findings)
  if (contents.length > 0 || start !== undefined) {
    const known = new Set<string>(pages.map(({ id }) => id))
    findings.push(...contents.flatMap((one, index) => section(`contents[${index}]`, one, known, [])))
    if (start !== undefined) findings.push(...placeRule("start", start, known))
  }
  findings.push(...corrected("rights", rights))
  return findings
}
