/** What is wrong with the inputs of a manifest beyond their schemas, with the paths of those inputs. */
import type { Finding } from "../check/finding.ts"
import { finding } from "../check/rules.ts"
import { kindOf, Walk } from "../model/walk.ts"
import { reportSelected } from "../presentation3/dimensions.ts"
import { correctRights } from "../presentation3/rights.ts"
import { language } from "../presentation3/scalars.ts"
import { isHttpUri, maxUri } from "../presentation3/uri.ts"
import { quoted } from "../quoted.ts"
import { isAnnotation } from "./annotations.ts"
import type { Annotation, Content, Layer } from "./content.ts"
import type { Described, Description, Extent, InnerPage, Page, Section } from "./description.ts"
import { canvasExtent } from "./extent.ts"
import type { Form } from "./form.ts"
import { hasExtension } from "./image.ts"
import { type AnyImage, choicesOf, contentKeys, isImage, isKind, isOwn, isServed } from "./kinds.ts"
import { partFindings, regionFindings, timeFindings, type Whole } from "./partRules.ts"
import { canvasId } from "./parts.ts"
import type { PageOrPart } from "./place.ts"
import { canvasOf } from "./prune.ts"
import { isSection } from "./ranges.ts"
import { at } from "./structure.ts"

type Findings = ReadonlyArray<Finding>

export const isAddress = (address: unknown): address is string => typeof address === "string" && isHttpUri(address)

