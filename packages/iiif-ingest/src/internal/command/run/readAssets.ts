/** Reads what `upload --json` printed. */
import { visible } from "@iiif-ingest/core/base/Reason"
import { type InBucket, stored } from "@iiif-ingest/core/upload/UploadedAsset"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Documents from "../documents.ts"
import { Usage } from "../failure.ts"

/** Of the file's last line with a result; what is not known of the others is left alone. */
const decodeLine = Schema.decodeUnknownResult(Schema.fromJsonString(Documents.Upload))

const cannotRead = (file: string, why: string) => new Usage({ detail: `${visible(file)} cannot be read: ${why}` })

/** The text of a file that the command line names. */
export const textOf = Effect.fnUntraced(function*(file: string) {
  const fs = yield* FileSystem.FileSystem
  return yield* Effect.mapError(
    fs.readFileString(file),
    ({ reason }) => cannotRead(file, reason._tag === "NotFound" ? "there is no such file" : "it is no readable file")
  )
})

const assetOf = (uploaded: typeof Documents.UploadedFile.Type): Result.Result<InBucket, { readonly message: string }> =>
  Result.map(stored(uploaded), ({ asset }) => ({ asset, how: uploaded.how }))

/** The assets of a file, which `upload --json` wrote. */
export const readAssets = Effect.fnUntraced(function*(file: string) {
  const text = yield* textOf(file)
  const found = text.trimEnd().split("\n").map((line) => decodeLine(line)).findLast(Result.isSuccess)
  if (found === undefined) {
    return yield* cannotRead(
      file,
      "it is not what iiif-ingest upload --json prints, or is cut off before its last line"
    )
  }
  const document = found.success
  if (document.assets.length === 0) return yield* cannotRead(file, "there are no images in it")
  const assets = yield* Effect.forEach(
    document.assets,
    (uploaded) => Effect.mapError(Effect.fromResult(assetOf(uploaded)), ({ message }) => cannotRead(file, message))
  )
  return { document, assets }
})
