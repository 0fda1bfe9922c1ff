/** Sources of every kind come out as the colors that they mean, in sRGB. */
import { assert, describe, layer } from "@effect/vitest"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect } from "effect"
import { crc32 } from "node:zlib"
import sharp, { type Sharp } from "sharp"
import * as Color from "./support/color.ts"
import { ingest, ingestAnyway } from "./support/ingest.ts"
import * as Service from "./support/service.ts"
import * as Tiff from "./support/tiff.ts"

type RGB = readonly [number, number, number]

/** A row of patches, wide enough for JPEG to leave their middles alone. */
const SIDE = 64
const colors: ReadonlyArray<RGB> = [
  [255, 255, 255],
  [0, 0, 0],
  [200, 60, 60],
  [60, 160, 90],
  [70, 90, 170],
  [128, 128, 128],
  [230, 200, 40],
  [20, 20, 60]
]
const width = colors.length * SIDE
const height = SIDE

/** Every sample of the patches, row by row. */
const samples = (list: ReadonlyArray<ReadonlyArray<number>>): ReadonlyArray<number> =>
  Array.from({ length: SIDE }, () => list.flatMap((color) => Array.from({ length: SIDE }, () => color).flat())).flat()

const bytes = (list: ReadonlyArray<ReadonlyArray<number>>) => Buffer.from(samples(list))

const words = (list: ReadonlyArray<ReadonlyArray<number>>) => {
  const values = samples(list)
  const target = Buffer.alloc(values.length * 2)
  for (const [i, value] of values.entries()) target.writeUInt16LE(value, i * 2)
  return target
}

const picture = (list: ReadonlyArray<ReadonlyArray<number>> = colors): Sharp => {
  const channels = list[0]?.length
  if (channels !== 1 && channels !== 2 && channels !== 3 && channels !== 4) throw new Error("no such picture")
  return sharp(bytes(list), { raw: { width: list.length * SIDE, height, channels } })
}

/** A PNG file of 16 bits a sample, which sharp writes from 16-bit raw data alone. */
const deep = (list: ReadonlyArray<ReadonlyArray<number>>, channels: 1 | 3 | 4) =>
  sharp(new Uint16Array(samples(list)), { raw: { width: list.length * SIDE, height, channels } })
    .toColourspace(channels === 1 ? "grey16" : "rgb16")

const grays: ReadonlyArray<number> = [0, 255, 128, 64, 192, 20, 235, 100]
const asRgb = (values: ReadonlyArray<number>): ReadonlyArray<RGB> => values.map((value) => [value, value, value])
const asPairs = (values: ReadonlyArray<number>) => values.map((value) => [value])
const asDeep = (list: ReadonlyArray<ReadonlyArray<number>>) => list.map((color) => color.map((value) => value * 257))

const page = (rest: Pick<Tiff.Page, "bits" | "photometric" | "data" | "entries">): Tiff.Page => ({
  width,
  height,
  ...rest
})

interface Source {
  readonly name: string
  readonly make: () => Promise<Uint8Array> | Uint8Array
  readonly expected: ReadonlyArray<RGB>
  /** JPEG with quality 90, in which the pyramid is, changes flat colors by no more. */
  readonly tolerance?: number
}

const JPEG = 3
/** Through CMYK and back, colors move; a wrong reading moves them by far more. */
const PRINT = 40

/** One bit a pixel: black, white, black, white. */
const stripes = Buffer.from(
  Array.from({ length: SIDE }, () => [0, 255, 0, 255].flatMap((v) => Array.from({ length: SIDE / 8 }, () => v))).flat()
)
const blackWhite = asRgb([0, 255, 0, 255])

const palette = Buffer.from(
  Array.from({ length: SIDE }, () => colors.flatMap((_, i) => Array.from({ length: SIDE }, () => i))).flat()
)
const colorMap = [0, 1, 2].flatMap((channel) =>
  Array.from({ length: 256 }, (_, i) => (colors[i]?.[channel] ?? 0) * 257)
)

