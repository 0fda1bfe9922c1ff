import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { context, type Manifest } from "../../Presentation3.ts"
import { check, checkCanvas, checkImage } from "../check/check.ts"
import { Finding } from "../check/finding.ts"
import type { RuleSet } from "../check/ruleSet.ts"
import { canvasOf } from "./canvas.ts"
import { canvasTexts } from "./canvasText.ts"
import { describe, type Mutable } from "./described.ts"
import type { BuildOptions, Description, Page } from "./description.ts"
import { type Form, formOf, textOf } from "./form.ts"
import { painted, thumbnail } from "./image.ts"
import { inputFindings } from "./inputs.ts"
import { canvasReference, rangesOf } from "./ranges.ts"

/** How many findings a message names. */
const shown = 20

/**
 * A manifest that is wrong, with every finding.
 *
 * @category errors
 * @since 0.1.0
 */
export class ManifestError extends Schema.TaggedError<ManifestError>()("ManifestError", {
  findings: Schema.Array(Finding)
}) {
  override get message() {
    const lines = this.findings.slice(0, shown).map(({ code, expected, message, path, remedy }) =>
      `  ${path}: ${message}; expected: ${expected}; ${remedy} [${code}]`
    )
    const more = this.findings.length > shown ? [`  and ${this.findings.length - shown} more`] : []
    return ["the manifest is not right:", ...lines, ...more].join("\n")
  }
}

const navPlaceContext = "http://iiif.io/api/extension/navplace/context.json"

const contextOf = (description: Description, pages: ReadonlyArray<Page>): string | ReadonlyArray<string> =>
  description.navPlace !== undefined || pages.some((page) => page.navPlace !== undefined)
    ? [navPlaceContext, context]
    : context

type Head = Omit<Manifest, "items">

/** A manifest without its canvases. */
const headOf = (uri: string, description: Description, pages: ReadonlyArray<Page>, form: Form): Head => {
  const { contents, start, viewingDirection } = description
  const made: Mutable<Head> = {
    "@context": contextOf(description, pages),
    id: uri,
    type: "Manifest",
    label: textOf(description.label, form)
  }
  describe(made, { ...description, behavior: form.behavior }, form)
  if (viewingDirection !== undefined) made.viewingDirection = viewingDirection
  const [first] = pages
  const small = form.thumbnails && first !== undefined ? thumbnail(first, form) : undefined
  if (description.thumbnail !== undefined) made.thumbnail = description.thumbnail
  else if (first?.thumbnail !== undefined && form.thumbnails) made.thumbnail = first.thumbnail
  else if (small !== undefined) made.thumbnail = [small]
  if (start !== undefined) made.start = canvasReference(uri, start)
  if (contents !== undefined) made.structures = rangesOf(uri, contents, form)
  return made
}

export const isError = ({ severity }: Finding): boolean => severity === "error"

/** What was found in what is given, and what was found besides in what became of it. */
const together = (given: ReadonlyArray<Finding>, made: ReadonlyArray<Finding>): ReadonlyArray<Finding> => {
  const told = new Set(given.map(({ code }) => code))
  return given.length === 0 ? made : [...given, ...made.filter(({ code }) => !told.has(code))]
}

/** A manifest, and what was found that is no error. */
export interface Built {
  readonly manifest: Manifest
  readonly findings: ReadonlyArray<Finding>
}

/** Nothing can be made of these. */
const hopeless = new Set(["manifest-empty", "range-cycle"])

/**
 * A page with no fields but these yields a valid canvas whenever its inputs are valid (a property test holds this), so
 * that canvas is not checked.
 */
const plain = new Set(["id", "imageService", "url", "width", "height", "mediaType", "label"])

const isPlain = (page: Page): boolean => {
  for (const key in page) if (!plain.has(key)) return false
  return page.label === undefined || typeof page.label === "string"
}

/** What rule sets make of the images of a plain page. */
const plainFindings = (
  page: Page,
  index: number,
  form: Form,
  rules: ReadonlyArray<RuleSet>
): ReadonlyArray<Finding> => {
  const small = form.thumbnails ? thumbnail(page, form) : undefined
  return [
    ...checkImage(painted(page, form), ["items", index, "items", 0, "items", 0, "body"], rules),
    ...(small === undefined ? [] : checkImage(small, ["items", index, "thumbnail", 0], rules))
  ]
}

/** Canvases are checked one at a time: all of a large manifest's would not fit in memory. */
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

/** What a manifest without canvases lacks; its ranges and its start are looked at as inputs. */
const withoutCanvases = new Set(["manifest-empty", "range-target", "start-target"])

const headFindings = (head: Head, rules: ReadonlyArray<RuleSet>): ReadonlyArray<Finding> =>
  check({ ...head, items: [] }, { rules }).filter(({ code }) => !withoutCanvases.has(code))

interface Plan {
  readonly form: Form
  readonly head: Head
  readonly findings: ReadonlyArray<Finding>
}

const failure = (findings: ReadonlyArray<Finding>): Result.Result<never, ManifestError> =>
  Result.fail(new ManifestError({ findings: findings.filter(isError) }))

/** Everything but the canvases, and all that is to be said of them. */
const plan = (
  uri: string,
  description: Description,
  pages: ReadonlyArray<Page>,
  options: BuildOptions
): Result.Result<Plan, ManifestError> => {
  const { rules = [] } = options
  const given = inputFindings(description, pages)
  if (given.some(({ code }) => hopeless.has(code))) return failure(given)
  const form = formOf(description, pages.length, options)
  const head = headOf(uri, description, pages, form)
  const findings = together(given, [...headFindings(head, rules), ...canvasFindings(uri, pages, form, rules)])
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
    if (first === undefined) throw new Error("a plan has a page")
    const items: Manifest["items"] = [first, ...others]
    const manifest = structures === undefined ? { ...head, items } : { ...head, items, structures }
    return { manifest, findings }
  })

/** About how many characters a piece of the text has. */
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
