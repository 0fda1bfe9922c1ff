/**
 * TIFF 6.0 and BigTIFF, both byte orders: the size and layout of the first page, its strips or tiles checked against
 * the length of the file, and the chain of directories after it.
 */
import type { Oddity } from "./oddity.ts"
import { type ColorModel, type Fields, malformed, type Parser, plain, refuse, size } from "./parser.ts"
import { Truncated, UnsupportedFormat } from "./reason.ts"
import { checkBlank, type Last } from "./tiffBlank.ts"
import {
  type Directory,
  type Layout,
  offsetOf,
  readDirectory,
  readFirst,
  readFurtherDirectory,
  readValues,
  Tag
} from "./tiffDirectory.ts"
import { checkLastRegion, checkRegions, type Region } from "./tiffRegions.ts"
import { ascii, type Window } from "./window.ts"

/** How many bytes to read at a directory: nearly all have fewer than twenty entries. Near the end, it is read too. */
const directoryAhead = 256
const endAhead = 1024

const aheadOf = (window: Window, offset: number): number =>
  window.size - offset <= endAhead ? window.size - offset : directoryAhead

/** The maximum number of directories to follow; `pages` of a longer document is a lower bound. */
export const maxDirectories = 128

/** The maximum number of pyramid levels, and of further pages, whose last strip or tile is checked. */
const maxChecked = 16

/** Reads that the chain leaves for the check of the end. */
const readsKept = 96

/** Bytes after the last page that are taken for padding, not for data of a page that is cut off. */
const maxPadding = 8

export const isTiff = (head: Uint8Array): boolean => {
  const order = head[0] === 0x49 && head[1] === 0x49 ? 2 : head[0] === 0x4d && head[1] === 0x4d ? 3 : undefined
  if (order === undefined) return false
  const [low, high] = [head[order], head[5 - order]]
  return high === 0 && (low === 42 || low === 43)
}

export function* parseTiff(window: Window): Parser<Fields> {
  const layout = yield* readLayout(window)
  const first = yield* readFirstDirectory(window, layout)
  const { page, region } = yield* readPage(window, layout, first)
  const last = { region, directory: first, metadataEnd: first.end, lastValue: first.lastValue }
  const levels = yield* readLevels(window, layout, { ...start, last }, first)
  const found = yield* followChain(window, layout, levels, first)
  const oddities = [...found.oddities, ...yield* checkBlank(window, layout, found.last)]
  return { ...page, pages: found.pages, pyramid: found.pyramid, oddities: [...unreadableTags(first), ...oddities] }
}

const unreadableTags = ({ unreadable }: Directory): ReadonlyArray<Oddity> =>
  unreadable.map((tag) => ({ _tag: "TagUnreadable", tag }))

function* readLayout(window: Window): Parser<Layout> {
  const head = yield* window.view("a TIFF header", 0, 8)
  const little = head.getUint8(0) === 0x49
  const big = head.getUint16(2, little) === 43
  // BigTIFF: bytes per offset (always 8) and a zero
  if (big && head.getUint32(4, little) !== (little ? 8 : 8 * 0x1_0000)) yield* malformed("a BigTIFF header", 4)
  return { little, big }
}

function* readFirstDirectory(window: Window, layout: Layout): Parser<Directory> {
  const at = layout.big ? 8 : 4
  const offset = offsetOf(yield* window.view("a TIFF header", at, at), 0, layout)
  if (offset < 8) yield* malformed("no TIFF directory", at)
  const directory = yield* readDirectory(window, layout, offset, aheadOf(window, offset))
  const camera = yield* cameraRaw(window, layout, directory)
  if (camera !== undefined) {
    yield* refuse(new UnsupportedFormat({ format: camera, convertTo: "develop it to TIFF or JPEG" }))
  }
  return directory
}

/** Camera raw files are TIFFs with a preview as their first page. */
function* cameraRaw(window: Window, layout: Layout, directory: Directory): Parser<string | undefined> {
  if (directory.entries.has(Tag.DNGVersion)) return "DNG (camera raw)"
  if (!layout.big && ascii(yield* window.bytes("a TIFF header", 8, 4)) === "CR\x02\0") return "Canon CR2 (camera raw)"
  const photometric = yield* readFirst(window, layout, directory, Tag.Photometric, 0)
  if (photometric === 32803 || photometric === 34892) return "camera raw"
  const preview = yield* isReduced(window, layout, directory)
  return preview && directory.entries.has(Tag.SubIFDs) ? "camera raw (the first page is a preview)" : undefined
}

function* readPage(
  window: Window,
  layout: Layout,
  directory: Directory
): Parser<{ readonly page: Fields; readonly region: Region }> {
  const width = yield* readDimension(window, layout, directory, Tag.ImageWidth)
  const height = yield* readDimension(window, layout, directory, Tag.ImageLength)
  yield* size(width, height)
  const orientation = yield* readFirst(window, layout, directory, Tag.Orientation, 1)
  const bitDepth = yield* readFirst(window, layout, directory, Tag.BitsPerSample, 1)
  if (bitDepth < 1 || bitDepth > 64) yield* malformed(`${bitDepth} bits per sample`, directory.offset)
  const region = yield* checkRegions(window, layout, directory)
  const page: Fields = {
    ...plain,
    format: "tiff",
    width,
    height,
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
    bitDepth,
    colorModel: colorModel(yield* readFirst(window, layout, directory, Tag.Photometric, -1)),
    tiled: directory.entries.has(Tag.TileWidth)
  }
  return { page, region }
}

