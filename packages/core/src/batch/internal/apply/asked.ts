import type * as Manifest from "@iiif-ingest/iiif/Manifest"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as References from "effect/References"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type * as Crc32 from "../../../image/Crc32.ts"
import * as Fingerprint from "../../../image/Fingerprint.ts"
import * as Ingest from "../../../mps/Ingest.ts"
import type { Description, IngestImage } from "../../../mps/IngestImage.ts"
import type { Action } from "../../../mps/IngestRequest.ts"
import * as Manifests from "../../../mps/Manifests.ts"
import type { Content, Earlier } from "../../../mps/Submission.ts"
import { Journal, type JournalError, type UploadRecord } from "../../../upload/Journal.ts"
import type { InBucket, UploadedAsset } from "../../../upload/UploadedAsset.ts"
import * as FileContent from "../../FileContent.ts"
import * as Plan from "../../Plan.ts"

/**
 * An image of a plan, and what the journal knows of it: `recorded` is the checksum of what was uploaded under its key,
 * `crc32` that of its file as far as it is known without reading every file.
 */
export interface Known {
  readonly image: Plan.PlannedImage
  readonly description: Description
  readonly record: UploadRecord | undefined
  readonly recorded: Crc32.Crc32 | undefined
  readonly crc32: Crc32.Crc32 | undefined
}

/** What applying a manifest would ask the service for, and what an earlier run did with it. */
export interface Asked {
  readonly manifest: Plan.PlannedManifest
  readonly json: { readonly [key: string]: Schema.Json }
  readonly images: ReadonlyArray<Known>
  readonly content: Content
  readonly earlier: Earlier
}

/** How many files are looked at at a time. */
const concurrency = 16

/** The checksum of a file whose object is recorded. It is read only if it may have changed. */
const checksum = Effect.fnUntraced(function*(path: string, record: UploadRecord) {
  if (record.crc32 === undefined) return undefined
  const stat = yield* Effect.result(Fingerprint.ofFile(path))
  if (Result.isFailure(stat)) return undefined
  if (Fingerprint.compare(stat.success, record.fingerprint) === "same") return record.crc32
  const content = yield* Effect.result(FileContent.whole(path))
  return Result.isSuccess(content) ? content.success.crc32 : undefined
})

const withAction = (description: Description, action: Action | undefined): Description =>
  action === undefined ? description : { action, ...description }

const know = Effect.fnUntraced(function*(
  bucket: string,
  image: Plan.PlannedImage,
  path: string,
  action: Action | undefined
): Effect.fn.Return<Known, JournalError, Journal | FileSystem.FileSystem> {
  const record = Option.getOrUndefined(yield* (yield* Journal).upload(bucket, image.key))
  return {
    image,
    description: withAction(image.description, action),
    record,
    recorded: record?.crc32,
    crc32: record === undefined ? undefined : yield* checksum(path, record)
  }
})

const inBucket = ({ crc32, image }: Known, { source }: IngestImage): InBucket | UploadedAsset => {
  const { fingerprint, height, id, key, mediaType, width } = image
  const asset = { id, key, source, fingerprint, width, height, mediaType, warnings: [] }
  return crc32 === undefined ? { asset, how: "stored" } : { asset, how: "resumed", crc32 }
}

/** Finds out what applying a manifest would ask for, by the plan, the files and the journal alone. */
export const ask = Effect.fnUntraced(
  function*(
    manifest: Plan.PlannedManifest,
    { action, bucket, root }: { readonly root: string; readonly bucket: string; readonly action?: Action | undefined }
  ): Effect.fn.Return<
    Asked,
    JournalError | Manifest.ManifestError,
    Journal | Manifests.Manifests | Ingest.Ingest | FileSystem.FileSystem
  > {
    const sources = Plan.imagesOf(manifest, root)
    const images = yield* Effect.forEach(
      manifest.images,
      (image, index) => {
        const source = sources[index]?.source
        return know(bucket, image, source?._tag === "FileSource" ? source.path : image.file, action)
      },
      { concurrency }
    )
    const descriptions = new Map(images.map(({ description, image }) => [image.id, description]))
    const assets = images.flatMap((known, index) => {
      const source = sources[index]
      return source === undefined ? [] : [inBucket(known, source)]
    })
    const json = yield* (yield* Manifests.Manifests).build(
      manifest.id,
      manifest.description,
      assets.map(({ asset }) => asset),
      descriptions
    )
    const ingest = yield* Ingest.Ingest
    const input: Ingest.Input = { assets, descriptions, manifest: json }
    const request = yield* ingest.request(input)
    const content = Ingest.content(input, request)
    return { manifest, json, images, content, earlier: yield* ingest.earlier(Ingest.idOf(request), request, content) }
  },
  // what the builder warns of is said when it is applied
  Effect.provideService(References.MinimumLogLevel, "Error")
)
