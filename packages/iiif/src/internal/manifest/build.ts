import * as Result from "effect/Result"
import type { Manifest } from "../../Presentation3.ts"
import { type Finding, isError } from "../check/finding.ts"
import { canvasOf } from "./canvas.ts"
import { canvasTexts } from "./canvasText.ts"
import type { BuildOptions, Description, Page } from "./description.ts"
import { unreadable } from "./guard.ts"
import { ManifestError } from "./manifestError.ts"
import { type Plan, planOf } from "./plan.ts"

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

const failure = (findings: ReadonlyArray<Finding>): Result.Result<never, ManifestError> =>
  Result.fail(new ManifestError({ findings: findings.filter(isError) }))

/** Makes something of a plan; inputs that change while they are read may still throw. */
const attempt = <T>(make: () => T): Result.Result<T, ManifestError> => {
  try {
    return Result.succeed(make())
  } catch (error) {
    return failure([unreadable("pages", error)])
  }
}

export const build = (
  uri: string,
  description: Description,
  pages: ReadonlyArray<Page>,
  options: BuildOptions = {}
): Result.Result<Built, ManifestError> => {
  const { findings, plan } = planOf(uri, description, pages, options)
  if (plan === undefined) return failure(findings)
  return attempt(() => {
    const { form, head: { structures, ...head } } = plan
    const [first, ...others] = pages.map((page) => canvasOf(uri, page, form))
    if (first === undefined) throw new Error("a plan has at least one page")
    const items: Manifest["items"] = [first, ...others]
    const manifest = structures === undefined ? { ...head, items } : { ...head, items, structures }
    return { manifest, findings }
  })
}

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
): Result.Result<Iterable<string>, ManifestError> => {
  const { findings, plan } = planOf(uri, description, pages, options)
  return plan === undefined
    ? failure(findings)
    : Result.succeed({ [Symbol.iterator]: () => pieces(uri, plan, pages) })
}
