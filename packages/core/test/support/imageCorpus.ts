/**
 * Image files for tests: built byte by byte, since no encoder writes such files, or written by OpenJPEG.
 */
import * as ImageHeader from "@iiif-ingest/core/image/ImageHeader"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { crc32 } from "node:zlib"

export const concat = (...parts: ReadonlyArray<Uint8Array | ReadonlyArray<number> | string>): Uint8Array =>
  new Uint8Array(
    Buffer.concat(parts.map((part) => typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part)))
  )

export const u16 = (value: number): ReadonlyArray<number> => [value >>> 8 & 255, value & 255]
export const u32 = (value: number): ReadonlyArray<number> => [...u16(value >>> 16), ...u16(value)]

/** Returns a copy with some bytes at an offset replaced. */
export const patch = (bytes: Uint8Array, at: number, values: ReadonlyArray<number>): Uint8Array => {
  const copy = bytes.slice()
  copy.set(values, at)
  return copy
}

/** The offset of some ASCII text. */
export const indexOf = (bytes: Uint8Array, text: string): number => Buffer.from(bytes).indexOf(text, 0, "latin1")

/** A source that counts its reads and the bytes read. */
export const counting = (name: string, bytes: Uint8Array) => {
  const cost = { reads: 0, bytes: 0 }
  const source: ImageHeader.RandomAccess = {
    name,
    size: bytes.length,
    read: (offset, length) =>
      Effect.sync(() => {
        const part = bytes.subarray(offset, offset + length)
        cost.reads += 1
        cost.bytes += part.length
        return part
      })
  }
  return { cost, source }
}

export type Outcome = Result.Result<ImageHeader.ImageHeader, ImageHeader.ImageHeaderError>

/** The header or the error of an image. */
export const probe = (bytes: Uint8Array): Outcome =>
  Effect.runSync(Effect.result(ImageHeader.fromBytes("picture", bytes)))

/** `"640x480"`, or the tag of the reason. */
export const verdict = (outcome: Outcome): string =>
  Result.match(outcome, {
    onFailure: (error) => error.reason._tag,
    onSuccess: ({ height, width }) => `${width}x${height}`
  })

/** Mulberry32, a seeded random number generator: the same numbers on every machine. */
export const random = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = state + 0x6d2b79f5 | 0
    let t = Math.imul(state ^ state >>> 15, 1 | state)
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t
    return Math.floor(((t ^ t >>> 14) >>> 0) / 0x1_0000_0000 * below)
  }
}

/** Damages up to four places in the 700 bytes from `start`: flips a bit, sets a byte, inserts or removes one. */
export const mutate = (bytes: Uint8Array, start: number, next: (below: number) => number): Uint8Array => {
  let damaged: Uint8Array = bytes.slice()
  for (let n = 1 + next(4); n > 0; n--) {
    const at = start + next(Math.min(700, damaged.length - start))
    const old = damaged[at] ?? 0
    const kind = next(10)
    if (kind < 4) damaged = patch(damaged, at, [old ^ 1 << next(8)])
    else if (kind < 7) damaged = patch(damaged, at, [next(256)])
    else if (kind < 9) damaged = patch(damaged, at, [[0, 255, 127, 128][next(4)] ?? 0])
    else if (next(2) === 0) damaged = concat(damaged.subarray(0, at), [next(256)], damaged.subarray(at))
    else damaged = concat(damaged.subarray(0, at), damaged.subarray(at + 1))
  }
  return damaged
}

// --- TIFF

/** The offset of a TIFF's first directory. */
export const directoryAt = (bytes: Uint8Array): number => {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const little = bytes[0] === 0x49
  return view.getUint16(2, little) === 43 ? Number(view.getBigUint64(8, little)) : view.getUint32(4, little)
}

export interface TiffKind {
  readonly little: boolean
  readonly big: boolean
}

export const tiffKinds: ReadonlyArray<TiffKind> = [
  { little: true, big: false },
  { little: false, big: false },
  { little: true, big: true },
  { little: false, big: true }
]

type Values = { readonly type: number; readonly values: ReadonlyArray<number> }

export interface TiffPage {
  readonly width: number
  readonly height: number
  readonly rowsPerStrip?: number
  /** Tags to add or replace; `undefined` omits a tag. */
  readonly tags?: Readonly<Record<number, Values | undefined>>
  /** Subdirectories of this page. */
  readonly below?: ReadonlyArray<TiffPage>
}

