/**
 * The pyramids that `derive.ts` writes: tiled TIFF files whose directories are the levels, each half the size of the one
 * before (TIFF 6.0, sections 2 and 15; BigTIFF for files over 4 GB). Reads are synchronous, because a directory or a
 * tile is in the page cache as a rule, where a read takes less than passing it to another thread.
 */
import { closeSync, openSync, readSync } from "node:fs"

export interface Level {
  /** The number of its directory in the file. */
  readonly page: number
  readonly width: number
  readonly height: number
  /** Undefined where tiles are not compressed as JPEG. */
  readonly jpeg: JpegTiles | undefined
}

export interface JpegTiles {
  readonly columns: number
  readonly offsets: ReadonlyArray<number>
  readonly lengths: ReadonlyArray<number>
  /** Precedes a tile's own bytes, from which the marker SOI is left out. */
  readonly head: Buffer
}

export interface Pyramid {
  readonly levels: ReadonlyArray<Level>
  readonly fd: number
  readonly close: () => void
}

const TAG = {
  width: 256,
  height: 257,
  compression: 259,
  photometric: 262,
  tileWidth: 322,
  tileOffsets: 324,
  tileLengths: 325,
  jpegTables: 347
} as const

const JPEG = 7
const RGB = 2
const YCBCR = 6

/** Bytes of one value by its type: BYTE, SHORT, LONG, UNDEFINED, LONG8; others do not occur in what we read. */
const SIZES: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 7: 1, 16: 8 }

/** Fills a buffer from `start` on with what is at `position` of the file. */
const readInto = (fd: number, buffer: Buffer, start: number, position: number): void => {
  const length = buffer.length - start
  const count = readSync(fd, buffer, start, length, position)
  if (count !== length) throw new Error(`the pyramid ends ${length - count} bytes too early`)
}

const read = (fd: number, position: number, length: number): Buffer => {
  const buffer = Buffer.allocUnsafe(length)
  readInto(fd, buffer, 0, position)
  return buffer
}

/** What differs between TIFF and BigTIFF: the widths of counts, entries and offsets. */
interface Layout {
  readonly start: number
  readonly countBytes: number
  readonly entryBytes: number
  readonly offsetBytes: number
}

const CLASSIC: Layout = { start: 4, countBytes: 2, entryBytes: 12, offsetBytes: 4 }
const BIG: Layout = { start: 8, countBytes: 8, entryBytes: 20, offsetBytes: 8 }

const integer = (buffer: Buffer, at: number, bytes: number): number =>
  bytes === 8 ? Number(buffer.readBigUInt64LE(at)) : buffer.readUIntLE(at, bytes)

const layoutOf = (fd: number): Layout => {
  const magic = read(fd, 0, 4).toString("latin1")
  if (magic === "II*\0") return CLASSIC
  if (magic === "II+\0") return BIG
  throw new Error("the pyramid is no TIFF file of this machine's byte order")
}

type Entries = ReadonlyMap<number, { readonly type: number; readonly count: number; readonly bytes: Buffer }>

const readEntries = (fd: number, layout: Layout, at: number): { readonly entries: Entries; readonly next: number } => {
  const { countBytes, entryBytes, offsetBytes } = layout
  const count = integer(read(fd, at, countBytes), 0, countBytes)
  const body = read(fd, at + countBytes, count * entryBytes + offsetBytes)
  const entries = new Map<number, { type: number; count: number; bytes: Buffer }>()
  for (let index = 0; index < count; index++) {
    const start = index * entryBytes
    const type = body.readUInt16LE(start + 2)
    const values = integer(body, start + 4, offsetBytes)
    const length = values * (SIZES[type] ?? 0)
    const inline = start + 4 + offsetBytes
    const bytes = length <= offsetBytes
      ? body.subarray(inline, inline + length)
      : read(fd, integer(body, inline, offsetBytes), length)
    entries.set(body.readUInt16LE(start), { type, count: values, bytes })
  }
  return { entries, next: integer(body, count * entryBytes, offsetBytes) }
}

const valuesOf = (entries: Entries, tag: number): ReadonlyArray<number> => {
  const entry = entries.get(tag)
  const size = entry === undefined ? 0 : SIZES[entry.type] ?? 0
  return entry === undefined || size === 0
    ? []
    : Array.from({ length: entry.count }, (_, index) => integer(entry.bytes, index * size, size))
}

const valueOf = (entries: Entries, tag: number): number => valuesOf(entries, tag)[0] ?? 0

/**
 * Adobe's marker APP14, which says whether three components are RGB (0) or YCbCr (1): tiles do not, since in a TIFF the
 * directory does, and a decoder that finds a JFIF-less stream without it has to guess.
 */
const app14 = (transform: number): Buffer =>
  Buffer.from([0xFF, 0xEE, 0, 14, 0x41, 0x64, 0x6F, 0x62, 0x65, 0, 100, 0, 0, 0, 0, transform])

const SOI = Buffer.from([0xFF, 0xD8])

const colorMarker = (photometric: number): Buffer =>
  photometric === RGB ? app14(0) : photometric === YCBCR ? app14(1) : Buffer.alloc(0)

const jpegTiles = (entries: Entries, width: number): JpegTiles | undefined => {
  const tables = entries.get(TAG.jpegTables)?.bytes
  const tileWidth = valueOf(entries, TAG.tileWidth)
  if (valueOf(entries, TAG.compression) !== JPEG || tables === undefined || tileWidth === 0) return undefined
  return {
    columns: Math.ceil(width / tileWidth),
    offsets: valuesOf(entries, TAG.tileOffsets),
    lengths: valuesOf(entries, TAG.tileLengths),
    // The tables are a stream of their own: without its SOI and EOI they go before the tile's.
    head: Buffer.concat([SOI, colorMarker(valueOf(entries, TAG.photometric)), tables.subarray(2, -2)])
  }
}

const readLevels = (fd: number): ReadonlyArray<Level> => {
  const layout = layoutOf(fd)
  const levels: Array<Level> = []
  let at = integer(read(fd, layout.start, layout.offsetBytes), 0, layout.offsetBytes)
  while (at !== 0) {
    const { entries, next } = readEntries(fd, layout, at)
    const width = valueOf(entries, TAG.width)
    const height = valueOf(entries, TAG.height)
    levels.push({ page: levels.length, width, height, jpeg: jpegTiles(entries, width) })
    at = next
  }
  return levels
}

/** Opens a pyramid; throws if it cannot be read. */
export const open = (file: string): Pyramid => {
  const fd = openSync(file, "r")
  try {
    return { levels: readLevels(fd), fd, close: () => closeSync(fd) }
  } catch (cause) {
    closeSync(fd)
    throw cause
  }
}

/** A tile as a JPEG file of its own, in a buffer from `take`; undefined where the pyramid has no such tile. */
export const tile = (
  pyramid: Pyramid,
  { jpeg }: Level,
  column: number,
  row: number,
  take: (length: number) => Buffer
): Buffer | undefined => {
  const index = jpeg === undefined ? -1 : row * jpeg.columns + column
  const offset = jpeg?.offsets[index]
  const length = jpeg?.lengths[index]
  if (jpeg === undefined || offset === undefined || length === undefined || length <= SOI.length) return undefined
  const bytes = take(jpeg.head.length + length - SOI.length)
  jpeg.head.copy(bytes)
  readInto(pyramid.fd, bytes, jpeg.head.length, offset + SOI.length)
  return bytes
}
