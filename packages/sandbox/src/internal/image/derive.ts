/**
 * Reads a source completely and derives from it the pyramid that is served: 8 bits of sRGB, tiled, in a TIFF file whose
 * levels halve in size. Only the first page counts, and its pixels are as stored, without the EXIF orientation, so that
 * sizes agree with the request and with the manifest's canvases.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { rm } from "node:fs/promises"
import type { Metadata, Sharp } from "sharp"
import * as Libvips from "./libvips.ts"
import { DERIVE_SECONDS, SCANNED_PIXELS, TILE } from "./limits.ts"
import type { Extent } from "./resolve.ts"

/** The object is not an image that the sandbox can read. */
export class Unreadable extends Schema.TaggedError<Unreadable>()("Unreadable", { reason: Schema.String }) {
  override get message() {
    return this.reason
  }
}

export interface Source {
  readonly width: number
  readonly height: number
  /** As sharp names it: `jpeg`, `png`, `tiff`, `gif`, `webp`. */
  readonly format: string
  readonly hasAlpha: boolean
  /** RGB of 16 bits a sample, with a color profile. */
  readonly isDeepProfiled: boolean
  /** As in EXIF: 1 is upright. */
  readonly orientation: number
  readonly warnings: ReadonlyArray<string>
}

const FORMATS = new Set(["jpeg", "png", "tiff", "gif", "webp"])

/** Where the offsets of a TIFF file, of 32 bits, do not suffice for pixels that hardly compress. */
const BIG_BYTES = 3_500_000_000

/**
 * Quality of the tiles. Below 90 libvips keeps a quarter of the color samples, as most JPEG files do: tiles then have a
 * quarter of the bytes, and take two thirds of the time to decode.
 */
const QUALITY = 89

/**
 * sharp leaves out metadata unless asked, but libvips writes the orientation to TIFF files all the same, and whatever is
 * rendered from the pyramid as TIFF would inherit it.
 */
const withoutOrientation = (image: Sharp, { orientation }: Source): Sharp =>
  orientation === 1 ? image : image.withMetadata({ orientation: 1 })

/**
 * sharp takes the colors of what has a profile to sRGB, but those of 16 bits to Display P3 only, on their way to a
 * profile that is asked for.
 */
const inSrgb = (image: Sharp, { isDeepProfiled }: Source): Sharp =>
  isDeepProfiled ? image.withIccProfile("srgb", { attach: false }) : image

const open = (file: string) => Libvips.open(file, { failOn: "error", sequentialRead: true })

/** What libvips says, without the path, which is not the user's. */
const explain = (cause: unknown, file: string): string => {
  const text = cause instanceof Error ? cause.message : String(cause)
  return (text.split("\n")[0] ?? "").replaceAll(file, "the object")
}

const attempt = <A>(file: string, read: (signal: AbortSignal) => Promise<A>): Effect.Effect<A, Unreadable> =>
  Effect.tryPromise({
    try: read,
    catch: (cause) => new Unreadable({ reason: `The image cannot be read: ${explain(cause, file)}` })
  })

/** Pages after the first that are not the same picture in a smaller size, as those of a pyramid are. */
const furtherPages = async (file: string, { height, pages = 1, width }: Metadata): Promise<number> => {
  if (pages === 1) return 0
  const next = await (await Libvips.open(file, { page: 1 })).metadata()
  const isReduced = next.width < width && Math.abs(next.width / width - next.height / height) < 2 / next.width
  return isReduced ? 0 : pages - 1
}

const warningsOf = ({ orientation = 1 }: Metadata, further: number): ReadonlyArray<string> => [
  ...(orientation === 1
    ? []
    : [`EXIF orientation ${orientation} is ignored: the pixels are served as they are stored`]),
  ...(further === 0 ? [] : [`only the first of ${further + 1} pages is served`])
]

const readHeader = async (file: string) => {
  const metadata = await (await open(file)).metadata()
  return { metadata, warnings: warningsOf(metadata, await furtherPages(file, metadata)) }
}

/** Why a source is not ingested although libvips can read it. */
const obstacle = ({ format, height, isProgressive, width }: Metadata): string | undefined => {
  if (!FORMATS.has(format)) return `The sandbox ingests JPEG, PNG, TIFF, GIF, WebP and JPEG 2000, but this is ${format}`
  return isProgressive === true && width * height > SCANNED_PIXELS
    ? `The image is progressive and has ${Math.ceil(width * height / 1e6)} megapixels: the sandbox ingests at most ${
      SCANNED_PIXELS / 1e6
    } of such images`
    : undefined
}

/** Reads the header. */
export const probe = (file: string): Effect.Effect<Source, Unreadable> =>
  Effect.flatMap(attempt(file, () => readHeader(file)), ({ metadata, warnings }) => {
    const { format, hasAlpha, hasProfile, height, orientation = 1, space, width } = metadata
    const isDeepProfiled = hasProfile && space === "rgb16"
    const reason = obstacle(metadata)
    return reason === undefined
      ? Effect.succeed({ width, height, format, hasAlpha, isDeepProfiled, orientation, warnings })
      : Effect.fail(new Unreadable({ reason }))
  })

/** JPEG has no transparency. */
const compression = (hasAlpha: boolean) =>
  hasAlpha
    ? { compression: "deflate", predictor: "horizontal" } as const
    : { compression: "jpeg", quality: QUALITY } as const

/** libvips refuses to read tiles that are far larger than their image; a side is a multiple of 16 (TIFF 6.0, 15). */
const tileSide = ({ height, width }: Extent): number => Math.min(TILE, Math.ceil(Math.max(width, height) / 16) * 16)

/** Writes a picture in sRGB as a pyramid of this extent. */
const write = async (image: Sharp, extent: Extent, hasAlpha: boolean, target: string, signal: AbortSignal) => {
  const side = tileSide(extent)
  try {
    await image
      .timeout({ seconds: DERIVE_SECONDS })
      .toColourspace("srgb")
      .tiff({
        ...compression(hasAlpha),
        tile: true,
        tileWidth: side,
        tileHeight: side,
        pyramid: true,
        bigtiff: hasAlpha && extent.width * extent.height * 4 > BIG_BYTES
      })
      .toFile(target)
  } finally {
    // sharp cannot be interrupted, and an interrupted fiber does not wait for it.
    if (signal.aborted) await rm(target, { force: true })
  }
}

/** Decodes every pixel of `file` and writes the pyramid to `target`. */
export const derive = (file: string, source: Source, target: string): Effect.Effect<void, Unreadable> =>
  attempt(file, async (signal) => {
    const image = inSrgb(withoutOrientation(await open(file), source), source)
    await write(image, source, source.hasAlpha, target, signal)
  })

/** Writes to `target` a pyramid of the same picture with fewer pixels, from a level of the pyramid `file`. */
export const shrink = (
  { extent, file, hasAlpha, page, target }: {
    readonly file: string
    /** The number of the level, which has at least that many pixels. */
    readonly page: number
    readonly hasAlpha: boolean
    readonly extent: Extent
    readonly target: string
  }
): Effect.Effect<void, Unreadable> =>
  attempt(file, async (signal) => {
    const { height, width } = extent
    const image = (await Libvips.open(file, { page })).resize({ width, height, fit: "fill" })
    await write(image, extent, hasAlpha, target, signal)
  })
