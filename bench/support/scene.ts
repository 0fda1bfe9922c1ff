/** Synthetic scenes, and what viewers ask of them. */
import { Random } from "../../packages/iiif/test/support/random.ts"
import { writeLargeTiff } from "../../test/support/pictures.ts"

export interface Extent {
  readonly width: number
  readonly height: number
}

/** Writes a TIFF file, uncompressed in strips, of waves of color with a little noise, which is as hard as a real scan. */
export const writeScene = (path: string, { height, width }: Extent, seed: number): void => {
  const random = new Random(seed)
  const noise = Buffer.from(Array.from({ length: 65_521 }, () => random.below(14)))
  const waves = Buffer.alloc(width * 3)
  for (let x = 0; x < width; x++) {
    for (let channel = 0; channel < 3; channel++) {
      waves[x * 3 + channel] = 90 + 50 * Math.sin(x / (40 + 30 * channel) + seed) + 30 * Math.sin(x / 611)
    }
  }
  writeLargeTiff(path, width, height, (row, y) => {
    const shade = Math.round(30 + 30 * Math.sin(y / 83))
    let at = random.below(noise.length)
    for (let i = 0; i < row.length; i++) {
      row[i] = (waves[i] ?? 0) + shade + (noise[at] ?? 0)
      at = at + 1 === noise.length ? 0 : at + 1
    }
  })
}

export const TILE = 512

/** What comes after the identifier, in the form of version 2. */
export type Rest = string

/** The tiles of a level, in rows, as viewers ask for them; with `complete`, only those that the picture fills. */
export const tilesOf = (
  { height, width }: Extent,
  factor: number,
  complete = false
): ReadonlyArray<ReadonlyArray<Rest>> => {
  const side = TILE * factor
  const count = (length: number) => complete ? Math.floor(length / side) : Math.ceil(length / side)
  return Array.from({ length: count(height) }, (_, row) =>
    Array.from({ length: count(width) }, (_, column) => {
      const [x, y] = [column * side, row * side]
      const [w, h] = [Math.min(side, width - x), Math.min(side, height - y)]
      return `${x},${y},${w},${h}/${Math.ceil(w / factor)},/0/default.jpg`
    }))
}

/** The scale factors at which a picture has at least a tile. */
export const factorsOf = ({ height, width }: Extent): ReadonlyArray<number> =>
  [1, 2, 4, 8, 16, 32].filter((factor) => Math.min(width, height) / factor >= TILE)

/** Regions of the size of a tile of some level, at any place. */
export const shifted = (extent: Extent, random: Random): Rest => {
  const side = TILE * random.pick(factorsOf(extent))
  const [x, y] = [random.below(extent.width - side), random.below(extent.height - side)]
  return `${x},${y},${side},${side}/${TILE},/0/default.jpg`
}

/** Regions of any place and size, scaled down to 512 pixels: no tile of a pyramid answers them. */
export const unaligned = ({ height, width }: Extent, random: Random): Rest => {
  const side = TILE + random.below(Math.min(width, height, 4096) - TILE)
  const [x, y] = [random.below(width - side), random.below(height - side)]
  return `${x},${y},${side},${side}/${TILE},/0/default.jpg`
}

const zoom = (extent: Extent, random: Random): ReadonlyArray<Rest> => {
  const [x, y] = [random.below(extent.width), random.below(extent.height)]
  return factorsOf(extent).toReversed().flatMap((factor) => {
    const tiles = tilesOf(extent, factor)
    const [column, row] = [Math.floor(x / (TILE * factor)), Math.floor(y / (TILE * factor))]
    return tiles.slice(Math.max(0, row - 1), row + 2)
      .flatMap((line) => line.slice(Math.max(0, column - 1), column + 2))
  })
}

const custom = ({ height, width }: Extent, random: Random): Rest => {
  const [w, h] = [200 + random.below(200), 200 + random.below(200)]
  return `${random.below(width - w)},${random.below(height - h)},${w},${h}/${w},${h}/0/default.jpg`
}

const downloads = [",200", "150,", "200,", "400,", "650,", "675,", "800,", "!1024,1024"]

/** What one visitor of the load test glenrobson/iiif-loadtest does: its eight tasks are as likely as each other. */
export const visit = (extent: Extent, random: Random): ReadonlyArray<Rest> => {
  const info = "info.json"
  const tasks: ReadonlyArray<() => ReadonlyArray<Rest>> = [
    // Mirador's and the Universal Viewer's thumbnails, and those of a panel, which reads info.json for its sizes.
    () => ["full/,120/0/default.jpg"],
    () => ["full/90,/0/default.jpg"],
    () => [info, `full/${Math.round(extent.width / 16)},/0/default.jpg`],
    () => [info, ...zoom(extent, random)],
    // A reader who looks at all of a level.
    () => [info, "full/90,/0/default.jpg", ...tilesOf(extent, random.pick(factorsOf(extent))).flat()],
    () => [info, custom(extent, random)],
    () => [info, `full/${random.pick(downloads)}/0/default.jpg`],
    () => [info, "full/full/0/default.jpg"]
  ]
  return random.pick(tasks)()
}
