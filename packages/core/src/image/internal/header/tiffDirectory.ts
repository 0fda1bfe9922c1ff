/**
 * TIFF image file directories (TIFF 6.0, section 2; BigTIFF as in the libtiff design paper).
 */
import { malformed, type Parser, refuse } from "./parser.ts"
import { Truncated } from "./reason.ts"
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
}

export interface Directory {
  readonly offset: number
  readonly entries: ReadonlyMap<number, Entry>
  /** The offset of the next directory, 0 in the last. */
  readonly next: number
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

/** Bytes of each unsigned type: BYTE, SHORT, LONG, IFD, LONG8, IFD8. Sizes and offsets have no other type. */
const unsignedBytes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 13: 4, 16: 8, 18: 8 }

/** Bytes of the other types, which are only skipped. */
const otherBytes: Readonly<Record<number, number>> = { 2: 1, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 17: 8 }

const valueBytes = (type: number): number => unsignedBytes[type] ?? otherBytes[type] ?? 1

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
 * Reads the directory at `offset`. If a tag is repeated, its first entry counts, as in libtiff. The values of all
 * entries must be inside the file, whatever their tag: many encoders write them last, so a truncated file lacks them.
 */
export function* readDirectory(window: Window, layout: Layout, offset: number, ahead: number): Parser<Directory> {
  const countBytes = layout.big ? 8 : 2
  const head = yield* window.view("a TIFF directory", offset, countBytes, ahead)
  const count = layout.big ? uint64(head, 0, layout.little) : head.getUint16(0, layout.little)
  if (count === 0 || count > maxEntries) yield* malformed(`a TIFF directory with ${count} entries`, offset)
  const entryBytes = layout.big ? 20 : 12
  const length = countBytes + count * entryBytes
  const view = yield* window.view("a TIFF directory", offset, length + (layout.big ? 8 : 4))
  const entries = new Map<number, Entry>()
  for (let at = countBytes; at < length; at += entryBytes) {
    const tag = view.getUint16(at, layout.little)
    const entry = readEntry(view, at, offset, layout)
    if (!entries.has(tag)) entries.set(tag, entry)
    const expected = entry.at + entry.count * valueBytes(entry.type)
    if (expected > window.size) yield* refuse(new Truncated({ what: `TIFF tag ${tag}`, expected, actual: window.size }))
  }
  return { offset, entries, next: offsetOf(view, length, layout) }
}

const readEntry = (view: DataView, at: number, base: number, layout: Layout): Entry => {
  const type = view.getUint16(at + 2, layout.little)
  const count = offsetOf(view, at + 4, layout)
  const value = at + (layout.big ? 12 : 8)
  const inline = count * valueBytes(type) <= (layout.big ? 8 : 4)
  return { type, count, at: inline ? base + value : offsetOf(view, value, layout) }
}

/** Reads the values from `from` to `to` (exclusive) of an entry with an unsigned type. */
export function* readValues(
  window: Window,
  layout: Layout,
  entry: Entry,
  from: number,
  to: number
): Parser<ReadonlyArray<number>> {
  const bytes = unsignedBytes[entry.type]
  if (bytes === undefined) return yield* malformed(`a TIFF tag of type ${entry.type} in place of a number`, entry.at)
  const view = yield* window.view("a TIFF tag", entry.at + from * bytes, (to - from) * bytes)
  return Array.from({ length: to - from }, (_, i) => readUnsigned(view, i * bytes, bytes, layout.little))
}

const readUnsigned = (view: DataView, at: number, bytes: number, little: boolean): number =>
  bytes === 1
    ? view.getUint8(at)
    : bytes === 2
    ? view.getUint16(at, little)
    : bytes === 4
    ? view.getUint32(at, little)
    : uint64(view, at, little)

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
