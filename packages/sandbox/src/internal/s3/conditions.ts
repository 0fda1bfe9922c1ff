/** Conditional requests: preconditions on reads, on copy sources and on writes. */
import * as Effect from "effect/Effect"
import { validators } from "./description.ts"
import { type S3Error, s3Error, withHeaders } from "./errors.ts"
import type { ObjectRecord } from "./records.ts"
import { header, type S3Request } from "./request.ts"
import type { Check } from "./store.ts"

/** Whether a list of entity tags contains this one or is `*`. */
const includesEtag = (list: string, etag: string): boolean =>
  list.split(",").map((tag) => tag.trim().replace(/^W\//, "").replace(/^"(.*)"$/, "$1")).some((tag) =>
    tag === "*" || tag === etag
  )

const parseDate = (text: string | undefined): number | undefined => {
  const millis = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(millis) ? undefined : millis
}

const preconditionFailed = (condition: string): S3Error => s3Error("PreconditionFailed", { Condition: condition })

type Outcome = "pass" | "failed" | "notModified"

/** RFC 9110, section 13.2.2: conditions on entity tags take precedence over those on dates. */
const evaluate = (read: (name: string) => string | undefined, object: ObjectRecord): readonly [Outcome, string] => {
  const match = read("if-match")
  const noneMatch = read("if-none-match")
  const modified = parseDate(read("if-modified-since"))
  const unmodified = parseDate(read("if-unmodified-since"))
  if (match !== undefined && !includesEtag(match, object.etag)) return ["failed", "If-Match"]
  if (match === undefined && unmodified !== undefined && object.lastModified > unmodified) {
    return ["failed", "If-Unmodified-Since"]
  }
  if (noneMatch !== undefined && includesEtag(noneMatch, object.etag)) return ["notModified", "If-None-Match"]
  if (noneMatch === undefined && modified !== undefined && object.lastModified <= modified) {
    return ["notModified", "If-Modified-Since"]
  }
  return ["pass", ""]
}

/** Checks the conditions of GetObject and HeadObject. */
export const checkRead = (request: S3Request, object: ObjectRecord): Effect.Effect<void, S3Error> => {
  const [outcome, condition] = evaluate((name) => header(request, name), object)
  if (outcome === "pass") return Effect.void
  return Effect.fail(
    outcome === "failed" ? preconditionFailed(condition) : withHeaders(s3Error("NotModified"), validators(object))
  )
}

/** Checks the conditions of a copy on its source, which have no "not modified" outcome. */
export const checkCopySource = (request: S3Request, source: ObjectRecord): Effect.Effect<void, S3Error> => {
  const [outcome, condition] = evaluate((name) => header(request, `x-amz-copy-source-${name}`), source)
  return outcome === "pass" ? Effect.void : Effect.fail(preconditionFailed(`x-amz-copy-source-${condition}`))
}

/** The conditions of PutObject, CompleteMultipartUpload and DeleteObject on the existing object. */
export const writeCheck = Effect.fnUntraced(function*(request: S3Request) {
  const match = header(request, "if-match")
  const noneMatch = header(request, "if-none-match")
  if (noneMatch !== undefined && (noneMatch.trim() !== "*" || match !== undefined)) {
    return yield* s3Error("NotImplemented", { Header: "If-None-Match" })
  }
  const check: Check = (current) => {
    if (noneMatch !== undefined && current !== undefined) return Effect.fail(preconditionFailed("If-None-Match"))
    if (match === undefined) return Effect.void
    if (current === undefined) return Effect.fail(s3Error("NoSuchKey"))
    return includesEtag(match, current.etag) ? Effect.void : Effect.fail(preconditionFailed("If-Match"))
  }
  return check
})