const adobe = [[200, 60, 60], [60, 160, 90], [70, 90, 170], [128, 128, 128], [255, 255, 255], [0, 0, 0]]
const toSrgb = (space: Color.ColorSpace) =>
  adobe.map((color): RGB => {
    const [r = 0, g = 0, b = 0] = Color.toSrgb(space, color)
    return [r, g, b]
  })

const sources: ReadonlyArray<Source> = [
  { name: "RGB PNG", make: () => picture().png().toBuffer(), expected: colors },
  { name: "RGB TIFF", make: () => picture().tiff({ compression: "lzw" }).toBuffer(), expected: colors },
  { name: "JPEG", make: () => picture().jpeg({ quality: 95 }).toBuffer(), expected: colors, tolerance: 5 },
  {
    name: "progressive JPEG",
    make: () => picture().jpeg({ quality: 95, progressive: true }).toBuffer(),
    expected: colors,
    tolerance: 5
  },
  { name: "WebP", make: () => picture().webp({ lossless: true }).toBuffer(), expected: colors },
  { name: "GIF", make: () => picture().gif().toBuffer(), expected: colors },
  {
    name: "palette PNG",
    make: () => picture().png({ palette: true, colours: 16, dither: 0 }).toBuffer(),
    expected: colors
  },
  {
    name: "palette TIFF",
    make: () =>
      Tiff.tiff([page({ bits: [8], photometric: 3, data: palette, entries: [[Tiff.COLOR_MAP, 3, colorMap]] })]),
    expected: colors
  },
  {
    name: "gray PNG",
    make: () => picture(asPairs(grays)).toColourspace("b-w").png().toBuffer(),
    expected: asRgb(grays)
  },
  {
    name: "gray JPEG",
    make: () => picture(asPairs(grays)).toColourspace("b-w").jpeg({ quality: 95 }).toBuffer(),
    expected: asRgb(grays)
  },
  {
    name: "gray TIFF that counts from white",
    make: () =>
      Tiff.tiff([page({ bits: [8], photometric: 0, data: bytes(asPairs(grays.map((value) => 255 - value))) })]),
    expected: asRgb(grays)
  },
  { name: "16-bit gray PNG", make: () => deep(asDeep(asPairs(grays)), 1).png().toBuffer(), expected: asRgb(grays) },
  { name: "16-bit RGB PNG", make: () => deep(asDeep(colors), 3).png().toBuffer(), expected: colors },
  {
    name: "16-bit gray TIFF",
    make: () => Tiff.tiff([page({ bits: [16], photometric: 1, data: words(asDeep(asPairs(grays))) })]),
    expected: asRgb(grays)
  },
  {
    name: "16-bit RGB TIFF",
    make: () => Tiff.tiff([page({ bits: [16, 16, 16], photometric: 2, data: words(asDeep(colors)) })]),
    expected: colors
  },
  {
    name: "16-bit RGB TIFF with a profile",
    make: () =>
      Tiff.tiff([{
        ...page({
          bits: [16, 16, 16],
          photometric: 2,
          data: words(asDeep(adobe)),
          entries: [[Tiff.ICC_PROFILE, 7, [...Color.profile(Color.SWAPPED)]]]
        }),
        width: adobe.length * SIDE
      }]),
    expected: toSrgb(Color.SWAPPED),
    tolerance: 5
  },
  {
    name: "bilevel TIFF",
    make: () => Tiff.tiff([{ width: 4 * SIDE, height, bits: [1], photometric: 1, data: stripes }]),
    expected: blackWhite
  },
  {
    name: "bilevel TIFF that counts from white",
    make: () => Tiff.tiff([{ width: 4 * SIDE, height, bits: [1], photometric: 0, data: stripes }]),
    expected: asRgb([255, 0, 255, 0])
  },
  {
    name: "bilevel TIFF with CCITT compression",
    make: () =>
      picture(asPairs([0, 255, 0, 255])).toColourspace("b-w").tiff({ bitdepth: 1, compression: "ccittfax4" })
        .toBuffer(),
    expected: blackWhite
  },
  {
    name: "CMYK JPEG",
    make: () => picture().toColourspace("cmyk").jpeg({ quality: 95 }).toBuffer(),
    expected: colors,
    tolerance: PRINT
  },
  {
    name: "CMYK JPEG with a profile",
    make: () => picture().withIccProfile("cmyk").jpeg({ quality: 95 }).toBuffer(),
    expected: colors,
    tolerance: PRINT
  },
  {
    name: "CMYK TIFF",
    make: () => picture().toColourspace("cmyk").tiff({ compression: "lzw" }).toBuffer(),
    expected: colors,
    tolerance: PRINT
  },
  {
    name: "CMYK TIFF with a profile",
    make: () => picture().withIccProfile("cmyk").tiff({ compression: "lzw" }).toBuffer(),
    expected: colors,
    tolerance: PRINT
  },
  {
    name: "Display P3 JPEG",
    make: () => picture().withIccProfile("p3").jpeg({ quality: 95, chromaSubsampling: "4:4:4" }).toBuffer(),
    expected: colors,
    tolerance: 6
  },
  {
    name: "Display P3 PNG",
    make: () => picture().withIccProfile("p3").png().toBuffer(),
    expected: colors,
    tolerance: 5
  },
  {
    name: "Adobe RGB PNG",
    make: async () => Color.withProfile(await picture(adobe).png().toBuffer(), Color.profile(Color.ADOBE_RGB)),
    expected: toSrgb(Color.ADOBE_RGB),
    tolerance: 5
  },
  {
    name: "PNG with a profile that swaps red and green",
    make: async () => Color.withProfile(await picture(adobe).png().toBuffer(), Color.profile(Color.SWAPPED)),
    expected: toSrgb(Color.SWAPPED),
    tolerance: 5
  },
  {
    name: "PNG with a profile that is damaged",
    make: async () => Color.withProfile(await picture().png().toBuffer(), Buffer.from("no profile")),
    expected: colors
  }
]

