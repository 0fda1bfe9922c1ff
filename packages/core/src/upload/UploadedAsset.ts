/**
 * An asset that is in the bucket.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Asset } from "../image/Asset.ts"
import { Crc32 } from "../image/Crc32.ts"

/**
 * An asset that is in the bucket: the CRC-32 of its bytes, and how it came there: `sent` where nothing was, `replaced`
 * where something was or once was by the journal, `resumed` from an earlier run, or found `identical`.
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
