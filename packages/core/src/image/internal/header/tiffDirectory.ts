/**
 * TIFF image file directories (TIFF 6.0, section 2; BigTIFF as in the libtiff design paper).
 */
import { malformed, type Parser, refuse } from "./parser.ts"
import { Truncated } from "./reason.ts"
import { isBlankFrom } from "./tail.ts"
import type { Window } from "./window.ts"

/** The differences between the four kinds of TIFF: byte order, and classic TIFF or BigTIFF. */
export interface Layout {
  readonly little: boolean
  readonly big: boolean
}

export interface Entry {
  readonly type: number
  readonly count: number
  /** The offset of the values: inside the entry, if they fit there. */
  readonly at: number
  readonly end: number
  readonly isInline: boolean
}

export interface Directory {
  readonly offset: number
  readonly entries: ReadonlyMap<number, Entry>
  /** The offset of the next directory, 0 in the last. */
  readonly next: number
  /** The end of the directory and its values, and where the last of the values begins. */
  readonly end: number
  readonly lastValue: number
  /** Private tags whose values are past the end of the file. */
  readonly unreadable: ReadonlyArray<number>
}

export const Tag = {
  NewSubfileType: 254,
  SubfileType: 255,
  ImageWidth: 256,
  ImageLength: 257,
  BitsPerSample: 258,
  Compression: 259,
  Photometric: 262,
  StripOffsets: 273,
  Orientation: 274,
  SamplesPerPixel: 277,
  RowsPerStrip: 278,
  StripByteCounts: 279,
  PlanarConfiguration: 284,
  TileWidth: 322,
  TileLength: 323,
  TileOffsets: 324,
  TileByteCounts: 325,
  SubIFDs: 330,
  DNGVersion: 50706
} as const

/** More entries mean a wrong offset, as in libtiff. */
const maxEntries = 4096

/** Bytes of each unsigned type: BYTE, SHORT, LONG, IFD, LONG8, IFD8. */
const unsignedBytes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 13: 4, 16: 8, 18: 8 }

/** Bytes of SBYTE, SSHORT, SLONG, SLONG8, which some encoders use for sizes. */
const signedBytes: Readonly<Record<number, number>> = { 6: 1, 8: 2, 9: 4, 17: 8 }

/** Bytes of the other types, which are only skipped. */
const otherBytes: Readonly<Record<number, number>> = { 2: 1, 5: 8, 7: 1, 10: 8, 11: 4, 12: 8 }

/** The bytes of one value; `undefined` for an unknown type. */
const valueBytes = (type: number): number | undefined => unsignedBytes[type] ?? signedBytes[type] ?? otherBytes[type]

/** The first private tag. Those below are TIFF's own. */
const firstPrivate = 32768

/** Private tags that every scanner and editor writes, so that a file without their values is cut: IPTC, Photoshop, ICC. */
const ordinaryPrivate = new Set([33723, 34377, 34675])

const isOptional = (tag: number): boolean => tag >= firstPrivate && !ordinaryPrivate.has(tag)

/** An unsigned 64-bit number, clamped to the safe integers: a larger offset is past the end of any file anyway. */
export const uint64 = (view: DataView, at: number, little: boolean): number => {
  const high = view.getUint32(little ? at + 4 : at, little)
  const low = view.getUint32(little ? at : at + 4, little)
  const value = high * 0x1_0000_0000 + low
  return Number.isSafeInteger(value) ? value : Number.MAX_SAFE_INTEGER
}

export const offsetOf = (view: DataView, at: number, layout: Layout): number =>
  layout.big ? uint64(view, at, layout.little) : view.getUint32(at, layout.little)

/**
 * Reads the directory at `offset`. If a tag is repeated, its first entry counts, as in libtiff; one of an unknown type is
 * skipped, as TIFF 6.0 asks (section 2). The values of all other entries must be inside the file, whatever their tag:
 * many encoders write them last, so a truncated file lacks them. Only private tags may be without their value.
 */
export function* readDirectory(window: Window, layout: Layout, offset: number, ahead: number): Parser<Directory> {
  const { count, countBytes, entryBytes } = yield* readCount(window, layout, offset, ahead)
  if (!isCount(count)) yield* malformed(`a TIFF directory with ${count} entries`, offset)
  const length = countBytes + count * entryBytes
  const view = yield* window.view("a TIFF directory", offset, length + (layout.big ? 8 : 4))
  yield* checkLastEntry(window, view, offset, length - entryBytes)
  const entries = new Map<number, Entry>()
  const unreadable: Array<number> = []
  let [end, lastValue] = [offset + view.byteLength, offset]
  for (let at = countBytes; at < length; at += entryBytes) {
    const tag = view.getUint16(at, layout.little)
    const entry = readEntry(view, at, offset, layout)
    if (entry === undefined || entries.has(tag)) continue
    if (entry.end <= window.size) {
      entries.set(tag, entry)
      if (entry.end > end) [end, lastValue] = [entry.end, entry.at]
    } else if (isOptional(tag)) unreadable.push(tag)
    else yield* refuse(new Truncated({ what: `TIFF tag ${tag}`, expected: entry.end, actual: window.size }))
  }
  return { offset, entries, next: offsetOf(view, length, layout), end, lastValue, unreadable }
}

