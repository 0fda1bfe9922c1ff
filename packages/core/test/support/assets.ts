/** Assets as values, for what is done with them once they are probed. */
import type { Asset, UploadedAsset } from "@iiif-ingest/core/Asset"
import * as Crc32 from "@iiif-ingest/core/Crc32"
import { AssetId } from "@iiif-ingest/core/Ids"
import * as ImageSource from "@iiif-ingest/core/ImageSource"

export const asset = (
  id: string,
  description: ImageSource.Description = {},
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

export const uploaded = (given: Asset, how: UploadedAsset["how"] = "sent"): UploadedAsset => ({
  asset: given,
  crc32: Crc32.empty,
  how
})
