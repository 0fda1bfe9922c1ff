import { isReadonlyObject } from "effect/Predicate"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"

/** `Predicate.isReadonlyObject` alone would leave the type of what the object holds unknown. */
export const isObject = (value: Schema.Json | undefined): value is Schema.JsonObject => isReadonlyObject(value)

/** The value at a path such as `data.job_status`, or `undefined` if a part of the path is missing. */
export const at = (value: Schema.Json, path: string): Schema.Json | undefined =>
  path.split(".").reduce<Schema.Json | undefined>(
    (inner, key) => isObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined,
    value
  )

/** Names the type of a value for a message. The value is not repeated, since a server may echo what it received. */
export const kindOf = (value: Schema.Json | undefined): string => {
  if (value === undefined) return "missing"
  if (value === null) return "null"
  if (Array.isArray(value)) return "an array"
  if (isObject(value)) return "an object"
  return value === "" ? "an empty string" : typeof value === "string" ? "a string" : `a ${typeof value}`
}

const looksLikeHtml = (text: string, contentType: string): boolean =>
  /^(?:text\/html|application\/xhtml)/i.test(contentType) || /^\s*<(?:!doctype|html|head|body)/i.test(text)

/** Only the position is taken from the parser's message, which quotes the text. */
const syntaxProblem = (text: string, error: unknown): string => {
  const message = error instanceof SyntaxError ? error.message : ""
  const position = /at position (\d+)/.exec(message)?.[1]
  const isTruncated = /end of JSON|Unterminated/.test(message) || Number(position) >= text.trimEnd().length
  if (isTruncated) return `the JSON is cut off after ${text.length} characters`
  return position === undefined ? "the body is not JSON" : `the body is not JSON (at character ${position})`
}

/** Parses JSON, or describes what the body is instead. */
export const parse = (text: string, contentType: string): Result.Result<Schema.Json, string> => {
  if (text.trim() === "") return Result.fail("the body is empty")
  try {
    const value: Schema.Json = JSON.parse(text)
    return Result.succeed(value)
  } catch (error) {
    return Result.fail(
      looksLikeHtml(text, contentType) ? "the body is an HTML page, not JSON" : syntaxProblem(text, error)
    )
  }
}