function* readDimension(window: Window, layout: Layout, directory: Directory, tag: number): Parser<number> {
  const name = tag === Tag.ImageWidth ? "ImageWidth" : "ImageLength"
  const count = directory.entries.get(tag)?.count
  if (count !== 1) {
    yield* malformed(`a first page ${count ? `with ${count} values of` : "without"} ${name}`, directory.offset)
  }
  return yield* readFirst(window, layout, directory, tag, 0)
}

const colorModel = (photometric: number): ColorModel => {
  switch (photometric) {
    case 0:
    case 1:
      return "gray"
    case 2:
      return "rgb"
    case 3:
      return "palette"
    case 5:
      return "cmyk"
    case 6:
      return "ycbcr"
    case 8:
    case 9:
    case 10:
      return "lab"
    default:
      return "other"
  }
}

/** Whether it is a smaller version of another page: bit 0 of NewSubfileType, or 2 in its predecessor SubfileType. */
function* isReduced(window: Window, layout: Layout, directory: Directory): Parser<boolean> {
  const kind = yield* readFirst(window, layout, directory, Tag.NewSubfileType, 0)
  return kind % 2 === 1 || (yield* readFirst(window, layout, directory, Tag.SubfileType, 0)) === 2
}

function* isMask(window: Window, layout: Layout, directory: Directory): Parser<boolean> {
  return ((yield* readFirst(window, layout, directory, Tag.NewSubfileType, 0)) & 4) !== 0
}

/** What was found in the directories after the first. */
interface Found {
  readonly pages: number
  readonly pyramid: boolean
  readonly last: Last
  readonly oddities: ReadonlyArray<Oddity>
}

const start = { pages: 1, pyramid: false, oddities: [] } as const

/** Detects pyramids as written by libvips and others, with the levels as subdirectories of their page. */
function* readLevels(window: Window, layout: Layout, before: Found, page: Directory): Parser<Found> {
  const entry = page.entries.get(Tag.SubIFDs)
  let found = before
  if (entry === undefined) return found
  for (const offset of yield* readValues(window, layout, entry, 0, Math.min(entry.count, maxChecked))) {
    if (offset === 0) continue
    const directory = yield* readFurther(window, layout, found.last, offset)
    if (directory === undefined) return unreadablePages(found, offset)
    found = yield* withRegion(window, layout, found, directory)
    if (yield* isReduced(window, layout, directory)) found = { ...found, pyramid: true }
  }
  return found
}

/**
 * Follows the chain after the first page; pyramid levels, thumbnails and masks do not count as pages. At the limits the
 * count stops, but the probe succeeds, as it does where the chain leads to no directory or back to one.
 */
function* followChain(window: Window, layout: Layout, before: Found, first: Directory): Parser<Found> {
  const seen = new Set([first.offset])
  let found = before
  for (let offset = first.next; offset !== 0 && seen.size < maxDirectories && window.readsLeft > readsKept;) {
    const directory = seen.has(offset) ? undefined : yield* readFurther(window, layout, found.last, offset)
    if (directory === undefined) return unreadablePages(found, offset)
    seen.add(offset)
    if (seen.size <= maxChecked || directory.next === 0) found = yield* withRegion(window, layout, found, directory)
    if (yield* isReduced(window, layout, directory)) found = { ...found, pyramid: true }
    else if (!(yield* isMask(window, layout, directory))) found = { ...found, pages: found.pages + 1 }
    offset = directory.next
  }
  return found
}

/**
 * `undefined` if there is no directory at `offset`. Past the end of the file, it was cut off if other data follows the
 * pages before it; where nothing does, the file is whole and the offset wrong, as it is where it is odd (TIFF 6.0,
 * section 2).
 */
function* readFurther(window: Window, layout: Layout, last: Last, offset: number): Parser<Directory | undefined> {
  const directory = yield* readFurtherDirectory(window, layout, offset, aheadOf(window, offset))
  const known = Math.max(last.metadataEnd, last.region.end)
  if (directory === undefined && offset % 2 === 0 && offset >= window.size && window.size - known > maxPadding) {
    const expected = offset + (layout.big ? 16 : 6)
    yield* refuse(new Truncated({ what: "the next page of a TIFF", expected, actual: window.size }))
  }
  return directory
}

const unreadablePages = (found: Found, offset: number): Found => ({
  ...found,
  oddities: [...found.oddities, { _tag: "PagesUnreadable", offset }]
})

/** Checks the last strip or tile of a further page, and remembers it if it is the last in the file so far. */
function* withRegion(window: Window, layout: Layout, found: Found, directory: Directory): Parser<Found> {
  const region = yield* checkLastRegion(window, layout, directory)
  const { last } = found
  const pixels = region.end > last.region.end ? { region, directory } : {}
  const { end, lastValue } = directory
  const metadata = end > last.metadataEnd ? { metadataEnd: end, lastValue } : {}
  return { ...found, last: { ...last, ...pixels, ...metadata } }
}
