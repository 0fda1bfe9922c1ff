import * as Result from "effect/Result"
import { context, type Manifest } from "../../Presentation3.ts"
import { check, checkCanvas, checkImage, checkWhole } from "../check/check.ts"
import type { Finding } from "../check/finding.ts"
import type { RuleSet } from "../check/ruleSet.ts"
import { hasOnly } from "../fields.ts"
import { canvasOf, emptyCanvas } from "./canvas.ts"
import { canvasTexts } from "./canvasText.ts"
import { describe, type Mutable } from "./described.ts"
import type { BuildOptions, Description, Page } from "./description.ts"
import { type Form, formOf, textOf } from "./form.ts"
import { painted, thumbnail } from "./image.ts"
import { inputFindings } from "./inputs.ts"
import { isError, ManifestError } from "./manifestError.ts"
import { canvasReference, rangesOf } from "./ranges.ts"

const navPlaceContext = "http://iiif.io/api/extension/navplace/context.json"

const contextOf = (description: Description, pages: ReadonlyArray<Page>): string | ReadonlyArray<string> =>
  description.navPlace !== undefined || pages.some((page) => page.navPlace !== undefined)
    ? [navPlaceContext, context]
    : context

type Head = Omit<Manifest, "items">

/** A manifest without its canvases. */
const headOf = (uri: string, description: Description, pages: ReadonlyArray<Page>, form: Form): Head => {
  const { contents, start, viewingDirection } = description
  const head: Mutable<Head> = {
    "@context": contextOf(description, pages),
    id: uri,
    type: "Manifest",
    label: textOf(description.label, form)
  }
  describe(head, { ...description, behavior: form.behavior }, form)
  if (viewingDirection !== undefined) head.viewingDirection = viewingDirection
  const [first] = pages
  const generated = form.thumbnails && first !== undefined ? thumbnail(first, form) : undefined
  if (description.thumbnail !== undefined) head.thumbnail = description.thumbnail
  else if (first?.thumbnail !== undefined && form.thumbnails) head.thumbnail = first.thumbnail
  else if (generated !== undefined) head.thumbnail = [generated]
  if (start !== undefined) head.start = canvasReference(uri, start)
  if (contents !== undefined) head.structures = rangesOf(uri, contents, form)
  return head
}

/** Findings about the inputs, and those about the built manifest whose codes the inputs do not have already. */
const mergeFindings = (
  ofInputs: ReadonlyArray<Finding>,
  ofManifest: ReadonlyArray<Finding>
): ReadonlyArray<Finding> => {
  const reported = new Set(ofInputs.map(({ code }) => code))
  return ofInputs.length === 0 ? ofManifest : [...ofInputs, ...ofManifest.filter(({ code }) => !reported.has(code))]
}

/**
 * A manifest and the warnings about it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Built {
  readonly manifest: Manifest
  readonly findings: ReadonlyArray<Finding>
}

/** Errors in the inputs that leave nothing to build. */
const fatalCodes = new Set(["manifest-empty", "range-cycle"])

/**
 * A page with only these fields yields a valid canvas whenever its inputs are valid (a property test holds this), so
 * its canvas is not checked.
 */
const plainFields = new Set(["id", "imageService", "url", "width", "height", "mediaType", "label"])

const isPlain = (page: Page): boolean =>
  hasOnly(page, plainFields) && (page.label === undefined || typeof page.label === "string")

/** What rule sets find in the images of a plain page. */
const plainFindings = (
  page: Page,
  index: number,
  form: Form,
  rules: ReadonlyArray<RuleSet>
): ReadonlyArray<Finding> => {
  const generated = form.thumbnails ? thumbnail(page, form) : undefined
  return [
    ...checkImage(painted(page, form), ["items", index, "items", 0, "items", 0, "body"], rules),
    ...(generated === undefined ? [] : checkImage(generated, ["items", index, "thumbnail", 0], rules))
  ]
}

