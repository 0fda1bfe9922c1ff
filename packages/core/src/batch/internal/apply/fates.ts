import type { AssetId } from "../../../base/Ids.ts"
import { AssetFate } from "../../../mps/Fate.ts"
import type { AssetReport, IngestReport } from "../../../mps/IngestReport.ts"

/** What a report says of an image. */
export interface Told {
  readonly fate: AssetFate
  readonly warnings: ReadonlyArray<string>
}

interface Image {
  readonly id: AssetId
  readonly url: string
}

const isOf = ({ id }: Image, asset: AssetReport | undefined): asset is AssetReport =>
  asset !== undefined && (asset.id === undefined || asset.id === id)

/**
 * What the report of a manifest says of each of its images, in their order. The fate of one that it does not name is
 * not known: a report from elsewhere, or of the images that a manifest had before, may be of others.
 */
export const toldBy = (images: ReadonlyArray<Image>, { assets }: IngestReport): ReadonlyArray<Told> => {
  const byId = new Map(assets.flatMap((asset) => asset.id === undefined ? [] : [[asset.id, asset] as const]))
  const isAligned = assets.length === images.length
  return images.map((image, index) => {
    const aligned = isAligned && isOf(image, assets[index]) ? assets[index] : undefined
    const { fate, warnings } = aligned ?? byId.get(image.id) ??
      { fate: AssetFate.cases.Unknown.make({ url: image.url, problem: "the report does not name it" }), warnings: [] }
    return { fate, warnings }
  })
}

/** How many there are of each fate. */
export const countFates = (fates: ReadonlyArray<AssetFate>) => {
  const counts = {
    Served: 0,
    Refused: 0,
    NotSent: 0,
    UploadFailed: 0,
    NotSubmitted: 0,
    NotServed: 0,
    SizeDiffers: 0,
    Unknown: 0,
    NotVerified: 0
  }
  for (const { _tag } of fates) counts[_tag] += 1
  return counts
}
