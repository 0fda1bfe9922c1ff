import { isReadonlyObject } from "effect/Predicate"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"

/** `Predicate.isReadonlyObject` alone would leave the type of what the object holds unknown. */
export const isObject = (value: Schema.Json | undefined): value is Schema.JsonObject => isReadonlyObject(value)

/** The value at a path such as `data.job_status`, if every step of it is there. */
export const at = (value: Schema.Json, path: string): Schema.Json | undefined =>
  path.split(".").reduce<Schema.Json | undefined>(
    (inner, key) => isObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined,
    value
  )

/** What a value is, for a message: the value itself is not repeated, since a server may echo what it was sent. */
export const kind = (value: Schema.Json | undefined): string => {
  if (value === undefined) return "missing"
  if (value === null) return "null"
  if (Array.isArray(value)) return "an array"
  if (isObject(value)) return "an object"
  return value === "" ? "an empty text" : typeof value === "string" ? "a text" : `a ${typeof value}`
}

const looksLikeHtml = (text: string, contentType: string): boolean =>
  /^(?:text\/html|application\/xhtml)/i.test(contentType) || /^\s*<(?:!doctype|html|head|body)/i.test(text)

/** The parser's own words quote the text, which may hold anything: only the position is taken from them. */
const syntaxProblem = (text: string, error: unknown): string => {
  const message = error instanceof SyntaxError ? error.message : ""
  const position = /at position (\d+)/.exec(message)?.[1]
  const isCut = /end of JSON|Unterminated/.test(message) || Number(position) >= text.trimEnd().length
  if (isCut) return `the JSON is cut off after ${text.length} characters`
  return position === undefined ? "it is not JSON" : `it is not JSON (at character ${position})`
}

/** Parses JSON, or says what came instead. */
export const parse = (text: string, contentType: string): Result.Result<Schema.Json, string> => {
  if (text.trim() === "") return Result.fail("the body is empty")
  try {
    const value: Schema.Json = JSON.parse(text)
    return Result.succeed(value)
  } catch (error) {
    return Result.fail(
      looksLikeHtml(text, contentType) ? "an HTML page came instead of JSON" : syntaxProblem(text, error)
    )
  }
}
