/** Conditional requests: what a reader asks of an object, and what a writer asks of the one it would replace. */
import * as Effect from "effect/Effect"
import { validators } from "./description.ts"
import { type S3Error, s3Error, withHeaders } from "./errors.ts"
import type { ObjectRecord } from "./records.ts"
import { header, type S3Request } from "./request.ts"
import type { Check } from "./store.ts"

/** Whether a list of entity tags, or `*`, names this one. */
const names = (list: string, etag: string): boolean =>
  list.split(",").map((tag) => tag.trim().replace(/^W\//, "").replace(/^"(.*)"$/, "$1")).some((tag) =>
    tag === "*" || tag === etag
  )

const parseDate = (text: string | undefined): number | undefined => {
  const millis = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(millis) ? undefined : millis
}

const failed = (condition: string): S3Error => s3Error("PreconditionFailed", { Condition: condition })

type Outcome = "pass" | "failed" | "notModified"

/** RFC 9110, section 13.2.2: an entity tag decides before a date does. */
const evaluate = (read: (name: string) => string | undefined, object: ObjectRecord): readonly [Outcome, string] => {
  const match = read("if-match")
  const noneMatch = read("if-none-match")
  const modified = parseDate(read("if-modified-since"))
  const unmodified = parseDate(read("if-unmodified-since"))
  if (match !== undefined && !names(match, object.etag)) return ["failed", "If-Match"]
  if (match === undefined && unmodified !== undefined && object.lastModified > unmodified) {
    return ["failed", "If-Unmodified-Since"]
  }
  if (noneMatch !== undefined && names(noneMatch, object.etag)) return ["notModified", "If-None-Match"]
  if (noneMatch === undefined && modified !== undefined && object.lastModified <= modified) {
    return ["notModified", "If-Modified-Since"]
  }
  return ["pass", ""]
}

/** The conditions of Get and Head. */
export const checkRead = (request: S3Request, object: ObjectRecord): Effect.Effect<void, S3Error> => {
  const [outcome, condition] = evaluate((name) => header(request, name), object)
  if (outcome === "pass") return Effect.void
  return Effect.fail(outcome === "failed" ? failed(condition) : withHeaders(s3Error("NotModified"), validators(object)))
}

/** The conditions of a copy on its source; there is no "not modified" to answer with. */
export const checkCopySource = (request: S3Request, source: ObjectRecord): Effect.Effect<void, S3Error> => {
  const [outcome, condition] = evaluate((name) => header(request, `x-amz-copy-source-${name}`), source)
  return outcome === "pass" ? Effect.void : Effect.fail(failed(`x-amz-copy-source-${condition}`))
}

/** The conditions of Put, Complete and Delete on the object that is there. */
export const writeCheck = Effect.fnUntraced(function*(request: S3Request) {
  const match = header(request, "if-match")
  const noneMatch = header(request, "if-none-match")
  if (noneMatch !== undefined && (noneMatch.trim() !== "*" || match !== undefined)) {
    return yield* s3Error("NotImplemented", { Header: "If-None-Match" })
  }
  const check: Check = (current) => {
    if (noneMatch !== undefined && current !== undefined) return Effect.fail(failed("If-None-Match"))
    if (match === undefined) return Effect.void
    if (current === undefined) return Effect.fail(s3Error("NoSuchKey"))
    return names(match, current.etag) ? Effect.void : Effect.fail(failed("If-Match"))
  }
  return check
})
