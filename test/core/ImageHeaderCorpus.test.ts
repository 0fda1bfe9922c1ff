/**
 * Compares the header probe with `sharp`, on files that sharp writes and on damaged copies of them.
 *
 * `FUZZ_RUNS` sets the number of damaged headers per file (by default there are at least 500 per format).
 */
import { assert, describe, it } from "@effect/vitest"
import * as ImageHeader from "@iiif-ingest/core/image/ImageHeader"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as fs from "node:fs"
import sharp, { type Metadata, type Sharp } from "sharp"
import {
  concat,
  counting,
  directoryAt,
  jp2,
  jpeg,
  long,
  mutate,
  openJpeg,
  probe,
  random,
  repairPng,
  short,
  tiff,
  tiffKinds,
  verdict
} from "../../packages/core/test/support/imageCorpus.ts"

interface Picture {
  readonly name: string
  readonly bytes: Uint8Array
}

const width = 123
const height = 89

/** Noise over a gradient, so that no encoder compresses it well and no two corners are alike. */
const pixels = (channels: number): Buffer => {
  const next = random(7)
  return Buffer.from(Uint8Array.from({ length: width * height * channels }, (_, i) => (i >> 6 & 0x7f) + next(128)))
}

const base = (channels: 1 | 3 | 4 = 3) => sharp(pixels(channels), { raw: { width, height, channels } })

const writers: ReadonlyArray<readonly [name: string, image: () => Sharp]> = [
  ...(["none", "lzw", "deflate", "packbits", "jpeg"] as const).map((compression) =>
    [`tiff-${compression}`, () => base().tiff({ compression })] as const
  ),
  ["tiff-tiled", () => base().tiff({ tile: true, tileWidth: 16, tileHeight: 16, compression: "none" })],
  ["tiff-pyramid", () => base().tiff({ pyramid: true, tile: true, tileWidth: 32, tileHeight: 32 })],
  [
    "tiff-pyramid-bigtiff",
    () => base().tiff({ bigtiff: true, pyramid: true, tile: true, tileWidth: 32, tileHeight: 32 })
  ],
  [
    "tiff-pyramid-large",
    () => base().resize(4000, 3000).tiff({ pyramid: true, tile: true, tileWidth: 64, tileHeight: 64 })
  ],
  ["tiff-bigtiff", () => base().tiff({ bigtiff: true, compression: "lzw" })],
  ["tiff-strips-many", () => base().resize(64, 9000, { fit: "fill" }).tiff({ compression: "lzw" })],
  ["tiff-gray", () => base(1).tiff()],
  ["tiff-16", () => base().toColourspace("rgb16").tiff({ compression: "none" })],
  ["tiff-cmyk", () => base().toColourspace("cmyk").tiff()],
  ["tiff-lab", () => base().toColourspace("lab").tiff({ compression: "none" })],
  ["tiff-g4", () => base(1).toColourspace("b-w").tiff({ compression: "ccittfax4", bitdepth: 1 })],
  ["tiff-orientation", () => base().withMetadata({ orientation: 6 }).tiff()],
  ["tiff-icc-exif", () => base().withIccProfile("p3").withExif({ IFD0: { Copyright: "x".repeat(5000) } }).tiff()],
  ["jpeg", () => base().jpeg()],
  ["jpeg-progressive", () => base().jpeg({ progressive: true })],
  ["jpeg-gray", () => base(1).jpeg()],
  ["jpeg-420", () => base().jpeg({ chromaSubsampling: "4:2:0", optimiseCoding: false })],
  ["jpeg-cmyk", () => base().toColourspace("cmyk").jpeg()],
  ["jpeg-orientation", () => base().withMetadata({ orientation: 8 }).jpeg()],
  ["jpeg-icc-exif", () => base().withIccProfile("p3").withExif({ IFD0: { Copyright: "x".repeat(50_000) } }).jpeg()],
  ["png", () => base().png()],
  ["png-alpha", () => base(4).png()],
  ["png-16", () => base().toColourspace("rgb16").png()],
  ["png-gray", () => base(1).png()],
  ["png-palette", () => base().png({ palette: true, colours: 16 })],
  ["png-interlaced", () => base().png({ progressive: true })],
  ["png-orientation", () => base().withMetadata({ orientation: 5 }).png()],
  ["gif", () => base().gif()],
  ["gif-screen", () => base().resize(640, 480, { fit: "fill" }).gif()],
  ["webp-lossy", () => base().webp()],
  ["webp-lossless", () => base().webp({ lossless: true })],
  ["webp-alpha", () => base(4).webp()],
  ["webp-orientation", () => base().withMetadata({ orientation: 3 }).webp()]
]

