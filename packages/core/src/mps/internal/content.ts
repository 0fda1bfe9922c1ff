import { sha256 } from "../../base/internal/sha256.ts"
import * as Crc32 from "../../image/Crc32.ts"
import type { InBucket, UploadedAsset } from "../../upload/UploadedAsset.ts"
import type { Descriptions } from "../IngestImage.ts"
import type { Action, ImageAsset, IngestRequest } from "../IngestRequest.ts"
import type { Content } from "../Submission.ts"

/** The input of a request, as far as the request does not tell what the caller chose. */
interface Input {
  readonly assets: ReadonlyArray<InBucket | UploadedAsset>
  readonly descriptions?: Descriptions
  readonly action?: Action
}

const isUploaded = (asset: InBucket | UploadedAsset): asset is UploadedAsset => "crc32" in asset

/** What a caller asked for of an image: without the dates and the action that only follow from when it is asked. */
const askedOf = (input: Input, inBucket: InBucket | UploadedAsset, image: ImageAsset | undefined) => {
  const { action, createDate, lastModifiedDate } = input.descriptions?.get(inBucket.asset.id) ?? {}
  return {
    ...image,
    action: action ?? input.action ?? null,
    createDate: createDate ?? null,
    lastModifiedDate: lastModifiedDate ?? null,
    ...(isUploaded(inBucket) ? { crc32: inBucket.crc32, bytes: inBucket.asset.fingerprint.size } : {})
  }
}

const crc32Of = (assets: ReadonlyArray<UploadedAsset>): Crc32.Crc32 =>
  Crc32.update(
    Crc32.empty,
    new TextEncoder().encode(assets.map(({ asset, crc32 }) => `${asset.id} ${crc32}\n`).join(""))
  )

/** Everything that a request asks for. Its images are those of the input, in the same order. */
export const contentOf = (input: Input, request: IngestRequest): Content => {
  const image = input.assets.map((inBucket, index) => askedOf(input, inBucket, request.assets.image[index]))
  const digest = sha256(JSON.stringify({ ...request, assets: { ...request.assets, image } }))
  return input.assets.every(isUploaded) ? { digest, bytes: crc32Of(input.assets) } : { digest }
}