/** No entry is all zeros, unless the rest of the file was not copied. */
function* checkLastEntry(window: Window, view: DataView, offset: number, at: number): Parser<void> {
  const isZero = view.getUint32(at) === 0 && view.getUint32(at + 4) === 0
  if (isZero && (yield* isBlankFrom(window, offset + at))) yield* malformed("a TIFF entry of zeros", offset + at)
}

/**
 * Like {@link readDirectory} for a page after the first, which some encoders point to although it is not there:
 * `undefined` if there is no directory at `offset`, that is, at most half of its entries have a known type.
 */
export function* readFurtherDirectory(
  window: Window,
  layout: Layout,
  offset: number,
  ahead: number
): Parser<Directory | undefined> {
  const countBytes = layout.big ? 8 : 2
  if (offset < 8 || offset + countBytes > window.size) return undefined
  const { count, entryBytes } = yield* readCount(window, layout, offset, ahead)
  const present = Math.min(count, Math.floor((window.size - offset - countBytes) / entryBytes))
  if (isCount(count) && present > 0) {
    const view = yield* window.view("a TIFF directory", offset + countBytes, present * entryBytes)
    const types = Array.from({ length: present }, (_, i) => view.getUint16(i * entryBytes + 2, layout.little))
    const known = types.filter((type) => valueBytes(type) !== undefined).length
    if (known * 2 > present) return yield* readDirectory(window, layout, offset, ahead)
    yield* checkLastEntry(window, view, offset + countBytes, (present - 1) * entryBytes)
  }
  if (yield* isBlankFrom(window, offset)) yield* malformed("no TIFF directory", offset)
  return undefined
}

const isCount = (count: number): boolean => count > 0 && count <= maxEntries

function* readCount(window: Window, layout: Layout, offset: number, ahead: number) {
  const countBytes = layout.big ? 8 : 2
  const head = yield* window.view("a TIFF directory", offset, countBytes, ahead)
  const count = layout.big ? uint64(head, 0, layout.little) : head.getUint16(0, layout.little)
  return { count, countBytes, entryBytes: layout.big ? 20 : 12 }
}

const readEntry = (view: DataView, at: number, base: number, layout: Layout): Entry | undefined => {
  const type = view.getUint16(at + 2, layout.little)
  const count = offsetOf(view, at + 4, layout)
  const bytes = valueBytes(type)
  if (bytes === undefined) return undefined
  const value = at + (layout.big ? 12 : 8)
  const isInline = count * bytes <= (layout.big ? 8 : 4)
  const start = isInline ? base + value : offsetOf(view, value, layout)
  return { type, count, at: start, end: start + count * bytes, isInline }
}

/** Reads the values from `from` to `to` (exclusive) of an entry with an integer type. */
export function* readValues(
  window: Window,
  layout: Layout,
  entry: Entry,
  from: number,
  to: number
): Parser<ReadonlyArray<number>> {
  const bytes = unsignedBytes[entry.type] ?? signedBytes[entry.type]
  if (bytes === undefined) return yield* malformed(`a TIFF tag of type ${entry.type} in place of a number`, entry.at)
  const view = yield* window.view("a TIFF tag", entry.at + from * bytes, (to - from) * bytes)
  const read = signedBytes[entry.type] === undefined ? readUnsigned : readSigned
  const values = Array.from({ length: to - from }, (_, i) => read(view, i * bytes, bytes, layout.little))
  if (values.some((value) => value < 0)) yield* malformed("a TIFF tag with a negative value", entry.at)
  if (!entry.isInline && values.every((value) => value === 0) && (yield* isBlankFrom(window, entry.at))) {
    yield* malformed("TIFF values that are all zero", entry.at)
  }
  return values
}

const readUnsigned = (view: DataView, at: number, bytes: number, little: boolean): number =>
  bytes === 1
    ? view.getUint8(at)
    : bytes === 2
    ? view.getUint16(at, little)
    : bytes === 4
    ? view.getUint32(at, little)
    : uint64(view, at, little)

const readSigned = (view: DataView, at: number, bytes: number, little: boolean): number =>
  bytes === 1
    ? view.getInt8(at)
    : bytes === 2
    ? view.getInt16(at, little)
    : bytes === 4
    ? view.getInt32(at, little)
    : Number(view.getBigInt64(at, little))

/** The first value of a tag, or `fallback` if the tag is absent. */
export function* readFirst(
  window: Window,
  layout: Layout,
  directory: Directory,
  tag: number,
  fallback: number
): Parser<number> {
  const entry = directory.entries.get(tag)
  if (entry === undefined) return fallback
  if (entry.count === 0) return yield* malformed(`TIFF tag ${tag} without a value`, directory.offset)
  return (yield* readValues(window, layout, entry, 0, 1))[0] ?? fallback
}
