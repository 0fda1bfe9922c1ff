/** Checks the inputs of a manifest, and makes all of it but its canvases. */
import { isIterable, isObject } from "effect/Predicate"
import * as Schema from "effect/Schema"
import type { Canvas, Manifest } from "../../Presentation3.ts"
import { checkCanvas, checkHead, checkWhole, ImageChecks } from "../check/check.ts"
import type { Finding } from "../check/finding.ts"
import { finding, rules } from "../check/rules.ts"
import type { RuleSet } from "../check/ruleSet.ts"
import { kindOf } from "../model/walk.ts"
import { manifest } from "../presentation3/structureTables.ts"
import { quoted } from "../quoted.ts"
import { canvasOf, describeAll, emptyCanvas, pageThumbnails } from "./canvas.ts"
import { Collector, withoutConsequences } from "./collector.ts"
import type { Mutable } from "./described.ts"
import { type BuildOptions, Description, Page } from "./description.ts"
import { contextOf } from "./extensions.ts"
import { type Form, formOf, textOf } from "./form.ts"
import { GivenIds, hasGivenIds, idsOf } from "./givenIds.ts"
import { guarded } from "./guard.ts"
import { hasExtension, imageOf, servicesOf, thumbnail } from "./image.ts"
import { inInputs, inPage } from "./inputPath.ts"
import {
  descriptionFindings,
  isPageId,
  languageFindings,
  pageFindings,
  pageIdFindings,
  type Reference,
  referenceFindings,
  rightsFindings,
  uriFindings
} from "./inputs.ts"
import { lengthFindings } from "./inspect.ts"
import { isServed } from "./kinds.ts"
import { inOrder } from "./order.ts"
import { startReference } from "./parts.ts"
import { problemsOf } from "./problems.ts"
import { rangesOf } from "./ranges.ts"
import { at, isBlocking, structureOf } from "./structure.ts"
import { isUsual, isWorded, type UsualPage } from "./usual.ts"

type Findings = ReadonlyArray<Finding>

/** A manifest without its canvases. */
export type Head = Omit<Manifest, "items">

/** All that is needed to build a manifest. */
export interface Plan {
  readonly form: Form
  readonly head: Head
}

const headOf = (description: Description, first: Page | undefined, others: ReadonlyArray<Page>, form: Form): Head => {
  const { contents, sharedServices, start, viewingDirection } = description
  const uri = form.manifest
  const head: Mutable<Head> = {
    "@context": contextOf(description, others),
    id: uri,
    type: "Manifest",
    label: textOf(description.label, form)
  }
  describeAll(head, { ...description, behavior: form.behavior }, form, uri)
  if (viewingDirection !== undefined) head.viewingDirection = viewingDirection
  if (head.thumbnail === undefined && form.thumbnails && first !== undefined) {
    const thumbnails = pageThumbnails(first, form, uri)
    if (thumbnails !== undefined) head.thumbnail = thumbnails
  }
  if (start !== undefined) head.start = startReference(uri, uri, start)
  if (sharedServices !== undefined) head.services = sharedServices
  if (contents !== undefined) head.structures = rangesOf(uri, contents, form)
  return inOrder(manifest, head)
}

/** Takes the place of an address that is wrong, so that this is not found again in every id that derives from it. */
const standInUri = "https://localhost/manifest"

const pageProblems = problemsOf(Page)

const descriptionProblems = problemsOf(Description)

const optionProblems = problemsOf(
  Schema.Struct({
    service: Schema.optional(Schema.Struct({ type: Schema.String, profile: Schema.String })),
    legacyServiceKeys: Schema.optional(Schema.Literals(["@id", "id"])),
    bodyFormat: Schema.optional(Schema.Literals(["jpeg", "source"])),
    thumbnails: Schema.optional(Schema.Boolean)
  })
)

/** The form of a manifest; a language that is wrong is not found again in every text. */
const validForm = (
  uri: string,
  description: Description,
  pages: ReadonlyArray<Page>,
  options: BuildOptions
): Form => {
  const form = formOf(uri, description, pages, options)
  return languageFindings(description).length === 0 ? form : { ...form, language: "none" }
}

/** Findings of rule sets speak of the manifest, and keep their paths. */
const isOurs = ({ code }: Finding): boolean => Object.hasOwn(rules, code)

/** A page, its canvas, and the ids that the canvas must not have, if it may have one of them. */
interface Made {
  readonly page: Page
  readonly canvas: Canvas
  readonly ids: GivenIds | undefined
}

/** The inputs of one manifest, and what is found in them. */
class Planner {
  readonly collector = new Collector()
  readonly #references: Array<Reference> = []
  readonly #places = new Map<string, number>()
  readonly #description: Description
  readonly #pages: ReadonlyArray<Page>
  readonly #rules: ReadonlyArray<RuleSet>
  readonly #ids: GivenIds
  readonly form: Form

