/** Decodes a whole image and returns its stored size: that of the first page, without EXIF rotation. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { open } from "node:fs/promises"
import sharp from "sharp"
import * as Jp2Size from "./jp2Size.ts"

/** The object is not an image that the sandbox can read. */
class Unmeasurable extends Schema.TaggedError<Unmeasurable>()("Unmeasurable", { reason: Schema.String }) {
  override get message() {
    return this.reason
  }
}

export interface Measured {
  readonly width: number
  readonly height: number
  readonly format: string
  readonly warnings: ReadonlyArray<string>
}

const PIXEL_LIMIT = 2_000_000_000
const PROBE_SIZE = 16

const measureJpeg2000 = async (file: string): Promise<Measured | undefined> => {
  const handle = await open(file, "r")
  try {
    const head = Buffer.alloc(8)
    await handle.read(head, 0, 8, 0)
    if (!Jp2Size.isJpeg2000(head)) return undefined
    const size = await Jp2Size.read(handle)
    if (size === undefined || size.width <= 0 || size.height <= 0) {
      throw new Error("its JPEG 2000 header has no valid size")
    }
    return {
      ...size,
      format: "jp2",
      warnings: ["JPEG 2000: only the header was read because the sandbox has no decoder"]
    }
  } finally {
    await handle.close()
  }
}

/** The size is in the header; resizing to a few pixels forces every strip and tile to be decoded. */
const decodeAndMeasure = async (file: string): Promise<Measured> => {
  const image = sharp(file, { failOn: "error", limitInputPixels: PIXEL_LIMIT, sequentialRead: true })
  const { format, height, width } = await image.metadata()
  await image.resize({ width: PROBE_SIZE, height: PROBE_SIZE, fit: "fill" }).raw().toBuffer()
  return { width, height, format, warnings: [] }
}

const explain = (cause: unknown, file: string): string => {
  const text = cause instanceof Error ? cause.message : String(cause)
  return (text.split("\n")[0] ?? "").replaceAll(file, "the object")
}

export const measure = (file: string): Effect.Effect<Measured, Unmeasurable> =>
  Effect.tryPromise({
    try: async () => (await measureJpeg2000(file)) ?? (await decodeAndMeasure(file)),
    catch: (cause) => new Unmeasurable({ reason: `The image cannot be read: ${explain(cause, file)}` })
  })

/** libvips caches open files by name, so it could return the old bytes of a replaced object. */
export const disableCache = Effect.sync(() => void sharp.cache(false))
