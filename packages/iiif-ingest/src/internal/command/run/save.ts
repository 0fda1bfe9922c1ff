/** Writes a file that the command line names. */
import { visible } from "@iiif-ingest/core/base/Reason"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { Usage } from "../failure.ts"

export const save = Effect.fnUntraced(function*(file: string, text: string) {
  const fs = yield* FileSystem.FileSystem
  yield* Effect.mapError(
    fs.writeFileString(file, text),
    ({ reason }) => new Usage({ detail: `${visible(file)} cannot be written: ${visible(reason.message)}` })
  )
})
