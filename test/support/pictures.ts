import * as IngestImage from "@iiif-ingest/core/mps/IngestImage"
import * as Fs from "node:fs"
import * as Path from "node:path"
import sharp from "sharp"

/** The five pictures of the examples, with their sizes. */
export const pictures = [
  { name: "hubble-deep-field.jpg", id: "hubbledeepfield", width: 1000, height: 872 },
  { name: "falcon9-dscovr.jpg", id: "falcon9dscovr", width: 640, height: 427 },
  { name: "falcon9-strips.tif", id: "falcon9strips", width: 640, height: 427 },
  { name: "coffee.png", id: "coffee", width: 600, height: 400 },
  { name: "retina-pyramid.tif", id: "retinapyramid", width: 1411, height: 1411 }
] as const

export const pathOf = (name: string): string => Path.resolve(import.meta.dirname, "../../examples/images", name)

export const images = pictures.map(({ name }) => IngestImage.file(pathOf(name)))

const fillGray = (row: Buffer, y: number): void => {
  row.fill(y & 0xff)
  row.writeUInt32LE(y, 0)
}

/**
 * Writes an uncompressed RGB TIFF in strips: `width * height * 3` bytes of pixels, with the directory at the end. Rows are
 * of one gray each, unless `fill` draws them.
 */
export const writeLargeTiff = (path: string, width: number, height: number, fill = fillGray): void => {
  const row = Buffer.alloc(width * 3)
  const rowsPerStrip = 100
  const strips = Math.ceil(height / rowsPerStrip)
  const file = Fs.openSync(path, "w")
  try {
    const head = Buffer.from("II*\0\0\0\0\0", "latin1")
    const dataEnd = 8 + row.length * height
    head.writeUInt32LE(dataEnd, 4)
    Fs.writeSync(file, head)
    for (let y = 0; y < height; y++) {
      fill(row, y)
      Fs.writeSync(file, row)
    }
    const offsets = dataEnd + 2 + 9 * 12 + 4
    const entries: ReadonlyArray<readonly [tag: number, type: number, count: number, value: number]> = [
      [256, 4, 1, width],
      [257, 4, 1, height],
      [258, 3, 1, 8],
      [259, 3, 1, 1],
      [262, 3, 1, 2],
      [273, 4, strips, offsets],
      [277, 3, 1, 3],
      [278, 4, 1, rowsPerStrip],
      [279, 4, strips, offsets + strips * 4]
    ]
    const directory = Buffer.alloc(2 + entries.length * 12 + 4 + strips * 8)
    directory.writeUInt16LE(entries.length, 0)
    for (const [i, [tag, type, count, value]] of entries.entries()) {
      directory.writeUInt16LE(tag, 2 + i * 12)
      directory.writeUInt16LE(type, 4 + i * 12)
      directory.writeUInt32LE(count, 6 + i * 12)
      directory.writeUInt32LE(value, 10 + i * 12)
    }
    const table = 2 + entries.length * 12 + 4
    for (let strip = 0; strip < strips; strip++) {
      const rows = Math.min(rowsPerStrip, height - strip * rowsPerStrip)
      directory.writeUInt32LE(8 + strip * rowsPerStrip * row.length, table + strip * 4)
      directory.writeUInt32LE(rows * row.length, table + (strips + strip) * 4)
    }
    Fs.writeSync(file, directory)
  } finally {
    Fs.closeSync(file)
  }
}

/** Writes `count` small pictures of different colors to a folder. */
export const writeSmallFiles = async (folder: string, count: number): Promise<ReadonlyArray<string>> => {
  const paths: Array<string> = []
  for (let i = 0; i < count; i++) {
    const path = Path.join(folder, `page-${String(i + 1).padStart(3, "0")}.png`)
    const background = { r: i & 0xff, g: (i * 7) & 0xff, b: (i * 31) & 0xff }
    await sharp({ create: { width: 16 + (i % 17), height: 24, channels: 3, background } }).png().toFile(path)
    paths.push(path)
  }
  return paths
}
