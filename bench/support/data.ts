/** The images to send: incompressible noise in valid image files. */
import { randomFillSync } from "node:crypto"
import * as Fs from "node:fs"
import * as Path from "node:path"

export interface Workload {
  readonly name: string
  readonly files: ReadonlyArray<string>
  readonly bytes: number
}

const mebibyte = 1024 * 1024

/** A TIFF of one strip of RGB noise with its directory at the end, as most programs write it. */
const tiff = (width: number, height: number) => {
  const bytes = width * height * 3
  const entries: ReadonlyArray<readonly [tag: number, type: 3 | 4, value: number]> = [
    [256, 4, width],
    [257, 4, height],
    [258, 3, 8],
    [259, 3, 1],
    [262, 3, 2],
    [273, 4, 8],
    [277, 3, 3],
    [278, 4, height],
    [279, 4, bytes]
  ]
  const head = Buffer.alloc(8)
  head.write("II*\0", "latin1")
  head.writeUInt32LE(8 + bytes, 4)
  const directory = Buffer.alloc(2 + entries.length * 12 + 4)
  directory.writeUInt16LE(entries.length)
  for (const [index, [tag, type, value]] of entries.entries()) {
    const at = 2 + index * 12
    directory.writeUInt16LE(tag, at)
    directory.writeUInt16LE(type, at + 2)
    directory.writeUInt32LE(1, at + 4)
    if (type === 3) directory.writeUInt16LE(value, at + 8)
    else directory.writeUInt32LE(value, at + 8)
  }
  return { head, bytes, tail: directory }
}

/** The frame of a baseline JPEG around noise. */
const jpeg = (width: number, height: number, bytes: number) => {
  const frame = Buffer.from("ffd8ffc0000b080000000001011100ffda0008010100003f00", "hex")
  frame.writeUInt16BE(height, 7)
  frame.writeUInt16BE(width, 9)
  return { head: frame, bytes: bytes - frame.length - 2, tail: Buffer.from("ffd9", "hex") }
}

const noise = randomFillSync(Buffer.alloc(8 * mebibyte)).map((byte) => byte === 0xff ? 0x7f : byte)

/** Writes a file of `head`, noise that starts at a different offset in each file, and `tail`. */
const write = (path: string, { bytes, head, tail }: ReturnType<typeof tiff>, index: number): number => {
  const file = Fs.openSync(path, "w")
  Fs.writeSync(file, head)
  for (let left = bytes, at = (index * 4099) % mebibyte; left > 0; at = 0) {
    left -= Fs.writeSync(file, noise, at, Math.min(left, noise.length - at))
  }
  Fs.writeSync(file, tail)
  Fs.closeSync(file)
  return head.length + bytes + tail.length
}

const make = (folder: string, name: string, count: number, extension: string, image: ReturnType<typeof tiff>) => {
  const inside = Path.join(folder, name)
  Fs.mkdirSync(inside, { recursive: true })
  const files = Array.from({ length: count }, (_, index) => Path.join(inside, `image${index}.${extension}`))
  const bytes = files.reduce((sum, path, index) => sum + write(path, image, index), 0)
  return { name, files, bytes }
}

/** 300 TIFFs of 6 MB. */
export const tiffs = (folder: string): Workload => make(folder, "tiffs", 300, "tif", tiff(2000, 1000))

/** 2,000 JPEGs of 200 KB. */
export const jpegs = (folder: string): Workload => make(folder, "jpegs", 2000, "jpg", jpeg(2000, 1500, 200_000))

/** One TIFF of 2 GiB. */
export const large = (folder: string): Workload => make(folder, "large", 1, "tif", tiff(28_000, 25_500))

/** 100,000 JPEGs of 1 KB. */
export const small = (folder: string): Workload => make(folder, "small", 100_000, "jpg", jpeg(32, 32, 1000))

/** 10,000 JPEGs of 20 KB in 100 folders, and a sheet that makes a manifest of each folder. */
export const sheet = (folder: string): { readonly workload: Workload; readonly path: string } => {
  const image = jpeg(640, 480, 20_000)
  const files = Array.from({ length: 10_000 }, (_, index) => {
    const inside = Path.join(folder, "sheet", `book${Math.floor(index / 100)}`)
    Fs.mkdirSync(inside, { recursive: true })
    return Path.join(inside, `page${index % 100}.jpg`)
  })
  const bytes = files.reduce((sum, path, index) => sum + write(path, image, index), 0)
  const path = Path.join(folder, "sheet", "pages.csv")
  const rows = files.map((file, index) => {
    const book = Math.floor(index / 100)
    return `${Path.relative(Path.dirname(path), file)},BOOK${book},"Book ${book}, scanned",Page ${index % 100 + 1},${
      index % 100 + 1
    },http://creativecommons.org/publicdomain/zero/1.0/`
  })
  Fs.writeFileSync(path, ["file,manifest,manifest.label,label,order,rights", ...rows, ""].join("\r\n"))
  return { workload: { name: "sheet", files, bytes }, path }
}