/** What cannot be part of the address of an image service, to which requests are added. */
const suffix = /(?:[?#].*|\/+|\/info\.json)$/s

export const isServiceAddress = (address: unknown): address is string =>
  isAddress(address) && !address.endsWith("/") && !address.endsWith("/info.json") && !address.includes("?") &&
  !address.includes("#")

const withoutSuffix = (address: string): string =>
  suffix.test(address) ? withoutSuffix(address.replace(suffix, "")) : address

const addressMessage = (address: unknown): string =>
  typeof address === "string" && address.length > maxUri
    ? `it has ${address.length} characters`
    : `it is ${kindOf(address)}`

/** The address of content, which exactly one key gives. */
const addressFindings = (path: string, given: object): Findings => {
  const keys = contentKeys.filter((key) => isKind(given, key))
  if (keys.length > 1) {
    return [finding("value-kind", path, `it has ${keys.join(" and ")}`, {
      expected: `one of ${contentKeys.join(", ")}`,
      remedy: "keep the one that is the content, and make the others layers"
    })]
  }
  const [key] = keys
  if (key === undefined || key === "text" || key === "resource") return []
  const address: unknown = Reflect.get(given, key)
  if (key === "imageService" && isAddress(address) && !isServiceAddress(address)) {
    return [finding("id-uri", `${path}.${key}`, addressMessage(address), {
      expected: "the address of an image service, to which requests are added",
      clause: "Image API 3.0, 2",
      remedy: `write ${quoted(withoutSuffix(address))}`
    })]
  }
  return isAddress(address) ? [] : [finding("id-uri", `${path}.${key}`, addressMessage(address))]
}

/** An image that is requested in the format of its source. */
export const formatFindings = (path: string, { mediaType }: AnyImage, bodyFormat: Form["bodyFormat"]): Findings =>
  bodyFormat === "jpeg" || hasExtension(mediaType) ? [] : [
    finding("format", `${path}.mediaType`, `it is ${kindOf(mediaType)}`, {
      expected: "a format that image services deliver, such as image/png",
      clause: "Image API 3.0, 4.5",
      remedy: "correct it, or request images in the format jpeg"
    })
  ]

/** A place on a page, or a canvas, that an input refers to, which can only be looked up once all pages are known. */
export interface Reference {
  readonly path: string
  readonly place: PageOrPart | Given
}

/** A canvas or a part of one as Presentation 3 has it. */
interface Given {
  readonly canvas: unknown
  /** Whether it must be a canvas of the manifest. */
  readonly isOurs: boolean
}

/** The canvas of a page, as what something is part of. */
const wholeOf = (page: InnerPage): Whole => ({ ...canvasExtent(page), isCanvas: true })

/** The canvas of a page has a size or a duration. */
const extentFindings = (path: string, { duration, height, width }: Extent): Findings => {
  if (width !== undefined || height !== undefined || duration !== undefined) return []
  return [finding("missing", `${path}.canvas`, "the page has neither a size nor a duration", {
    expected: "width and height, a duration, or all three",
    clause: "Presentation 3.0, 5.3"
  })]
}

export const rightsFindings = (path: string, rights: string | undefined): Findings => {
  const corrected = rights === undefined ? undefined : correctRights(rights)
  return corrected === undefined
    ? []
    : [finding("rights-corrected", path, `${quoted(rights ?? "")} was corrected to ${corrected}`)]
}

const ignored = (path: string, message: string): Finding =>
  finding("property-misplaced", path, message, { expected: "only what is written", remedy: "remove it" })

/** A logo is an image; what a resource is, is found in what is built. */
const logoFindings = (path: string, logo: object): Findings =>
  "type" in logo || isImage(logo) || isKind(logo, "resource")
    ? []
    : [finding("class", path, "it is no image", { expected: "an image" })]

const motivationFindings = (path: string, motivation: string): Findings =>
  /^\S+$/.test(motivation) ? [] : [
    finding("value-kind", path, `it is ${quoted(motivation)}`, {
      expected: "a motivation such as commenting, or its URI",
      clause: "Web Annotation Data Model, 3.3.5"
    })
  ]

/** What content can have that a thumbnail made from an image service does not. */
const ignoredFindings = (path: string, given: object): Findings =>
  ["label", "choices", "styleClass", "annotations", "region", "rotation"].flatMap((key) =>
    Reflect.get(given, key) === undefined
      ? []
      : [ignored(`${path}.${key}`, "a thumbnail is requested of the whole image, and has none")]
  )

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null

/** Collects what is wrong with inputs that fit their schemas, and what they refer to. */
class Inputs {
  readonly findings: Array<Finding> = []
  readonly #references: Array<Reference>
  readonly #bodyFormat: Form["bodyFormat"]

  constructor(references: Array<Reference>, bodyFormat: Form["bodyFormat"] = "jpeg") {
    this.#references = references
    this.#bodyFormat = bodyFormat
  }

  #report(findings: Findings): void {
    for (const one of findings) this.findings.push(one)
  }

  #body(path: string, body: unknown): void {
    if (!isObject(body) || "type" in body) return
    if ("page" in body) this.#references.push({ path, place: body as Exclude<PageOrPart, string> })
    else this.#contentWithAnnotations(path, body as Content)
  }

  #annotation(path: string, { body, motivation, target }: Annotation, whole: Whole): void {
    if (typeof motivation === "string") this.#report(motivationFindings(`${path}.motivation`, motivation))
    else {
      for (const [index, one] of motivation.entries()) {
        this.#report(motivationFindings(`${path}.motivation[${index}]`, one))
      }
    }
    if (Array.isArray(body)) { for (const [index, one] of body.entries()) this.#body(`${path}.body[${index}]`, one) }
    else this.#body(`${path}.body`, body)
    if (target === undefined || (isObject(target) && "type" in target)) return
    const at = `${path}.target`
    if (typeof target === "string") this.#references.push({ path: at, place: target })
    else if (target.page === undefined) this.#report(partFindings(at, target, whole))
    else this.#references.push({ path: at, place: { ...target, page: target.page } })
  }

  #annotations(start: string, given: Described["annotations"], whole: Whole): void {
    for (const [index, one] of (given ?? []).entries()) {
      if (isAnnotation(one)) this.#annotation(`${start}annotations[${index}]`, one, whole)
    }
  }

  /** What annotations of the manifest select that are given as Presentation 3 has them; others are of their canvas. */
  #givenTargets(given: Described["annotations"]): void {
    for (const [index, one] of (given ?? []).entries()) {
      const path = `annotations[${index}]`
      if (isAnnotation(one)) {
        if (isObject(one.target) && "type" in one.target) this.#givenTarget(`${path}.target`, one.target)
        continue
      }
      const items: unknown = isObject(one) && "items" in one ? one.items : undefined
      for (const [number, item] of (Array.isArray(items) ? items : []).entries()) {
        const targets: unknown = isObject(item) && "target" in item ? item.target : undefined
        const at = `${path}.items[${number}].target`
        if (!Array.isArray(targets)) this.#givenTarget(at, targets)
        else for (const [place, target] of targets.entries()) this.#givenTarget(`${at}[${place}]`, target)
      }
    }
  }

  #givenTarget(path: string, canvas: unknown): void {
    this.#references.push({ path, place: { canvas, isOurs: false } })
  }

  /** What content is by itself, with its choices, but not its annotations: those of a page are of its canvas. */
  #content(path: string, given: Content): void {
    this.#report(addressFindings(path, given))
    if (isServed(given)) this.#report(formatFindings(path, given, this.#bodyFormat))
    if ("region" in given) this.#report(regionFindings(`${path}.region`, given.region, given))
    if ("clip" in given) {
      const { clip, duration } = given
      this.#report(timeFindings(`${path}.clip`, clip, duration === undefined ? {} : { duration }))
    }
    for (const [index, one] of (given.choices ?? []).entries()) {
      const at = `${path}.choices[${index}]`
      this.#contentWithAnnotations(at, one)
      if (!("target" in one) || one.target === undefined) continue
      this.#report([finding("choice-target", `${at}.target`, "the choice has its own target")])
    }
  }

  /** Thumbnails and logos. Of an image with a service, another size is requested, and nothing is said of it. */
  #thumbnails(path: string, given: Described["thumbnail"]): void {
    for (const [index, one] of (given ?? []).entries()) {
      if ("type" in one) continue
      const at = `${path}[${index}]`
      this.#contentWithAnnotations(at, one)
      if (isServed(one)) this.#report(ignoredFindings(at, one))
    }
  }

  #contentWithAnnotations(path: string, given: Content): void {
    this.#content(path, given)
    if (!isOwn(given) && choicesOf(given) === undefined) {
      this.#report([
        finding("body-missing", `${path}.choices`, "there are no choices", { expected: "at least one choice" })
      ])
    }
    if (isKind(given, "resource") && given.label !== undefined && "label" in given.resource) {
      this.#report([ignored(`${path}.label`, "the resource has a label of its own")])
    }
    if ("annotations" in given) this.#annotations(`${path}.`, given.annotations, given as Extent)
  }

  #placement(path: string, { target, time }: Layer, canvas: Whole): void {
    this.#report(regionFindings(`${path}.target`, target, canvas))
    this.#report(timeFindings(`${path}.time`, time, canvas))
  }

  /** The properties that manifests, pages and sections share. */
  described(path: string, given: Described, whole: Whole): void {
    const start = path === "" ? "" : `${path}.`
    this.#report(rightsFindings(`${start}rights`, given.rights))
    this.#annotations(start, given.annotations, whole)
    this.#thumbnails(`${start}thumbnail`, given.thumbnail)
    for (const [index, { logo }] of (given.provider ?? []).entries()) {
      const at = `${start}provider[${index}].logo`
      this.#thumbnails(at, logo)
      this.#report((logo ?? []).flatMap((one, number) => logoFindings(`${at}[${number}]`, one)))
    }
    for (const key of ["placeholderCanvas", "accompanyingCanvas"] as const) {
      const page = given[key]
      if (page !== undefined && !("type" in page)) this.page(`${start}${key}`, page)
    }
  }

  page(path: string, page: InnerPage): void {
    const canvas = wholeOf(page)
    this.#content(path, page as Content)
    this.#report(extentFindings(path, canvas))
    this.#placement(path, page as Layer, canvas)
    for (const [index, one] of (page.layers ?? []).entries()) {
      const at = `${path}.layers[${index}]`
      this.#contentWithAnnotations(at, one)
      this.#placement(at, one, canvas)
    }
    this.described(path, page, canvas)
  }

  #section(path: string, given: Section): void {
    this.described(path, given, {})
    if (given.start !== undefined) this.#references.push({ path: `${path}.start`, place: given.start })
    if (given.items.length === 0) this.#report([finding("range-empty", `${path}.items`, "the section is empty")])
    for (const [index, item] of given.items.entries()) {
      const at = `${path}.items[${index}]`
      if (isSection(item)) this.#section(at, item)
      else if (typeof item === "string" || "page" in item) this.#references.push({ path: at, place: item })
      else if (item.type !== "Range") this.#references.push({ path: at, place: { canvas: item, isOurs: true } })
    }
  }

  description(description: Description): void {
    const { contents = [], start } = description
    this.#report(languageFindings(description))
    if (start !== undefined) this.#references.push({ path: "start", place: start })
    this.described("", description, {})
    this.#givenTargets(description.annotations)
    for (const [index, one] of contents.entries()) this.#section(`contents[${index}]`, one)
  }
}

