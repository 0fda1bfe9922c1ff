import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Manifest } from "../../Presentation3.ts"
import { checkManifest } from "../check/check.ts"
import { finding } from "../check/rules.ts"
import { ManifestError } from "./build.ts"

const syntax = (message: string): ManifestError => new ManifestError({ findings: [finding("not-json", "", message)] })

const position = (error: unknown): string => {
  const at = error instanceof SyntaxError ? /at position (\d+)/.exec(error.message)?.[1] : undefined
  return at === undefined ? "it is not JSON, or cut off" : `it is not JSON (at character ${at})`
}

const parse = (text: string): Result.Result<unknown, ManifestError> => {
  const json = text.replace(/^\uFEFF/, "")
  if (json.trim() === "") return Result.fail(syntax("the text is empty"))
  return Result.try({ try: (): unknown => JSON.parse(json), catch: (error) => syntax(position(error)) })
}

const decodeBytes = (bytes: Uint8Array): Result.Result<string, ManifestError> =>
  Result.try({
    try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    catch: () => syntax("it is not UTF-8")
  })

const isManifest = Schema.is(Manifest)

/** A value that the checker has no error for. The schema has the last word on what its type promises. */
export const fromUnknown = (value: unknown): Result.Result<Manifest, ManifestError> => {
  const errors = checkManifest(value).filter(({ severity }) => severity === "error")
  if (errors.length > 0) return Result.fail(new ManifestError({ findings: errors }))
  if (isManifest(value)) return Result.succeed(value)
  const refused = finding("value-kind", "", "something in it is not as a manifest has it")
  return Result.fail(new ManifestError({ findings: [refused] }))
}

export const fromText = (given: string | Uint8Array): Result.Result<Manifest, ManifestError> =>
  (typeof given === "string" ? Result.succeed(given) : decodeBytes(given)).pipe(
    Result.flatMap(parse),
    Result.flatMap(fromUnknown)
  )