const get = Effect.fnUntraced(function*(path: string) {
  const got = yield* Service.get(yield* Sandbox.Sandbox, path)
  assert.strictEqual(got.status, 200, got.status === 200 ? "" : `${path}: ${got.body}`)
  return got
})

const served = (id: string, parameters: Service.Parameters = {}) =>
  Effect.flatMap(
    get(Service.pathOf(Service.bare, `SANDBOX:${id}`, parameters)),
    ({ body }) => Service.decode(body)
  )

const extentOf = Effect.fnUntraced(function*(id: string) {
  const { height, width }: { readonly height?: unknown; readonly width?: unknown } = JSON.parse(
    (yield* get(`/assets/images/SANDBOX:${id}/info.json`)).body.toString("utf8")
  )
  return [width, height]
})

const patch = (pixels: Service.Pixels, index: number) =>
  Service.median(pixels, {
    left: (index + 0.3) * SIDE,
    right: (index + 0.7) * SIDE,
    top: 0.3 * SIDE,
    bottom: 0.7 * SIDE
  })

const problems = (pixels: Service.Pixels, expected: ReadonlyArray<ReadonlyArray<number>>, tolerance: number) =>
  expected.flatMap((color, i) => {
    const seen = patch(pixels, i)
    // Gray pictures may be sent with one channel.
    const full = seen.length < 3 ? [seen[0], seen[0], seen[0], ...seen.slice(1)].map(Number) : seen
    return Service.distance(color, full) <= tolerance ? [] : [`${i}: ${full}, expected ${color}`]
  })

/** A child job of a picture that was ingested. */
const ingested = Effect.fnUntraced(function*(id: string, bytes: Uint8Array) {
  return yield* ingest(yield* Sandbox.Sandbox, { id, bytes })
})

const solid = (background: string, width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background } })

const rawOf = (image: Sharp) => image.raw().toBuffer()