export const short = (...values: ReadonlyArray<number>): Values => ({ type: 3, values })
export const long = (...values: ReadonlyArray<number>): Values => ({ type: 4, values })

const typeBytes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 6: 1, 8: 2, 9: 4, 13: 4, 16: 8, 17: 8 }

/** Writes gray pages, each with its directory before (`front`) or after its pixels. */
export const tiff = (
  kind: TiffKind,
  pages: ReadonlyArray<TiffPage>,
  options: { readonly front?: boolean; readonly last?: number } = {}
): Uint8Array => {
  const view = new DataView(new ArrayBuffer(1_000_000))
  const number = (at: number, bytes: number, value: number) => {
    if (bytes === 1) view.setUint8(at, value)
    else if (bytes === 2) view.setUint16(at, value, kind.little)
    else if (bytes === 4) view.setUint32(at, value, kind.little)
    else view.setBigUint64(at, BigInt(value), kind.little)
  }
  const word = kind.big ? 8 : 4
  view.setUint16(0, kind.little ? 0x4949 : 0x4d4d)
  number(2, 2, kind.big ? 43 : 42)
  if (kind.big) number(4, 2, 8)
  let end = kind.big ? 16 : 8
  let link = kind.big ? 8 : 4

  const writeDirectory = (
    page: TiffPage,
    offsets: ReadonlyArray<number>,
    counts: ReadonlyArray<number>,
    below: Values
  ) => {
    const tags = Object.entries<Values | undefined>({
      256: long(page.width),
      257: long(page.height),
      258: short(8),
      259: short(1),
      262: short(1),
      273: { type: kind.big ? 16 : 4, values: offsets },
      277: short(1),
      278: long(page.rowsPerStrip ?? page.height),
      279: long(...counts),
      ...(below.values.length === 0 ? {} : { 330: below }),
      ...page.tags
    }).flatMap(([tag, entry]) => entry === undefined ? [] : [[Number(tag), entry] as const])
    const at = end + end % 2
    const entryBytes = kind.big ? 20 : 12
    const head = kind.big ? 8 : 2
    number(at, head, tags.length)
    const next = at + head + tags.length * entryBytes
    end = next + word
    for (const [i, [tag, { type, values }]] of tags.entries()) {
      const entry = at + head + i * entryBytes
      const bytes = typeBytes[type] ?? 1
      number(entry, 2, tag)
      number(entry + 2, 2, type)
      number(entry + 4, word, values.length)
      const inline = bytes * values.length <= word
      const to = inline ? entry + 4 + word : end
      if (!inline) {
        number(entry + 4 + word, word, end)
        end += bytes * values.length
      }
      for (const [n, value] of values.entries()) number(to + n * bytes, bytes, value)
    }
    return { at, next }
  }

  const directoryBytes = (page: TiffPage, strips: number) =>
    end % 2 + (kind.big ? 8 + 20 * 24 + 8 : 2 + 12 * 24 + 4) + strips * (word + 4) +
    Object.values(page.tags ?? {}).reduce((sum, entry) => sum + (entry?.values.length ?? 0) * 8, 0)

  const writePage = (page: TiffPage): { readonly at: number; readonly next: number } => {
    const below: Values = { type: kind.big ? 16 : 4, values: (page.below ?? []).map((level) => writePage(level).at) }
    const rows = page.rowsPerStrip ?? page.height
    const counts = Array.from(
      { length: Math.max(1, Math.ceil(page.height / rows)) },
      (_, i) => page.width * Math.min(rows, page.height - i * rows)
    )
    const total = counts.reduce((sum, n) => sum + n, 0)
    const start = options.front ? end + directoryBytes(page, counts.length) : end
    let offset = start
    const offsets = counts.map((count) => (offset += count) - count)
    if (!options.front) end = start + total
    const written = writeDirectory(page, offsets, counts, below)
    if (options.front) end = start + total
    return written
  }

  for (const page of pages) {
    const { at, next } = writePage(page)
    number(link, word, at)
    link = next
  }
  number(link, word, options.last ?? 0)
  return new Uint8Array(view.buffer, 0, end).slice()
}

// --- JPEG 2000

const base64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"))

