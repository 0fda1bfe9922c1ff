/**
 * The result of uploading an asset.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Asset } from "../image/Asset.ts"
import { Crc32 } from "../image/Crc32.ts"

/**
 * An asset that is in the bucket, with the CRC-32 of its bytes and how it got there: `sent` under a key that was free,
 * `replaced` under a key that held an object or, according to the journal, once did, `resumed` from an earlier run, or
 * `identical` to the object that was already there.
 *
 * @category models
 * @since 0.1.0
 */
export const UploadedAsset = Schema.Struct({
  asset: Asset,
  crc32: Crc32,
  how: Schema.Literals(["sent", "replaced", "resumed", "identical"])
})

/**
 * @category models
 * @since 0.1.0
 */
export type UploadedAsset = typeof UploadedAsset.Type