/** What is wrong with the properties that all resources share, of one that has no size. */
export const describedFindings = (path: string, given: Described, references: Array<Reference>): Findings => {
  const inputs = new Inputs(references)
  inputs.described(path, given, {})
  return inputs.findings
}

export const languageFindings = ({ language: tag = "none" }: Pick<Description, "language">): Findings => {
  const walk = new Walk({})
  walk.at("language", tag, language.check)
  return walk.findings()
}

/** What is wrong with a page that fits its schema, except for its id. */
export const pageFindings = (path: string, page: InnerPage, references: Array<Reference>, form: Form): Findings => {
  const inputs = new Inputs(references, form.bodyFormat)
  inputs.page(path, page)
  return inputs.findings
}

/** What is wrong with a description that fits its schema. */
export const descriptionFindings = (description: Description, references: Array<Reference>, form: Form): Findings => {
  const inputs = new Inputs(references, form.bodyFormat)
  inputs.description(description)
  return inputs.findings
}

/** RFC 3986, 2.3: unreserved characters, which need no encoding in a URI. */
const unreserved = /^[A-Za-z0-9._~-]+$/

export const isPageId = (id: unknown): id is string =>
  typeof id === "string" && id.length <= maxUri && unreserved.test(id)

export const pageIdFindings = (path: string, id: unknown): Findings =>
  isPageId(id) ? [] : [finding("page-id", `${path}.id`, addressMessage(id))]

