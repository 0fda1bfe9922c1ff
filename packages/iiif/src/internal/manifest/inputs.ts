import type { Finding } from "../check/finding.ts"
import { finding } from "../check/rules.ts"
import { kindOf, Walk } from "../model/walk.ts"
import { correctRights } from "../presentation3/rights.ts"
import { language, sizeOf } from "../presentation3/scalars.ts"
import { isHttpUri } from "../presentation3/uri.ts"
import { quoted } from "../quoted.ts"
import { canvasSize } from "./canvas.ts"
import type { Description, Page, PageOrPart, Picture, Region, Section } from "./description.ts"
import type { Size } from "./image.ts"
import { isSection } from "./ranges.ts"

const isSize = ({ height, width }: Size): boolean => sizeOf(width) > 0 && sizeOf(height) > 0

const sizes = (path: string, size: Size | undefined) =>
  size === undefined ?
    [] :
    (["width", "height"] as const).flatMap((side) =>
      sizeOf(size[side]) > 0 ? [] : [finding("size", `${path}.${side}`, `it is ${kindOf(size[side])}`)]
    )

const addressOf = (picture: Picture): readonly [field: string, address: unknown] =>
  "imageService" in picture ? ["imageService", picture.imageService] : ["url", picture.url]

const isAddress = (address: unknown): boolean => typeof address === "string" && isHttpUri(address)

/** Whether this is a whole image with a valid size and address, as almost every page is. */
const isWholeAndValid = (given: Picture): boolean =>
  isSize(given) && given.target === undefined && given.region === undefined &&
  isAddress("imageService" in given ? given.imageService : given.url)

const outside = (path: string, part: Region | undefined, whole: Size): ReadonlyArray<Finding> => {
  if (part === undefined || !isSize(part) || !isSize(whole)) return []
  const { height, width, x, y } = part
  if (x >= 0 && y >= 0 && x + width <= whole.width && y + height <= whole.height) return []
  const message = `it is ${width} x ${height} at ${x},${y} but the whole is ${whole.width} x ${whole.height}`
  return [finding("region-outside", path, message)]
}

const picture = (path: string, given: Picture, canvas: Size): ReadonlyArray<Finding> => {
  const [field, address] = addressOf(given)
  return [
    ...(isAddress(address) ? [] : [finding("id-uri", `${path}.${field}`, `it is ${kindOf(address)}`)]),
    ...sizes(path, given),
    ...sizes(`${path}.target`, given.target),
    ...sizes(`${path}.region`, given.region),
    ...outside(`${path}.target`, given.target, canvas),
    ...outside(`${path}.region`, given.region, given)
  ]
}

const choice = (path: string, given: Picture, canvas: Size): ReadonlyArray<Finding> => [
  ...picture(path, given, canvas),
  ...(given.target === undefined ? [] : [finding("choice-target", `${path}.target`, "the choice has its own target")])
]

const choicesAndLayers = (path: string, page: Page): ReadonlyArray<Finding> => [
  ...(page.choices ?? []).flatMap((one, index) => choice(`${path}.choices[${index}]`, one, canvasSize(page))),
  ...(page.layers ?? []).flatMap((one, index) => picture(`${path}.layers[${index}]`, one, canvasSize(page)))
]

/** RFC 3986, 2.3: unreserved characters, which need no encoding in a URI. */
const isPageId = (id: unknown): boolean => typeof id === "string" && /^[A-Za-z0-9._~-]+$/.test(id)

const isPlain = (page: Page): boolean =>
  isWholeAndValid(page) && page.canvas === undefined && page.choices === undefined && page.layers === undefined &&
  page.rights === undefined

/** What is wrong with a page by itself, except for its id. */
const contentFindings = (path: string, page: Page): ReadonlyArray<Finding> => [
  ...picture(path, page, canvasSize(page)),
  ...sizes(`${path}.canvas`, page.canvas),
  ...choicesAndLayers(path, page),
  ...rightsFindings(`${path}.rights`, page.rights)
]

const pageFindings = (
  pages: ReadonlyArray<Page>,
  index: number,
  seen: Map<string, number>,
  findings: Array<Finding>
): void => {
  const page = pages[index]
  if (page === undefined) return
  if (!isPageId(page.id)) findings.push(finding("page-id", `pages[${index}].id`, `it is ${kindOf(page.id)}`))
  if (!isPlain(page)) findings.push(...contentFindings(`pages[${index}]`, page))
  const earlier = seen.get(page.id)
  if (earlier === undefined) seen.set(page.id, index)
  else findings.push(finding("page-duplicate", `pages[${index}].id`, `pages[${earlier}] has the same id`))
}

const pageOf = (place: PageOrPart): string => typeof place === "string" ? place : place.page

type Known = ReadonlyMap<string, Page>

const placeRule = (path: string, place: PageOrPart, known: Known): ReadonlyArray<Finding> => {
  const page = known.get(pageOf(place))
  if (page === undefined) return [finding("page-missing", path, `there is no page ${quoted(String(pageOf(place)))}`)]
  return typeof place === "string" ? [] : outside(`${path}.region`, place.region, canvasSize(page))
}

const section = (
  path: string,
  given: Section,
  known: Known,
  above: ReadonlyArray<Section>
): ReadonlyArray<Finding> => {
  if (above.includes(given)) return [finding("range-cycle", path, "the section contains itself")]
  if (given.items.length === 0) return [finding("range-empty", `${path}.items`, "the section is empty")]
  return given.items.flatMap((item, index) =>
    isSection(item)
      ? section(`${path}.items[${index}]`, item, known, [...above, given])
      : placeRule(`${path}.items[${index}]`, item, known)
  )
}

const rightsFindings = (path: string, rights: string | undefined): ReadonlyArray<Finding> => {
  const corrected = rights === undefined ? undefined : correctRights(rights)
  return corrected === undefined
    ? []
    : [finding("rights-corrected", path, `${quoted(rights ?? "")} was corrected to ${corrected}`)]
}

/** What is wrong with the inputs of a manifest, with the paths of those inputs. */
export const inputFindings = (
  { contents = [], language: tag = "none", rights, start }: Description,
  pages: ReadonlyArray<Page>
): ReadonlyArray<Finding> => {
  if (pages.length === 0) return [finding("manifest-empty", "pages", "there are no pages")]
  const walk = new Walk({})
  walk.at("language", tag, language.check)
  const findings: Array<Finding> = [...walk.findings()]
  const seen = new Map<string, number>()
  for (let index = 0; index < pages.length; index++) pageFindings(pages, index, seen, findings)
  if (contents.length > 0 || start !== undefined) {
    const known = new Map<string, Page>(pages.map((page) => [page.id, page]))
    findings.push(...contents.flatMap((one, index) => section(`contents[${index}]`, one, known, [])))
    if (start !== undefined) findings.push(...placeRule("start", start, known))
  }
  findings.push(...rightsFindings("rights", rights))
  return findings
}