layer(Sandbox.Sandbox.layer(), { excludeTestServices: true })("sources", (it) => {
  it.effect.each(sources)(
    "$name",
    (source) =>
      Effect.gen(function*() {
        const { expected, tolerance = JPEG } = source
        const id = `source${sources.indexOf(source)}`
        const file = yield* Effect.promise(async () => source.make())
        yield* ingested(id, file)
        assert.deepStrictEqual(yield* extentOf(id), [expected.length * SIDE, SIDE])
        const whole = yield* served(id)
        assert.deepStrictEqual([whole.width, whole.height], [expected.length * SIDE, SIDE])
        assert.deepStrictEqual(problems(whole, expected, tolerance), [])
        const jpeg = yield* served(id, { format: "jpg" })
        assert.deepStrictEqual(problems(jpeg, expected, tolerance + 3), [])
        // No profile is sent, or the browser would convert what is sRGB already.
        const { body } = yield* get(Service.pathOf(Service.bare, `SANDBOX:${id}`))
        const { icc } = yield* Effect.promise(() => sharp(body).metadata())
        assert.isUndefined(icc)
      })
  )

  it.effect("are told apart by these tests: the stored numbers of profiles differ", () =>
    Effect.gen(function*() {
      const [swapped = []] = toSrgb(Color.SWAPPED)
      assert.isAbove(Service.distance(swapped, [200, 60, 60]), 100)
      const [, adobeGreen = []] = toSrgb(Color.ADOBE_RGB)
      assert.isAbove(Service.distance(adobeGreen, [60, 160, 90]), 20)
      const p3 = yield* Effect.promise(async () => {
        const file = await picture().withIccProfile("p3").png().toBuffer()
        // Read without its profile.
        return sharp(file, { ignoreIcc: true }).raw().toBuffer()
      })
      assert.isAbove(Service.distance([...p3.subarray(2.5 * SIDE * 3, 2.5 * SIDE * 3 + 3)], [200, 60, 60]), 6)
    }))

  describe("alpha", () => {
    const transparent: ReadonlyArray<readonly [number, number, number, number]> = [
      [200, 60, 60, 255],
      [60, 160, 90, 128],
      [70, 90, 170, 0],
      [0, 0, 0, 0]
    ]
    const overWhite = transparent.map(([r, g, b, a]) =>
      [r, g, b].map((value) => Math.round(255 + (value - 255) * (a / 255)))
    )

    const cases = [
      ["PNG", "alphapng", () => picture(transparent).png().toBuffer()],
      ["WebP", "alphawebp", () => picture(transparent).webp({ lossless: true, exact: true }).toBuffer()],
      ["16-bit PNG", "alphadeep", () => deep(asDeep(transparent), 4).png().toBuffer()],
      [
        "TIFF",
        "alphatiff",
        () =>
          Promise.resolve(Tiff.tiff([{
            width: transparent.length * SIDE,
            height,
            bits: [8, 8, 8, 8],
            photometric: 2,
            data: bytes(transparent),
            entries: [[Tiff.EXTRA_SAMPLES, 3, [2]]]
          }]))
      ]
    ] as const

    it.effect.each(cases)(
      "of a %s is kept in PNG and lies over white in JPEG",
      ([, id, make]) =>
        Effect.gen(function*() {
          yield* ingested(id, yield* Effect.promise(make))
          const png = yield* served(id)
          assert.strictEqual(png.channels, 4)
          for (const [i, [r, g, b, a]] of transparent.entries()) {
            const seen = patch(png, i)
            assert.isAtMost(Math.abs((seen[3] ?? -1) - a), 1)
            if (a > 0) assert.isAtMost(Service.distance([r, g, b], seen.slice(0, 3)), 2)
          }
          const jpeg = yield* served(id, { format: "jpg" })
          assert.deepStrictEqual(problems(jpeg, overWhite, 4), [])
        })
    )

    it.effect("of gray", () =>
      Effect.gen(function*() {
        const list = [[0, 255], [200, 255], [100, 128], [50, 0]]
        const file = yield* Effect.promise(() => picture(list).toColourspace("b-w").png().toBuffer())
        yield* ingested("alphagray", file)
        const expected = list.map(([value = 0, a = 0]) => 255 + (value - 255) * (a / 255))
        assert.deepStrictEqual(problems(yield* served("alphagray", { format: "jpg" }), asRgb(expected), 4), [])
      }))
  })

  describe("EXIF orientation", () => {
    it.effect.each([2, 3, 5, 6, 8])("%d is not applied, and the job warns", (orientation) =>
      Effect.gen(function*() {
        for (
          const [format, write] of [
            ["jpeg", (image: Sharp) => image.jpeg({ quality: 95 })],
            ["tiff", (image: Sharp) => image.tiff({ compression: "lzw" })]
          ] as const
        ) {
          const id = `turned${format}${orientation}`
          const file = yield* Effect.promise(() => write(picture().withMetadata({ orientation })).toBuffer())
          const child = yield* ingested(id, file)
          assert.isTrue(child.warnings.some((text) => /orientation/i.test(text)), child.warnings.join())
          assert.deepStrictEqual(yield* extentOf(id), [width, height])
          assert.deepStrictEqual(problems(yield* served(id), colors, 5), [])
          // A viewer of what was downloaded must not turn it either.
          for (const format of ["jpg", "tif"]) {
            const got = yield* get(Service.pathOf(Service.bare, `SANDBOX:${id}`, { format }))
            const metadata = yield* Effect.promise(() => sharp(got.body).metadata())
            assert.include([undefined, 1], metadata.orientation)
          }
        }
      }))
  })

  describe("pages", () => {
    const plain = async (background: string, width: number, height: number): Promise<Tiff.Page> => ({
      width,
      height,
      bits: [8, 8, 8],
      photometric: 2,
      data: await rawOf(solid(background, width, height))
    })

    it.effect("of a TIFF that halve like a pyramid, but are other pictures", () =>
      Effect.gen(function*() {
        const file = yield* Effect.promise(async () =>
          Tiff.tiff([
            await plain("#ff0000", 1200, 800),
            await plain("#0000ff", 600, 400),
            await plain("#00ff00", 300, 200)
          ])
        )
        yield* ingested("pages", file)
        assert.deepStrictEqual(yield* extentOf("pages"), [1200, 800])
        for (const size of ["1200,800", "600,400", "300,200", "299,", "!200,200"]) {
          const image = yield* served("pages", { size })
          const middle = Service.pixel(image, image.width >> 1, image.height >> 1)
          assert.isAtMost(Service.distance([255, 0, 0], middle), JPEG, size)
        }
      }))

    it.effect("of a TIFF of which the first is the smallest", () =>
      Effect.gen(function*() {
        const file = yield* Effect.promise(async () =>
          Tiff.tiff([await plain("#00ff00", 100, 80), await plain("#0000ff", 1200, 800)])
        )
        yield* ingested("thumbfirst", file)
        assert.deepStrictEqual(yield* extentOf("thumbfirst"), [100, 80])
        assert.isAtMost(Service.distance([0, 255, 0], Service.pixel(yield* served("thumbfirst"), 50, 40)), JPEG)
      }))

    it.effect("of a pyramid are its levels", () =>
      Effect.gen(function*() {
        const file = yield* Effect.promise(() =>
          picture().resize({ width: width * 3, height: height * 3, kernel: "nearest" })
            .tiff({ compression: "lzw", pyramid: true, tile: true, tileWidth: 256, tileHeight: 256 }).toBuffer()
        )
        yield* ingested("pyramid", file)
        assert.deepStrictEqual(yield* extentOf("pyramid"), [width * 3, height * 3])
        assert.deepStrictEqual(problems(yield* served("pyramid", { size: `${width},` }), colors, JPEG), [])
      }))

    it.effect.each(["gif", "webp"] as const)(
      "of an animated %s are its first, and the job warns",
      (format) =>
        Effect.gen(function*() {
          const file = yield* Effect.promise(async () => {
            const frames = await Promise.all(
              ["#ff0000", "#0000ff", "#00ff00"].map((color) => solid(color, 120, 90).png().toBuffer())
            )
            const animated = sharp(frames, { join: { animated: true } })
            return format === "gif" ? animated.gif().toBuffer() : animated.webp({ lossless: true }).toBuffer()
          })
          const child = yield* ingested(`animated${format}`, file)
          assert.isTrue(child.warnings.some((text) => /first|frames|pages/i.test(text)), child.warnings.join())
          assert.deepStrictEqual(yield* extentOf(`animated${format}`), [120, 90])
          const image = yield* served(`animated${format}`)
          assert.deepStrictEqual([image.width, image.height], [120, 90])
          assert.isAtMost(Service.distance([255, 0, 0], Service.pixel(image, 60, 45).slice(0, 3)), JPEG)
        })
    )
  })

  describe("that no picture can be made of", () => {
    /** A PNG file whose header promises more than it has. */
    const bomb = async (side: number, progressive = false) => {
      const file = await solid("#000", 8, 8).png({ progressive }).toBuffer()
      file.writeUInt32BE(side, 16)
      file.writeUInt32BE(side, 20)
      file.writeUInt32BE(crc32(file.subarray(12, 29)), 29)
      return file
    }

    /** A TIFF file whose second directory is its first. */
    const cycle = () => {
      const data = Buffer.alloc(64 * 64 * 3)
      const file = Tiff.tiff([{ width: 64, height: 64, bits: [8, 8, 8], photometric: 2, data }])
      const directory = file.readUInt32LE(4)
      file.writeUInt32LE(directory, directory + 2 + file.readUInt16LE(directory) * 12)
      return file
    }

    const cases: ReadonlyArray<readonly [name: string, make: () => Promise<Uint8Array>]> = [
      ["a promise of 3,600 megapixels", () => bomb(60_000)],
      ["half a JPEG", async () => (await picture().jpeg().toBuffer()).subarray(0, 900)],
      ["half a PNG", async () => (await picture().png().toBuffer()).subarray(0, 300)],
      ["SVG", () => Promise.resolve(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>`))],
      ["PDF", () => Promise.resolve(Buffer.from("%PDF-1.7\n"))],
      ["text", () => Promise.resolve(Buffer.from("no picture"))],
      ["one byte", () => Promise.resolve(Buffer.alloc(1))]
    ]

    it.effect.each(cases.map(([name, make], index) => ({ name, make, id: `none${index}` })))(
      "$name fails its job with a reason",
      ({ id, make }) =>
        Effect.gen(function*() {
          const sandbox = yield* Sandbox.Sandbox
          const file = yield* Effect.promise(make)
          const child = yield* ingestAnyway(sandbox, { id, bytes: file, size: { width: 64, height: 64 } })
          assert.strictEqual(child.state, "failed")
          assert.isAbove(child.reason?.length ?? 0, 20)
          assert.notInclude(child.reason, sandbox.dataDirectory)
          assert.strictEqual((yield* Service.get(sandbox, `/assets/images/SANDBOX:${id}/info.json`)).status, 404)
        })
    )

    it.effect("in several scans are smaller, as they are held in memory", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const picture = { id: "scans", bytes: yield* Effect.promise(() => bomb(25_000, true)) }
        const child = yield* ingestAnyway(sandbox, { ...picture, size: { width: 25_000, height: 25_000 } })
        assert.match(child.reason ?? "", /progressive and has 625 megapixels/)
      }))

    it.effect("but a TIFF that never ends has a first page", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const child = yield* ingestAnyway(sandbox, { id: "cycle", bytes: cycle(), size: { width: 64, height: 64 } })
        if (child.state === "success") yield* served("cycle")
        else assert.isAbove(child.reason?.length ?? 0, 20)
      }))
  })
})