const encode = async ([name, image]: (typeof writers)[number]): Promise<Picture> => ({
  name,
  bytes: new Uint8Array(await image().toBuffer())
})

const animation = (): Promise<Sharp> =>
  Promise.all([base().png().toBuffer(), base().negate().png().toBuffer()])
    .then((frames) => sharp(frames, { join: { animated: true } }))

const several = async (): Promise<ReadonlyArray<Picture>> => [
  { name: "gif-animated", bytes: new Uint8Array(await (await animation()).gif().toBuffer()) },
  { name: "webp-animated", bytes: new Uint8Array(await (await animation()).webp().toBuffer()) },
  { name: "tiff-pages", bytes: new Uint8Array(await (await animation()).tiff().toBuffer()) }
]

/** What sharp does not write: both byte orders, directories at the front, pages of different sizes. */
const built: ReadonlyArray<Picture> = tiffKinds.flatMap((kind) =>
  [true, false].map((front) => ({
    name: `tiff-built-${kind.big ? "big" : "classic"}-${kind.little ? "ii" : "mm"}-${front ? "front" : "end"}`,
    bytes: tiff(kind, [{ width: 61, height: 43, rowsPerStrip: 5 }, { width: 20, height: 10 }], { front })
  }))
)

const examples = (): ReadonlyArray<Picture> => {
  const folder = new URL("../../examples/images/", import.meta.url)
  return fs.readdirSync(folder).filter((name) => /\.(png|jpg|tif)$/.test(name)).map((name) => ({
    name,
    bytes: new Uint8Array(fs.readFileSync(new URL(name, folder)))
  }))
}

const written = [...await Promise.all(writers.map(encode)), ...await several(), ...built]

const oracle = (bytes: Uint8Array): Promise<Metadata | undefined> =>
  sharp(bytes, { limitInputPixels: false }).metadata().catch(() => undefined)

/** Whether sharp decodes every pixel without an error or warning. */
const decodes = (bytes: Uint8Array): Promise<boolean> =>
  sharp(bytes, { failOn: "warning" }).raw().toBuffer().then(() => true, () => false)

describe("intact files", () => {
  it.each([...written, ...examples()])("$name: agrees with sharp, reading at most 8 KiB", async ({ bytes, name }) => {
    const { cost, source } = counting(name, bytes)
    const header = await Effect.runPromise(ImageHeader.read(source))
    const metadata = await sharp(bytes).metadata()
    assert.deepStrictEqual(
      [header.width, header.height, header.orientation, header.mediaType],
      [metadata.width, metadata.height, metadata.orientation ?? 1, `image/${metadata.format}`]
    )
    assert.isAtMost(cost.bytes, 8192)
    if (header.format === "tiff") {
      assert.strictEqual(header.pyramid, /pyramid/.test(name))
      if (!header.pyramid) assert.strictEqual(header.pages, metadata.pages ?? 1)
    }
    if (metadata.bitsPerSample !== undefined) assert.strictEqual(header.bitDepth, metadata.bitsPerSample)
  })

  it("include the five example pictures", () => {
    assert.strictEqual(examples().length, 5)
  })
})

const cuts = (bytes: Uint8Array, length: number): ReadonlyArray<number> =>
  Array.from({ length: 16 }, (_, i) => Math.min(Math.floor(length * i / 16), bytes.length - 1))

const jpeg2000: ReadonlyArray<Picture> = [
  ...Object.entries(openJpeg).map(([name, bytes]) => ({ name: `openjpeg-${name}`, bytes })),
  { name: "jpx-built", bytes: jp2({ brand: "jpx " }) }
]

describe("truncated files", () => {
  it.each([...written, ...jpeg2000, ...examples()])("$name: truncation is detected at every sixteenth", ({ bytes }) => {
    for (const cut of [...cuts(bytes, 512), ...cuts(bytes, bytes.length), bytes.length - 1, bytes.length - 40]) {
      const outcome = probe(bytes.subarray(0, cut))
      assert.include(["Empty", "Truncated", "Malformed"], verdict(outcome), `cut to ${cut} of ${bytes.length} bytes`)
    }
  })
})