/** Written by OpenJPEG 2.5.4. */
export const openJpeg = {
  /** 21 x 13, RGB. */
  jp2: base64(
    "AAAADGpQICANCocKAAAAFGZ0eXBqcDIgAAAAAGpwMiAAAAAtanAyaAAAABZpaGRyAAAADQAAABUAAwcHAAAAAAAPY29scgEAAAAAABAAAACxanAyY/9P" +
      "/1EALwAAAAAAFQAAAA0AAAAAAAAAAAAAABUAAAANAAAAAAAAAAAAAwcBAQcBAQcBAf9SAAwAAAABAAMEBAAB/1wADUBASEhQSEhQSEhQ/2QAJQABQ3Jl" +
      "YXRlZCBieSBPcGVuSlBFRyB2ZXJzaW9uIDIuNS40/5AACgAAAAAAMAAB/5PPtBQB1brTps+0FAiQtRgnz7QYCI5xqRB/gICAgICAgICA/9k="
  ),
  /** 21 x 13, RGB, two tiles of 16 x 16. */
  tiled: base64(
    "AAAADGpQICANCocKAAAAFGZ0eXBqcDIgAAAAAGpwMiAAAAAtanAyaAAAABZpaGRyAAAADQAAABUAAwcHAAAAAAAPY29scgEAAAAAABAAAAD+anAyY/9P" +
      "/1EALwAAAAAAFQAAAA0AAAAAAAAAAAAAABAAAAAQAAAAAAAAAAAAAwcBAQcBAQcBAf9SAAwAAAABAAEEBAAB/1wAB0BASEhQ/2QAJQABQ3JlYXRlZCBi" +
      "eSBPcGVuSlBFRyB2ZXJzaW9uIDIuNS40/5AACgAAAAAASAAB/5PPtEAUAFyvl4YAAAMJCAD+MJCXz7REEVBUkQRU4AAAADCQe4+jCQjPtDQRUFSu8c2o" +
      "AAAAMJCXgICA/5AACgABAAAAOwAB/5PPtCwUAFkolUAMHmxCEs+0LBFQVJfEnAAAwYFpz7QsEVBQ2WCYAAGEhH+AgID/2Q=="
  ),
  /** 21 x 13, RGB, a raw codestream. */
  j2k: base64(
    "/0//UQAvAAAAAAAVAAAADQAAAAAAAAAAAAAAFQAAAA0AAAAAAAAAAAADBwEBBwEBBwEB/1IADAAAAAEAAwQEAAH/XAANQEBISFBISFBISFD/ZAAlAAFD" +
      "cmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjT/kAAKAAAAAAAwAAH/k8+0FAHVutOmz7QUCJC1GCfPtBgIjnGpEH+AgICAgICAgID/2Q=="
  ),
  /** 5 x 7, gray. */
  gray: base64(
    "AAAADGpQICANCocKAAAAFGZ0eXBqcDIgAAAAAGpwMiAAAAAtanAyaAAAABZpaGRyAAAABwAAAAUAAQcHAAAAAAAPY29scgEAAAAAABEAAACPanAyY/9P" +
      "/1EAKQAAAAAABQAAAAcAAAAAAAAAAAAAAAUAAAAHAAAAAAAAAAAAAQcBAf9SAAwAAAABAAIEBAAB/1wACkBASEhQSEhQ/2QAJQABQ3JlYXRlZCBieSBP" +
      "cGVuSlBFRyB2ZXJzaW9uIDIuNS40/5AACgAAAAAAFwAB/5PPtBAIgY0XgID/2Q=="
  )
} as const

export const box = (type: string, ...contents: ReadonlyArray<Uint8Array | ReadonlyArray<number>>): Uint8Array => {
  const body = concat(...contents)
  return concat(u32(body.length + 8), type, body)
}

const jp2Signature = box("jP  ", [0x0d, 0x0a, 0x87, 0x0a])

export interface Jp2Options {
  readonly width?: number
  readonly height?: number
  readonly brand?: string
  readonly color?: ReadonlyArray<number>
  readonly before?: ReadonlyArray<Uint8Array>
  /** Builds the codestream box, to write its length in another form. */
  readonly picture?: (codestream: Uint8Array) => Uint8Array
}

/** A JP2 with OpenJPEG's codestream of 21 x 13 pixels. */
export const jp2 = (options: Jp2Options = {}): Uint8Array => {
  const brand = options.brand ?? "jp2 "
  const ihdr = box("ihdr", [...u32(options.height ?? 13), ...u32(options.width ?? 21), 0, 3, 7, 7, 0, 0])
  return concat(
    jp2Signature,
    box("ftyp", concat(brand, u32(0), brand)),
    ...(options.before ?? []),
    box("jp2h", ihdr, box("colr", options.color ?? [1, 0, 0, 0, 0, 0, 16])),
    (options.picture ?? ((codestream) => box("jp2c", codestream)))(openJpeg.j2k)
  )
}

