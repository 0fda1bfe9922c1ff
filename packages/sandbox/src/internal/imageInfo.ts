/** The info.json of an asset: Image API 2.1, level 2, as captured from the live service (docs/mps.md, 2.4). */

const TILE_SIZE = 1024
const MIN_SHORT_SIDE = 64
const MAX_FACTOR = 16

/** Powers of two up to 16, as long as the shorter side keeps at least 64 pixels. */
const scaleFactors = (width: number, height: number): ReadonlyArray<number> => {
  const factors = [1]
  for (let factor = 2; factor <= MAX_FACTOR && Math.min(width, height) / factor >= MIN_SHORT_SIDE; factor *= 2) {
    factors.push(factor)
  }
  return factors
}

export const make = (id: string, width: number, height: number) => {
  const factors = scaleFactors(width, height)
  return {
    "@context": "http://iiif.io/api/image/2/context.json",
    "@id": id,
    protocol: "http://iiif.io/api/image",
    width,
    height,
    sizes: factors.toReversed().map((factor) => ({
      width: Math.round(width / factor),
      height: Math.round(height / factor)
    })),
    tiles: [{ width: TILE_SIZE, height: TILE_SIZE, scaleFactors: factors }],
    profile: ["http://iiif.io/api/image/2/level2.json", {
      formats: ["jpg", "tif", "gif", "png"],
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
        "rotationBy90s",
        "rotationArbitrary",
        "mirroring",
        "baseUriRedirect",
        "cors",
        "jsonldMediaType",
        "profileLinkHeader",
        "canonicalLinkHeader"
      ]
    }]
  }
}