describe("files that sharp decodes", () => {
  const endings: ReadonlyArray<readonly [string, Uint8Array]> = [
    ["zeros", new Uint8Array(1000)],
    ["text", concat("trailing text ".repeat(20_000))],
    ["another picture", jpeg()]
  ]
  const trailed = written.filter(({ name }) => /^(jpeg|png|webp)/.test(name)).flatMap(({ bytes, name }) =>
    endings.filter(([ending]) => ending !== "text" || name.startsWith("jpeg"))
      .map(([ending, tail]) => ({ name: `${name} + ${ending}`, bytes: concat(bytes, tail) }))
  )
  const counts = [1, 43 * 61 - 1, 43 * 61 + 1, 999_999].flatMap((count) =>
    [1, 5].map((compression) => ({
      name: `tiff with ${count} for its byte count, compression ${compression}`,
      bytes: tiff({ little: true, big: false }, [
        { width: 61, height: 43, tags: { 259: short(compression), 279: long(count) } }
      ])
    }))
  )

  it.each([...trailed, ...counts])("$name is accepted", async ({ bytes }) => {
    const outcome = probe(bytes)
    if (await decodes(bytes)) assert.isTrue(Result.isSuccess(outcome), verdict(outcome))
  })

  it("include cases that sharp decodes", async () => {
    const decoded = await Promise.all([...trailed, ...counts].map(({ bytes }) => decodes(bytes)))
    assert.isAtLeast(decoded.filter(Boolean).length, trailed.length)
  })
})

const runs = Number(process.env.FUZZ_RUNS ?? 0)

/** Files per format, with enough runs for each that every format has at least 500 damaged headers. */
const fuzzed: ReadonlyArray<readonly [format: string, names: RegExp, runs: number]> = [
  ["TIFF", /^tiff-(lzw|tiled|pyramid|pages)$/, 130],
  ["TIFF, built", /^tiff-built-classic-(ii|mm)/, 130],
  ["BigTIFF", /^tiff-(bigtiff|built-big-(ii|mm)-front)$/, 170],
  ["JPEG", /^jpeg(-progressive|-orientation|-cmyk)?$/, 130],
  ["PNG", /^png(-palette|-16|-orientation)?$/, 130],
  ["GIF", /^gif(-animated|-screen)?$/, 170],
  ["WebP", /^webp-/, 110],
  ["JP2 and JPX", /^(openjpeg-(jp2|tiled|gray)|jpx-built)$/, 130],
  ["J2K", /^openjpeg-j2k$/, 500]
]

/**
 * Damages a file where it matters: a TIFF in its directory three times out of four, since damage elsewhere mostly goes
 * unnoticed. Half of the damaged PNGs get a valid checksum again.
 */
const damage = ({ bytes, name }: Picture, seed: number): Uint8Array => {
  const start = name.startsWith("tiff") && seed % 4 !== 0 ? directoryAt(bytes) : 0
  const damaged = mutate(bytes, start, random(seed))
  return name.startsWith("png") && seed % 2 === 0 ? repairPng(damaged) : damaged
}

/** `refused`, `alone` (only the probe reads it), `agreed`, or a description of the problem. */
const compare = async (bytes: Uint8Array): Promise<string> => {
  const { cost, source } = counting("damaged", bytes)
  const outcome = await Effect.runPromise(Effect.result(ImageHeader.read(source)))
  if (cost.reads > 512 || cost.bytes > 256 * 1024) return `${cost.reads} reads, ${cost.bytes} bytes`
  if (Result.isFailure(outcome)) return "refused"
  const metadata = await oracle(bytes)
  if (metadata === undefined) return "alone"
  const size = `${metadata.width}x${metadata.height}`
  return sizeInSharp(outcome.success) === size ? "agreed" : `${verdict(outcome)}, but sharp says ${size}`
}

/** The size by libvips: that of the header, unless a warning says that decoders differ about a GIF. */
const sizeInSharp = ({ height, oddities, width }: ImageHeader.ImageHeader): string =>
  oddities.find((oddity) => oddity._tag === "ScreenDiffers")?.shown.replaceAll(" ", "") ?? `${width}x${height}`

const damageAll = async (format: string, names: RegExp, few: number): Promise<void> => {
  const pictures = [...written, ...jpeg2000].filter(({ name }) => names.test(name))
  const seeds = Array.from({ length: Math.max(few, runs) }, (_, i) => i)
  const verdicts = new Map<string, number>()
  for (const picture of pictures) {
    for (const seed of seeds) {
      const found = await compare(damage(picture, seed))
      assert.include(["refused", "alone", "agreed"], found, `${picture.name}, seed ${seed}`)
      verdicts.set(found, (verdicts.get(found) ?? 0) + 1)
    }
  }
  assert.isAtLeast(pictures.length * seeds.length, 500)
  // the comparison would be empty if every damaged file were refused; sharp does not read JPEG 2000
  assert.isAtLeast(verdicts.get("refused") ?? 0, 50)
  assert.isAtLeast(verdicts.get(/^(JP2|J2K)/.test(format) ? "alone" : "agreed") ?? 0, 50)
}

describe("damaged headers", () => {
  it.each(fuzzed)("%s: no crash, no hang, and no size that differs from sharp's", { timeout: 600_000 }, damageAll)
})