// --- JPEG

export const segment = (marker: number, ...contents: ReadonlyArray<Uint8Array | ReadonlyArray<number> | string>) => {
  const body = concat(...contents)
  return concat([0xff, marker], u16(body.length + 2), body)
}

export interface JpegOptions {
  readonly width?: number
  readonly height?: number
  readonly frame?: number
  readonly components?: ReadonlyArray<number>
  readonly before?: ReadonlyArray<Uint8Array>
  readonly scan?: Uint8Array | ReadonlyArray<number>
  readonly after?: Uint8Array | ReadonlyArray<number>
}

/** The markers of a JPEG; its scan is not decodable. */
export const jpeg = (options: JpegOptions = {}): Uint8Array => {
  const components = options.components ?? [1, 2, 3]
  return concat(
    [0xff, 0xd8],
    ...(options.before ?? []),
    segment(
      options.frame ?? 0xc0,
      [8, ...u16(options.height ?? 30), ...u16(options.width ?? 40), components.length],
      components.flatMap((id) => [id, 0x11, 0])
    ),
    segment(0xda, [components.length, ...components.flatMap((id) => [id, 0]), 0, 63, 0]),
    options.scan ?? [1, 2, 0xff, 0, 3],
    options.after ?? [0xff, 0xd9]
  )
}

/** EXIF with only an orientation, in either byte order. */
export const exif = (orientation: number, little: boolean): Uint8Array => {
  const word = (value: number) => little ? [...u16(value)].reverse() : u16(value)
  const double = (value: number) => little ? [...u32(value)].reverse() : u32(value)
  return concat(
    little ? "II" : "MM",
    word(42),
    double(8),
    word(1),
    word(274),
    word(3),
    double(1),
    word(orientation),
    word(0),
    double(0)
  )
}

// --- PNG, GIF, WebP

export const pngChunk = (type: string, contents: Uint8Array | ReadonlyArray<number> = []): Uint8Array =>
  concat(u32(contents.length), type, contents, u32(crc32(concat(type, contents))))

/** Updates the checksum of IHDR to its content. */
export const repairPng = (bytes: Uint8Array): Uint8Array =>
  bytes.length < 33 ? bytes : patch(bytes, 29, u32(crc32(bytes.subarray(12, 29))))

/** The chunks of a PNG; its pixel data is not decodable. */
export const png = (
  width: number,
  height: number,
  options: { readonly form?: ReadonlyArray<number>; readonly chunks?: ReadonlyArray<Uint8Array> } = {}
): Uint8Array =>
  concat(
    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    pngChunk("IHDR", [...u32(width), ...u32(height), ...(options.form ?? [8, 2]), 0, 0, 0]),
    ...(options.chunks ?? []),
    pngChunk("IDAT", [1, 2, 3]),
    pngChunk("IEND")
  )

const le16 = (value: number): ReadonlyArray<number> => [value & 255, value >>> 8]

/** A GIF of one frame; its pixel data is not decodable. */
export const gif = (
  screen: readonly [number, number],
  frame: readonly [number, number],
  extensions: ReadonlyArray<Uint8Array> = []
): Uint8Array =>
  concat(
    "GIF89a",
    le16(screen[0]),
    le16(screen[1]),
    [0x80, 0, 0, 0, 0, 0, 255, 255, 255],
    ...extensions,
    [0x2c, 0, 0, 0, 0, ...le16(frame[0]), ...le16(frame[1]), 0],
    [2, 2, 0x4c, 0x01, 0, 0x3b]
  )

const riffChunk = (type: string, contents: Uint8Array): Uint8Array =>
  concat(
    type,
    [...u32(contents.length)].reverse(),
    contents,
    contents.length % 2 === 1 ? [0] : []
  )

/** A lossless WebP; its pixel data is not decodable. */
export const webp = (width: number, height: number): Uint8Array => {
  const bits = (width - 1) | (height - 1) << 14
  const body = concat("WEBP", riffChunk("VP8L", concat([0x2f], [...u32(bits >>> 0)].reverse(), [0, 0, 0])))
  return concat("RIFF", [...u32(body.length)].reverse(), body)
}
