import * as Result from "effect/Result"
import { quoted } from "../../../base/internal/text.ts"
import type { PolicyDefinition } from "../../../mps/IngestRequest.ts"
import type { Code } from "./codes.ts"

type Size = { readonly width: number; readonly height: number }

interface Refused {
  readonly code: Code
  readonly message: string
}

/** One size of a policy, such as `public 1200`, `thumbnail authenticated 250` or `authenticated 2400x1800`. */
const part = /^(?:(thumbnail)\s+)?(public|authenticated)\s*[:=]?\s*([1-9]\d{0,5})(?:\s*[x×]\s*([1-9]\d{0,5}))?$/i

/** The edge of thumbnails that are not given a size, as in all known requests (docs/mps.md, 2.2). */
const thumbnailEdge = 250

const atMost = ({ height, width }: Size, edge: number): Size => ({
  width: Math.min(width, edge),
  height: Math.min(height, edge)
})

const isLarger = (a: Size, b: Size): boolean => a.width > b.width || a.height > b.height

const shown = ({ height, width }: Size): string => width === height ? `${width}` : `${width} x ${height}`

const sizesOf = (text: string): ReadonlyMap<string, Size> | undefined => {
  const sizes = new Map<string, Size>()
  for (const piece of text.split(/[,;]/)) {
    const [matched, thumbnail = "", audience = "", width = "", height = width] = part.exec(piece.trim()) ?? []
    const key = `${thumbnail} ${audience}`.trim().toLowerCase()
    if (matched === undefined || sizes.has(key)) return undefined
    sizes.set(key, { width: Number(width), height: Number(height) })
  }
  return sizes
}

const problemsOf = (policy: Limits, thumbnail: Limits): Refused | undefined => {
  if (isLarger(policy.public, policy.authenticated)) {
    const message = `the public may see ${shown(policy.public)}, and those who are signed in ${
      shown(policy.authenticated)
    }`
    return { code: "policy-public", message }
  }
  if (isLarger(thumbnail.public, thumbnail.authenticated)) {
    return {
      code: "policy-public",
      message: "the thumbnail of the public is larger than that of those who are signed in"
    }
  }
  return isLarger(thumbnail.public, policy.public) || isLarger(thumbnail.authenticated, policy.authenticated)
    ? { code: "policy-thumbnail", message: "the thumbnail may be larger than the image" }
    : undefined
}

type Limits = { readonly authenticated: Size; readonly public: Size }

/** A name of LTS's policies is one word; these are the beginnings of sizes. */
const isName = (text: string): boolean =>
  /^[A-Za-z][\w.-]*$/.test(text) && !/^(?:public|authenticated|thumbnail)[\d_.-]*$/i.test(text)

/** Reads the text of a `policy` cell. */
export const parsePolicy = (text: string): Result.Result<PolicyDefinition, Refused> => {
  if (isName(text)) return Result.succeed({ policyGroupName: text })
  const sizes = sizesOf(text)
  const [forPublic, authenticated] = [sizes?.get("public"), sizes?.get("authenticated")]
  if (forPublic === undefined || authenticated === undefined) {
    return Result.fail({
      code: "policy-form",
      message: `${quoted(text)} is neither a name nor a size for each audience`
    })
  }
  const policy = { authenticated, public: forPublic }
  const thumbnail = {
    authenticated: sizes?.get("thumbnail authenticated") ?? atMost(authenticated, thumbnailEdge),
    public: sizes?.get("thumbnail public") ?? atMost(forPublic, thumbnailEdge)
  }
  const problem = problemsOf(policy, thumbnail)
  return problem === undefined ? Result.succeed({ policy, thumbnail }) : Result.fail(problem)
}
