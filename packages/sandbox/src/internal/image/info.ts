/**
 * The image information, `info.json`, in both versions (Image API 2.1.1 and 3.0, section 5): level 2, or level 0 for an
 * audience that sees less than the whole image.
 */
import type { ApiVersion } from "./imageRequest.ts"
import { MAX_AREA, MAX_SIDE, TILE } from "./limits.ts"
import type { Extent } from "./resolve.ts"

export const CONTEXT: Readonly<Record<ApiVersion, string>> = {
  2: "http://iiif.io/api/image/2/context.json",
  3: "http://iiif.io/api/image/3/context.json"
}

/** What the Link header names as the profile. */
export const profile = (version: ApiVersion, limit: Extent | undefined): string =>
  `http://iiif.io/api/image/${version}/level${limit === undefined ? 2 : 0}.json`

const PROTOCOL = "http://iiif.io/api/image"
const MIN_SHORT_SIDE = 64
const MAX_FACTOR = 16

/** Powers of two up to 16, as long as the shorter side keeps at least 64 pixels, as MPS has them (docs/mps.md, 2.4). */
const scaleFactors = ({ height, width }: Extent): ReadonlyArray<number> => {
  const factors = [1]
  for (let factor = 2; factor <= MAX_FACTOR && Math.min(width, height) / factor >= MIN_SHORT_SIDE; factor *= 2) {
    factors.push(factor)
  }
  return factors
}

const isWithinLimits = ({ height, width }: Extent) =>
  width <= MAX_SIDE && height <= MAX_SIDE && width * height <= MAX_AREA

const LIMITS = { maxWidth: MAX_SIDE, maxHeight: MAX_SIDE, maxArea: MAX_AREA }

const sizesAndTiles = (image: Extent) => {
  const factors = scaleFactors(image)
  const sizes = factors.toReversed()
    .map((factor) => ({ width: Math.round(image.width / factor), height: Math.round(image.height / factor) }))
  return {
    sizes: sizes.filter(isWithinLimits),
    tiles: [{ width: TILE, height: TILE, scaleFactors: factors }]
  }
}

/** The features of version 2 that every image has. */
const FEATURES_2 = [
  "rotationBy90s",
  "rotationArbitrary",
  "mirroring",
  "baseUriRedirect",
  "cors",
  "jsonldMediaType",
  "profileLinkHeader",
  "canonicalLinkHeader"
]

const head2 = (id: string, image: Extent) => ({
  "@context": CONTEXT[2],
  "@id": id,
  protocol: PROTOCOL,
  width: image.width,
  height: image.height
})

const head3 = (id: string, image: Extent, level: "level0" | "level2") => ({
  "@context": CONTEXT[3],
  id,
  type: "ImageService3",
  protocol: PROTOCOL,
  profile: level,
  width: image.width,
  height: image.height
})

/** The features of version 2 that level 2 does not have by itself are listed with the others, as MPS does. */
const info2 = (id: string, image: Extent) => ({
  ...head2(id, image),
  ...sizesAndTiles(image),
  profile: [profile("2", undefined), {
    formats: ["jpg", "tif", "gif", "png"],
    // Only where they matter, because what was captured from MPS has none.
    ...(isWithinLimits(image) ? {} : LIMITS),
    qualities: ["bitonal", "default", "gray", "color"],
    supports: [
      "regionByPx",
      "regionSquare",
      "regionByPct",
      "sizeByW",
      "sizeByH",
      "sizeByPct",
      "sizeByWh",
      "sizeByForcedWh",
      "sizeByConfinedWh",
      ...FEATURES_2
    ]
  }]
})

const info3 = (id: string, image: Extent) => ({
  ...head3(id, image, "level2"),
  ...LIMITS,
  ...sizesAndTiles(image),
  extraFormats: ["tif", "gif"],
  extraQualities: ["color", "gray", "bitonal"],
  extraFeatures: ["canonicalLinkHeader", "mirroring", "profileLinkHeader", "rotationArbitrary", "sizeUpscaling"]
})

/**
 * What a limited image can be asked for at once. It has no tiles, and of the features none that say that regions and
 * sizes can be chosen, although they can: viewers would make tiles of their own, and ask for those over the limit.
 */
const limitedSizes = (limit: Extent) => ({ sizes: sizesAndTiles(limit).sizes })

const bounds = (limit: Extent) => ({
  maxWidth: limit.width,
  maxHeight: limit.height,
  ...(isWithinLimits(limit) ? {} : { maxArea: MAX_AREA })
})

const limited2 = (id: string, image: Extent, limit: Extent) => ({
  ...head2(id, image),
  ...limitedSizes(limit),
  profile: [profile("2", limit), {
    formats: ["jpg", "tif", "gif", "png"],
    ...bounds(limit),
    qualities: ["bitonal", "default", "gray", "color"],
    supports: ["sizeByWhListed", ...FEATURES_2]
  }]
})

const limited3 = (id: string, image: Extent, limit: Extent) => ({
  ...head3(id, image, "level0"),
  ...bounds(limit),
  ...limitedSizes(limit),
  extraFormats: ["png", "tif", "gif"],
  extraQualities: ["color", "gray", "bitonal"],
  extraFeatures: [
    "baseUriRedirect",
    "canonicalLinkHeader",
    "cors",
    "jsonldMediaType",
    "mirroring",
    "profileLinkHeader",
    "rotationBy90s",
    "rotationArbitrary"
  ]
})

/** The document for an image of these dimensions, and for those who see it in no larger extent than `limit`. */
export const make = (id: string, image: Extent, version: ApiVersion, limit: Extent | undefined): object => {
  if (limit === undefined) return version === "2" ? info2(id, image) : info3(id, image)
  return version === "2" ? limited2(id, image, limit) : limited3(id, image, limit)
}
