import * as Result from "effect/Result"
import type { Manifest } from "../../Presentation3.ts"
import { checkManifest } from "../check/check.ts"
import { isError } from "../check/finding.ts"
import { finding } from "../check/rules.ts"
import { ManifestError } from "./manifestError.ts"

const syntaxError = (message: string): ManifestError =>
  new ManifestError({ findings: [finding("not-json", "", message)] })

const position = (error: unknown): string => {
  const at = error instanceof SyntaxError ? /at position (\d+)/.exec(error.message)?.[1] : undefined
  return at === undefined ? "it is not JSON, or is cut off" : `it is not JSON (at character ${at})`
}

const parse = (text: string): Result.Result<unknown, ManifestError> => {
  const json = text.replace(/^\uFEFF/, "")
  if (json.trim() === "") return Result.fail(syntaxError("the text is empty"))
  return Result.try({ try: (): unknown => JSON.parse(json), catch: (error) => syntaxError(position(error)) })
}

const decodeBytes = (bytes: Uint8Array): Result.Result<string, ManifestError> =>
  Result.try({
    try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    catch: () => syntaxError("it is not UTF-8")
  })

/** Accepts a value without errors: what the type of the result promises is what the check looks for. */
export const fromUnknown = (value: unknown): Result.Result<Manifest, ManifestError> => {
  const errors = checkManifest(value).filter(isError)
  return errors.length > 0 ? Result.fail(new ManifestError({ findings: errors })) : Result.succeed(value as Manifest)
}

export const fromText = (text: string | Uint8Array): Result.Result<Manifest, ManifestError> =>
  (typeof text === "string" ? Result.succeed(text) : decodeBytes(text)).pipe(
    Result.flatMap(parse),
    Result.flatMap(fromUnknown)
  )