/** Checks canvases one at a time: all canvases of a large manifest would not fit in memory. */
const canvasFindings = (
  uri: string,
  pages: ReadonlyArray<Page>,
  form: Form,
  rules: ReadonlyArray<RuleSet>
): ReadonlyArray<Finding> => {
  const findings: Array<Finding> = []
  const imageRules = rules.filter(({ image }) => image !== undefined)
  for (const [index, page] of pages.entries()) {
    if (!isPlain(page)) findings.push(...checkCanvas(canvasOf(uri, page, form), index, rules))
    else if (imageRules.length > 0) findings.push(...plainFindings(page, index, form, imageRules))
  }
  return findings
}

/** Findings that any manifest without canvases has; ranges and `start` are checked as inputs instead. */
const withoutCanvases = new Set(["manifest-empty", "range-target", "start-target"])

const headFindings = (head: Head): ReadonlyArray<Finding> =>
  check({ ...head, items: [] }).filter(({ code }) => !withoutCanvases.has(code))

/** What rule sets find in the manifest as a whole, which they see with canvases that have nothing in them. */
const wholeFindings = (
  head: Head,
  uri: string,
  pages: ReadonlyArray<Page>,
  rules: ReadonlyArray<RuleSet>
): ReadonlyArray<Finding> => {
  if (rules.every(({ manifest }) => manifest === undefined)) return []
  return checkWhole({ ...head, items: pages.map((page) => emptyCanvas(uri, page)) }, rules)
}

interface Plan {
  readonly form: Form
  readonly head: Head
  readonly findings: ReadonlyArray<Finding>
}

const failure = (findings: ReadonlyArray<Finding>): Result.Result<never, ManifestError> =>
  Result.fail(new ManifestError({ findings: findings.filter(isError) }))

/** Everything but the canvases, and all findings, including those of the canvases. */
const plan = (
  uri: string,
  description: Description,
  pages: ReadonlyArray<Page>,
  options: BuildOptions
): Result.Result<Plan, ManifestError> => {
  const { rules = [] } = options
  const ofInputs = inputFindings(description, pages)
  if (ofInputs.some(({ code }) => fatalCodes.has(code))) return failure(ofInputs)
  const form = formOf(description, pages.length, options)
  const head = headOf(uri, description, pages, form)
  const findings = mergeFindings(ofInputs, [
    ...headFindings(head),
    ...wholeFindings(head, uri, pages, rules),
    ...canvasFindings(uri, pages, form, rules)
  ])
  return findings.some(isError) ? failure(findings) : Result.succeed({ form, head, findings })
}

export const build = (
  uri: string,
  description: Description,
  pages: ReadonlyArray<Page>,
  options: BuildOptions = {}
): Result.Result<Built, ManifestError> =>
  Result.map(plan(uri, description, pages, options), ({ findings, form, head: { structures, ...head } }) => {
    const [first, ...others] = pages.map((page) => canvasOf(uri, page, form))
    if (first === undefined) throw new Error("a plan has at least one page")
    const items: Manifest["items"] = [first, ...others]
    const manifest = structures === undefined ? { ...head, items } : { ...head, items, structures }
    return { manifest, findings }
  })

/** The approximate length of a piece of text, in characters. */
const pieceLength = 64 * 1024

function* pieces(uri: string, { form, head }: Plan, pages: ReadonlyArray<Page>): Generator<string, void> {
  const { structures, ...beginning } = head
  let piece = `${JSON.stringify(beginning).slice(0, -1)},"items":[`
  let separator = ""
  const textOf = canvasTexts(uri, form)
  for (const page of pages) {
    piece += separator + textOf(page)
    separator = ","
    if (piece.length < pieceLength) continue
    yield piece
    piece = ""
  }
  yield `${piece}]${structures === undefined ? "" : `,"structures":${JSON.stringify(structures)}`}}`
}

export const buildText = (
  uri: string,
  description: Description,
  pages: ReadonlyArray<Page>,
  options: BuildOptions = {}
): Result.Result<Iterable<string>, ManifestError> =>
  Result.map(plan(uri, description, pages, options), (plan) => ({ [Symbol.iterator]: () => pieces(uri, plan, pages) }))
