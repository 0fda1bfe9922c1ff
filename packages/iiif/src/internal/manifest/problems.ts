import { isObject } from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import type { Finding } from "../check/finding.ts"
import { type Code, finding } from "../check/rules.ts"
import { pathOf } from "../model/path.ts"
import { kindOf } from "../model/walk.ts"
import { contentKeys, isKind } from "./kinds.ts"

type Path = ReadonlyArray<string | number>

/** The message of a schema about a required field that is not there. */
const missing = "Missing key"

/** The message of a schema about a field that it does not have. */
const excess = "Expected no excess property"

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** Fields whose values have rules of their own. */
const codes: { readonly [field: string]: Code } = {
  width: "size",
  height: "size",
  duration: "duration",
  mediaType: "format"
}

/** Clauses of fields that are not of Presentation 3. */
const clauses: { readonly [field: string]: string } = {
  rotation: "Image API 3.0, 4.3",
  start: "Media Fragments URI 1.0, 4.2.1",
  end: "Media Fragments URI 1.0, 4.2.1"
}

const get = (value: unknown, key: string | number): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined

const keyOf = (part: PropertyKey): string | number => typeof part === "symbol" ? String(part) : part

/** Fields that hold values as Presentation 3 has them, and fields that may do so, which then have a `type`. */
const raw = new Set(["navPlace", "partOf", "services", "sharedServices", "auth", "supplementary", "resource"])
const rawOrDescribed = new Set([
  "annotations",
  "thumbnail",
  "logo",
  "placeholderCanvas",
  "accompanyingCanvas",
  "body",
  "items",
  "target"
])

/**
 * Whether a path leads into a value that is given as Presentation 3 has it. What is wrong in there is found in the built
 * manifest, by the rules for manifests.
 */
const isInRaw = (root: unknown, path: Path): boolean => {
  let value = root
  let field = ""
  for (const key of path) {
    if (isObject(value) && (raw.has(field) || (rawOrDescribed.has(field) && "type" in value))) return true
    value = get(value, key)
    if (typeof key === "string") field = key
  }
  return false
}

/** Links, of which all fields are kept. */
const links = new Set(["homepage", "seeAlso", "rendering"])

/** Whether a field that a schema does not have is kept all the same, or is found by another rule. */
const isReported = (root: unknown, path: Path): boolean => {
  const [list, , field] = path.slice(-3)
  if (links.has(String(list)) || (list === "choices" && field === "target")) return true
  const given = path.slice(0, -1).reduce(get, root)
  const keys = isObject(given) ? contentKeys.filter((key) => isKind(given, key)) : []
  return keys.length > 1 && keys.some((key) => key === path.at(-1))
}

const words: { readonly [kind: string]: string } = {
  string: "a string",
  number: "a number",
  boolean: "true or false",
  object: "an object",
  array: "a list"
}

/** What a schema expects, from its message. */
const expectedOf = (message: string): string | undefined =>
  /^Expected (.*?)(?:, got .*)?$/s.exec(message)?.[1]?.split(" | ").map((word) => words[word] ?? word).join(" or ")

const largestSize = `an integer from 1 to ${Number.MAX_SAFE_INTEGER}`

/** What is expected of fields of which a schema says too little. */
const expectations: { readonly [field: string]: string } = {
  canvas: "content (imageService, url, sound, video, text, textFile or resource), or a canvas with a size or a duration"
}

const problem = (root: unknown, path: Path, message: string, prefix: Path): Finding => {
  const value = path.reduce(get, root)
  const last = path.at(-1)
  const field = typeof last === "string" ? last : ""
  const known = codes[field]
  const at = pathOf([...prefix, ...path])
  if (message === excess) {
    return finding("property-unmapped", at, "nothing is made of it", {
      expected: "only fields that the inputs have here",
      remedy: "correct its name, move it to where it belongs, or remove it"
    })
  }
  if (known !== undefined && !(known === "format" && typeof value !== "string")) {
    const isTooLarge = known === "size" && typeof value === "number" && value > Number.MAX_SAFE_INTEGER
    return finding(known, at, `it is ${kindOf(value)}`, isTooLarge ? { expected: largestSize } : {})
  }
  const expected = expectations[field] ?? expectedOf(message)
  if (message === missing) {
    const more = expectations[field] === undefined ? {} : { expected: expectations[field] }
    return finding("missing", at, `there is no ${field}`, more)
  }
  const clause = clauses[field]
  return finding("value-kind", at, `it is ${kindOf(value)}`, {
    ...(expected === undefined ? {} : { expected }),
    ...(clause === undefined ? {} : { clause })
  })
}

/** Compares inputs with a schema: all problems at once, one for each value. */
export const problemsOf = <T>(schema: Schema.Codec<T>): (value: unknown, prefix: Path) => ReadonlyArray<Finding> => {
  const decode = Schema.decodeUnknownResult(schema, { errors: "all", onExcessProperty: "error" })
  return (value, prefix) => {
    const decoded = decode(value)
    if (Result.isSuccess(decoded)) return []
    const findings = new Map<string, Finding>()
    for (const { message, path } of format(decoded.failure.issue).issues) {
      const keys = (path ?? []).map((part) => keyOf(typeof part === "object" ? part.key : part))
      // Fields that are undefined are as good as absent.
      if (message !== missing && keys.reduce(get, value) === undefined) continue
      if (isInRaw(value, keys)) continue
      if (message === excess && isReported(value, keys)) continue
      const found = problem(value, keys, message, prefix)
      if (!findings.has(found.path)) findings.set(found.path, found)
    }
    return [...findings.values()]
  }
}
