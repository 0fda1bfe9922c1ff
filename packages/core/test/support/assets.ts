/** Assets built without probing a file. */
import { AssetId } from "@iiif-ingest/core/base/Ids"
import type { Asset } from "@iiif-ingest/core/image/Asset"
import * as Crc32 from "@iiif-ingest/core/image/Crc32"
import * as ImageSource from "@iiif-ingest/core/image/ImageSource"
import type { UploadedAsset } from "@iiif-ingest/core/upload/UploadedAsset"

export const asset = (
  id: string,
  description: ImageSource.SourceOptions = {},
  more: Partial<Pick<Asset, "key" | "width" | "height" | "source">> = {}
): Asset => ({
  id: AssetId.make(id),
  key: `images/${id}.tif`,
  source: ImageSource.bytes(new Uint8Array([1, 2, 3]), { name: `${id}.tif`, ...description }),
  fingerprint: { size: 3 },
  width: 640,
  height: 427,
  mediaType: "image/tiff",
  warnings: [],
  ...more
})

export const uploaded = (asset: Asset, how: UploadedAsset["how"] = "sent"): UploadedAsset => ({
  asset,
  crc32: Crc32.empty,
  how
})