/** The pages that can be referred to, by the manifest that they are in. */
export interface Known {
  readonly manifest: string
  readonly page: (id: string) => Page | undefined
}

const givenFindings = (path: string, { canvas, isOurs }: Given, { manifest, page }: Known): Findings => {
  const start = canvasId(manifest, "")
  const id = canvasOf(canvas)
  const known = typeof id === "string" && id.startsWith(start) ? page(id.slice(start.length)) : undefined
  if (known === undefined) return isOurs ? [finding("range-target", path, `it refers to ${kindOf(id)}`)] : []
  const extent = canvasExtent(known)
  if (extentFindings("", extent).length > 0) return []
  const walk = new Walk({})
  reportSelected(canvas, { id, ...extent }, walk)
  return walk.findings().map((one) => at(path, one))
}

export const referenceFindings = ({ path, place }: Reference, known: Known): Findings => {
  if (typeof place === "object" && "canvas" in place) return givenFindings(path, place, known)
  const id = typeof place === "string" ? place : place.page
  const page = known.page(id)
  if (page === undefined) return [finding("page-missing", path, `there is no page ${quoted(id)}`)]
  return typeof place === "string" ? [] : partFindings(path, place, wholeOf(page))
}

/** The address of the manifest, from which all ids in it are derived. */
export const uriFindings = (uri: unknown): Findings => {
  if (!isAddress(uri)) return [finding("id-uri", "uri", addressMessage(uri))]
  if (!uri.includes("#")) return []
  return [
    finding("id-fragment", "uri", `it is ${quoted(uri)}`, {
      expected: "an address without a fragment",
      clause: "Presentation 3.0, 3.2, id"
    })
  ]
}
