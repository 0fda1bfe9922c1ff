/** Writes a file that the command line names. */
import { visible } from "@iiif-ingest/core/base/Reason"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import { explain } from "../../sheets/fileProblem.ts"
import { Usage } from "../failure.ts"

/** A file that is not there is made, so what does not exist is its folder. */
const problemOf = (error: PlatformError): string =>
  error.reason._tag === "NotFound" ? "its folder does not exist" : explain(error)

export const save = Effect.fnUntraced(function*(file: string, text: string) {
  const fs = yield* FileSystem.FileSystem
  yield* Effect.mapError(
    fs.writeFileString(file, text),
    (error) => new Usage({ detail: `${visible(file)} cannot be written: ${problemOf(error)}` })
  )
})