  constructor(uri: string, description: Description, pages: ReadonlyArray<Page>, options: BuildOptions) {
    this.#description = description
    this.#pages = pages
    this.#rules = options.rules ?? []
    this.#ids = new GivenIds(uri)
    this.form = validForm(uri, description, pages, options)
  }

  /** Checks by rule sets the images of a usual page. */
  #checkImages(page: UsualPage, index: number, images: ImageChecks): void {
    const services = servicesOf(page, this.form)
    images.check(imageOf(page, this.form, services), ["items", index, "items", 0, "items", 0, "body"])
    if (!this.form.thumbnails || !isServed(page)) return
    images.check(thumbnail(page, this.form, services), ["items", index, "thumbnail", 0])
  }

  #add(found: Findings): void {
    if (found.length > 0) this.collector.add(found)
  }

  /** Whether every page can be built. */
  #isComplete = true

  /** The pages that are not usual: only these can use extensions. */
  readonly #others: Array<Page> = []

  /** Whether an image is requested in a format that image services deliver. */
  #isDelivered(page: Page): boolean {
    return this.form.bodyFormat === "jpeg" || !isServed(page) || hasExtension(page.mediaType)
  }

  /** What is wrong with a page in itself. */
  #inputFindings(page: unknown, index: number): Findings {
    const path = `pages[${index}]`
    if (isWorded(page) && this.#isDelivered(page)) return rightsFindings(`${path}.rights`, page.rights)
    const structure = structureOf(page, ["pages", index], path, pageProblems)
    const ofId = isObject(page) ? pageIdFindings(path, page["id"]) : []
    const found = [...structure.filter((one) => one.path !== `${path}.id`), ...ofId]
    return found.some(isBlocking) ? found : [...found, ...pageFindings(path, page as Page, this.#references, this.form)]
  }

  /** What is wrong with the canvas of a page, with the paths of the page. */
  #canvasFindings({ canvas, ids, page }: Made, index: number): Findings {
    const start = `items[${index}]`.length
    this.#ids.page = page.id
    return checkCanvas(canvas, index, this.#rules, ids).map((one) =>
      isOurs(one) ? at(`pages[${index}]${inPage(page, one.path.slice(start))}`, one) : one
    )
  }

  /** Whether another page before has the same id. */
  #idFindings(page: unknown, index: number): Findings {
    const id = isObject(page) ? page["id"] : undefined
    if (typeof id !== "string") return []
    const earlier = this.#places.get(id)
    if (earlier === undefined) {
      this.#places.set(id, index)
      return []
    }
    return [finding("page-duplicate", `pages[${index}].id`, `pages[${earlier}] has the same id`)]
  }

  #pageFindings(index: number): Findings {
    let made: Made | undefined
    const found = guarded(`pages[${index}]`, () => {
      const page = this.#pages[index]
      const findings = [...this.#inputFindings(page, index), ...this.#idFindings(page, index)]
      if (page === undefined || findings.some(isBlocking)) return findings
      const valid = isPageId(page.id) ? page : { ...page, id: "page" }
      const ids = hasGivenIds(page) ? this.#ids : undefined
      this.#others.push(page)
      made = { page, canvas: canvasOf(this.form.manifest, valid, this.form), ids }
      return findings
    })
    if (made !== undefined) return withoutConsequences(found, this.#canvasFindings(made, index))
    this.#isComplete = false
    return found
  }

  /** A page that is usual, and has an id of its own, as almost all do. */
  #flawless(index: number): UsualPage | undefined {
    try {
      const page: unknown = this.#pages[index]
      return isUsual(page) && this.#isDelivered(page) && !this.#places.has(page.id) ? page : undefined
    } catch {
      // Why it cannot be read is found with the other pages.
      return undefined
    }
  }

  /** Checks the pages one at a time: all canvases of a large manifest would not fit in memory. */
  checkPages(): void {
    const imageRules = this.#rules.filter(({ image }) => image !== undefined)
    const images = imageRules.length === 0 ? undefined : new ImageChecks(imageRules)
    for (let index = 0; index < this.#pages.length; index++) {
      const page = this.#flawless(index)
      if (page === undefined) this.#add(this.#pageFindings(index))
      else {
        this.#places.set(page.id, index)
        if (images !== undefined) this.#checkImages(page, index, images)
      }
    }
    if (images !== undefined) this.#add(images.findings())
  }

  /** Checks what refers to pages: the contents, `start` and annotations. */
  checkReferences(): void {
    const known = {
      manifest: this.form.manifest,
      page: (id: string) => {
        const index = this.#places.get(id)
        return index === undefined ? undefined : this.#pages[index]
      }
    }
    for (const one of this.#references) this.collector.add(guarded(one.path, () => referenceFindings(one, known)))
  }

  checkDescription(): void {
    this.collector.add(
      guarded("description", () => descriptionFindings(this.#description, this.#references, this.form))
    )
  }

  /** Makes the manifest without its canvases, and checks it. */
  head(): Head | undefined {
    let head: Head | undefined
    this.collector.add(guarded("description", () => {
      const [first, others] = this.#isComplete ? [this.#pages[0], this.#others] : [undefined, []]
      const made = headOf(this.#description, first, others, this.form)
      head = made
      this.#ids.page = undefined
      const found = checkHead({ ...made, items: [] }, this.#ids).filter(({ code }) => !withoutCanvases.has(code))
      const { findings } = this.collector
      const inPlace = found.map((one) => at(inInputs(this.#description, this.#pages, one.path), one))
      return withoutConsequences(findings, inPlace).slice(findings.length)
    }))
    return head
  }

  /** Checks the ids that are given against those that derive from pages whose ids have not been looked at. */
  checkIds(): void {
    const known = new Map<string, ReturnType<typeof idsOf>>()
    this.#add(guarded("pages", () =>
      this.#ids.foreign.flatMap(({ id, page: name, path }) => {
        const index = this.#places.get(name)
        const page = index === undefined ? undefined : this.#pages[index]
        if (page === undefined || hasGivenIds(page)) return []
        const ids = known.get(name) ?? idsOf(canvasOf(this.form.manifest, page, this.form))
        known.set(name, ids)
        if (!ids.has(id)) return []
        const at = inInputs(this.#description, this.#pages, path)
        return [finding("id-duplicate", at, `pages[${index}] has the id ${quoted(id)}`)]
      })))
  }

  /** What rule sets find in the manifest as a whole, which they see with canvases that have nothing in them. */
  checkWhole(head: Head): void {
    if (this.#rules.every(({ manifest }) => manifest === undefined)) return
    const items = this.#pages.map((page) => emptyCanvas(this.form.manifest, page))
    this.collector.add(checkWhole({ ...head, items }, this.#rules))
  }
}

/** Findings that any manifest without canvases has; ranges and `start` are checked as inputs instead. */
const withoutCanvases = new Set(["manifest-empty", "range-target", "start-target"])

const ruleFindings = (sets: unknown): Findings => {
  if (!Array.isArray(sets)) {
    return [finding("value-kind", "options.rules", `it is ${kindOf(sets)}`, { expected: "a list of rule sets" })]
  }
  const index = sets.findIndex((one) => !isObject(one))
  if (index < 0) return []
  return [finding("value-kind", `options.rules[${index}]`, `it is ${kindOf(sets[index])}`, { expected: "a rule set" })]
}

const optionFindings = (options: unknown): Findings => {
  if (!isObject(options)) {
    return [finding("value-kind", "options", `it is ${kindOf(options)}`, { expected: "an object" })]
  }
  const { rules: sets, ...others } = options
  return [...optionProblems(others, ["options"]), ...(sets === undefined ? [] : ruleFindings(sets))]
}

/** A canvas, its items, a page of annotations, its items, an annotation and a body. */
const valuesOfCanvas = 6

const listFindings = (pages: unknown): Findings => {
  if (!Array.isArray(pages)) {
    const what = isIterable(pages) && typeof pages !== "string" ? "an iterable" : kindOf(pages)
    return [finding("value-kind", "pages", `it is ${what}`, { expected: "a list of pages" })]
  }
  if (pages.length === 0) return [finding("manifest-empty", "pages", "there are no pages")]
  return lengthFindings("pages", pages, valuesOfCanvas)
}

/** A plan, if nothing is wrong with the inputs; and all that is wrong or doubtful. */
export const planOf = (
  uri: string,
  description: Description,
  pages: ReadonlyArray<Page>,
  options: BuildOptions
): { readonly plan?: Plan; readonly findings: Findings } => {
  const first = [
    ...guarded("options", () => optionFindings(options)),
    ...guarded("pages", () => listFindings(pages))
  ]
  if (first.length > 0) return { findings: first }
  const ofUri = uriFindings(uri)
  const ofDescription = guarded(
    "description",
    () => structureOf(description, [], "description", descriptionProblems)
  )
  const isBlocked = ofDescription.some(isBlocking)
  const planner = new Planner(
    ofUri.length > 0 ? standInUri : uri,
    isBlocked ? { label: "" } : description,
    pages,
    options
  )
  planner.collector.add([...ofUri, ...ofDescription])
  if (!isBlocked) planner.checkDescription()
  planner.checkPages()
  planner.checkReferences()
  const { collector, form } = planner
  if (isBlocked) return { findings: collector.findings }
  const head = planner.head()
  if (!collector.hasErrors) planner.checkIds()
  if (head !== undefined && !collector.hasErrors) planner.checkWhole(head)
  return head === undefined || collector.hasErrors
    ? { findings: collector.findings }
    : { plan: { form, head }, findings: collector.findings }
}
