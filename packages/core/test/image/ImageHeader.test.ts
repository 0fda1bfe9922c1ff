import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it, layer } from "@effect/vitest"
import * as ImageHeader from "@iiif-ingest/core/image/ImageHeader"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import {
  box,
  concat,
  counting,
  exif,
  gif,
  indexOf,
  jp2,
  jpeg,
  long,
  openJpeg,
  patch,
  png,
  pngChunk,
  probe,
  segment,
  short,
  tiff,
  tiffKinds,
  u16,
  u32,
  verdict,
  webp
} from "../support/imageCorpus.ts"

const header = (bytes: Uint8Array): ImageHeader.ImageHeader => Result.getOrThrow(probe(bytes))

const refusal = (bytes: Uint8Array): ImageHeader.ImageHeaderError => Result.getOrThrow(Result.flip(probe(bytes)))

const reason = (bytes: Uint8Array): string => refusal(bytes).reason._tag

const size = (header: ImageHeader.ImageHeader): string => `${header.width}x${header.height}`

const little = { little: true, big: false }
const page = { width: 60, height: 40 }

describe("TIFF", () => {
  for (const kind of tiffKinds) {
    for (const front of [true, false]) {
      const name = `${kind.big ? "BigTIFF" : "TIFF"}, ${kind.little ? "little" : "big"}-endian, ${
        front ? "front" : "end"
      }`
      it(`reads ${name}`, () => {
        const { format, height, mediaType, pages, width } = header(
          tiff(kind, [page, { width: 9, height: 8 }], { front })
        )
        assert.deepStrictEqual([format, mediaType, width, height, pages], ["tiff", "image/tiff", 60, 40, 2])
      })
    }
  }

  it("counts pages, not pyramid levels, thumbnails or masks", () => {
    const level = { width: 30, height: 20 }
    const chain = header(
      tiff(little, [page, { ...level, tags: { 254: long(1) } }, { ...level, tags: { 255: short(2) } }])
    )
    assert.deepStrictEqual([chain.pages, chain.pyramid], [1, true])
    const below = header(tiff(little, [{ ...page, below: [{ ...level, tags: { 254: long(1) } }] }, page]))
    assert.deepStrictEqual([below.pages, below.pyramid], [2, true])
    const masked = header(
      tiff(little, [page, { ...page, tags: { 254: long(4) } }, { ...page, tags: { 254: long(2) } }])
    )
    assert.deepStrictEqual([masked.pages, masked.pyramid], [2, false])
  })

  it("uses the first page even if it is the smaller one", () => {
    assert.strictEqual(verdict(probe(tiff(little, [{ width: 10, height: 8 }, page]))), "10x8")
  })

  it("reads orientation, bit depth and color model", () => {
    const { bitDepth, colorModel, orientation } = header(
      tiff(little, [{ ...page, tags: { 258: short(16, 16, 16, 16), 262: short(5), 274: short(6), 277: short(4) } }])
    )
    assert.deepStrictEqual([orientation, bitDepth, colorModel], [6, 16, "cmyk"])
    assert.strictEqual(header(tiff(little, [{ ...page, tags: { 274: short(99) } }])).orientation, 1)
  })

  it("rejects absurd counts with their offset", () => {
    const bytes = tiff(little, [page, page])
    const first = new DataView(bytes.buffer).getUint32(4, true)
    assert.strictEqual(reason(patch(bytes, first, [0xff, 0xff])), "Malformed")
    assert.strictEqual(reason(patch(bytes, first, [0, 0])), "Malformed")
    assert.strictEqual(reason(patch(bytes, 4, [0, 0, 0, 0])), "Malformed")
    assert.strictEqual(reason(patch(bytes, 4, [0xff, 0xff, 0xff, 0x7f])), "Truncated")
    const big = tiff({ little: true, big: true }, [page])
    assert.strictEqual(reason(patch(big, 8, [255, 255, 255, 255, 255, 255, 255, 255])), "Truncated")
    assert.strictEqual(reason(patch(big, 4, [4])), "Malformed")
    assert.include(refusal(patch(bytes, first, [0xff, 0xff])).message, `at byte ${first}`)
  })

  it("rejects impossible sizes", () => {
    assert.strictEqual(reason(tiff(little, [{ ...page, tags: { 256: long(0) } }])), "InvalidSize")
    assert.strictEqual(reason(tiff(little, [{ ...page, tags: { 257: long(0) } }])), "InvalidSize")
    assert.strictEqual(
      reason(tiff(little, [{ ...page, tags: { 256: short(65535), 257: short(65535) } }])),
      "InvalidSize"
    )
    assert.strictEqual(reason(tiff(little, [{ ...page, tags: { 256: long(0xffffffff) } }])), "InvalidSize")
    const huge = { type: 16, values: [2 ** 53] }
    assert.strictEqual(reason(tiff({ little: true, big: true }, [{ ...page, tags: { 256: huge } }])), "InvalidSize")
    assert.strictEqual(reason(tiff(little, [{ ...page, tags: { 256: undefined } }])), "Malformed")
    assert.strictEqual(reason(tiff(little, [{ ...page, tags: { 256: short(6, 6) } }])), "Malformed")
    assert.strictEqual(reason(tiff(little, [{ ...page, tags: { 256: { type: 2, values: [1] } } }])), "Malformed")
  })

  it("detects missing pixel data after an intact directory", () => {
    for (const kind of tiffKinds) {
      for (const rowsPerStrip of [40, 8, 1]) {
        const bytes = tiff(kind, [{ ...page, rowsPerStrip }], { front: true })
        assert.strictEqual(verdict(probe(bytes)), "60x40")
        assert.strictEqual(reason(bytes.subarray(0, -1)), "Truncated")
      }
    }
  })

  it("checks the end of a strip table that is too long to read", () => {
    const bytes = tiff(little, [{ width: 7, height: 20_000, rowsPerStrip: 1 }], { front: true })
    const whole = counting("a.tif", bytes)
    assert.strictEqual(Effect.runSync(ImageHeader.read(whole.source)).height, 20_000)
    assert.isAtMost(whole.cost.bytes, 8192)
    const cut = counting("a.tif", bytes.subarray(0, -1))
    const error = Effect.runSync(Effect.flip(ImageHeader.read(cut.source)))
    assert.deepStrictEqual(error.reason._tag === "Truncated" && error.reason.expected, bytes.length)
    assert.isAtMost(cut.cost.bytes, 8192)
  })

  it("accepts empty tiles and excessive byte counts", () => {
    assert.strictEqual(verdict(probe(tiff(little, [{ ...page, tags: { 273: long(0), 279: long(0) } }]))), "60x40")
    const uncompressed = tiff(little, [{ ...page, tags: { 279: long(999_999) } }])
    assert.strictEqual(verdict(probe(uncompressed)), "60x40")
    const compressed = tiff(little, [{ ...page, tags: { 259: short(5), 279: long(999_999) } }])
    assert.strictEqual(reason(compressed), "Truncated")
    assert.strictEqual(reason(tiff(little, [{ ...page, tags: { 273: undefined } }])), "Malformed")
  })

  it("stops counting after 128 directories", () => {
    const many = counting("a.tif", tiff(little, Array.from({ length: 300 }, () => ({ width: 4, height: 4 }))))
    assert.strictEqual(Effect.runSync(ImageHeader.read(many.source)).pages, 128)
    assert.isAtMost(many.cost.reads, 512)
  })

  it("names camera raw files", () => {
    for (
      const raw of [
        tiff(little, [{ ...page, tags: { 50706: { type: 1, values: [1, 4, 0, 0] } } }]),
        tiff(little, [{ ...page, tags: { 262: { type: 3, values: [32803] } } }]),
        tiff(little, [{ ...page, tags: { 254: long(1) }, below: [page] }])
      ]
    ) assert.strictEqual(reason(raw), "UnsupportedFormat")
  })
})

describe("JPEG 2000", () => {
  it("reads what OpenJPEG writes", () => {
    const seen = Object.values(openJpeg).map((bytes) => {
      const { bitDepth, colorModel, extension, height, pyramid, tiled, width } = header(bytes)
      return [extension, width, height, bitDepth, colorModel, tiled, pyramid]
    })
    assert.deepStrictEqual(seen, [
      ["jp2", 21, 13, 8, "rgb", false, true],
      ["jp2", 21, 13, 8, "rgb", true, true],
      ["j2k", 21, 13, 8, "rgb", false, true],
      ["jp2", 5, 7, 8, "gray", false, true]
    ])
  })

  it("reads boxes with a 64-bit length, without a length, and of unknown type", () => {
    const long64 = (bytes: Uint8Array) => concat(u32(1), "jp2c", u32(0), u32(bytes.length + 16), bytes)
    assert.strictEqual(verdict(probe(jp2({ picture: long64 }))), "21x13")
    assert.strictEqual(verdict(probe(jp2({ picture: (bytes) => concat(u32(0), "jp2c", bytes) }))), "21x13")
    const { cost, source } = counting("a.jp2", jp2({ before: [box("uuid", new Uint8Array(300_000))] }))
    assert.strictEqual(size(Effect.runSync(ImageHeader.read(source))), "21x13")
    assert.isAtMost(cost.bytes, 8192)
  })

  it("recognizes JPX and rejects other brands by name", () => {
    assert.strictEqual(header(jp2({ brand: "jpx " })).mediaType, "image/jpx")
    assert.strictEqual(reason(jp2({ brand: "jpm " })), "UnsupportedFormat")
    assert.strictEqual(header(jp2({ color: [1, 0, 0, 0, 0, 0, 12] })).colorModel, "cmyk")
    assert.strictEqual(
      header(jp2({ color: [2, 0, 0, ...new Uint8Array(16), ...concat("GRAY")] })).colorModel,
      "gray"
    )
  })

  it("rejects impossible lengths, like OpenJPEG", () => {
    const bytes = openJpeg.jp2
    for (const type of ["jp2h", "ihdr", "colr", "ftyp"]) {
      for (const length of [0, 2, 7, 0xffffffff]) {
        assert.include(["Malformed", "Truncated"], reason(patch(bytes, indexOf(bytes, type) - 4, u32(length))))
      }
    }
    const endless = (stream: Uint8Array) => concat(u32(1), "jp2c", u32(0xffffffff), u32(0xffffffff), stream)
    assert.strictEqual(reason(jp2({ picture: endless })), "Truncated")
    assert.strictEqual(
      reason(jp2({ picture: (stream) => concat(u32(1), "jp2c", u32(0), u32(9), stream) })),
      "Malformed"
    )
  })

  it("rejects boxes that contradict the codestream", () => {
    assert.strictEqual(reason(jp2({ width: 22 })), "Malformed")
    assert.strictEqual(reason(jp2({ picture: () => new Uint8Array() })), "Truncated")
  })

  it("rejects impossible sizes and tiles", () => {
    const siz = (at: number, value: number) => patch(openJpeg.j2k, 4 + at, u32(value))
    assert.strictEqual(reason(siz(4, 0)), "InvalidSize")
    assert.strictEqual(reason(siz(12, 21)), "InvalidSize")
    assert.strictEqual(reason(siz(4, 0xffffffff)), "InvalidSize")
    assert.strictEqual(reason(siz(20, 0)), "Malformed")
    assert.strictEqual(verdict(probe(siz(12, 4))), "17x13")
  })

  it("accepts a missing end marker only if the lengths of the tile-parts add up", () => {
    assert.strictEqual(verdict(probe(openJpeg.j2k.subarray(0, -2))), "21x13")
    assert.strictEqual(reason(openJpeg.j2k.subarray(0, -3)), "Truncated")
  })
})

describe("JPEG", () => {
  it("reads every kind of frame", () => {
    for (const frame of [0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]) {
      assert.strictEqual(verdict(probe(jpeg({ frame }))), "40x30")
    }
  })

  it("reads the orientation in both byte orders", () => {
    for (const order of [true, false]) {
      const before = [segment(0xe1, "Exif\0\0", exif(6, order))]
      assert.strictEqual(header(jpeg({ before })).orientation, 6)
    }
    assert.strictEqual(header(jpeg({ before: [segment(0xe1, "Exif\0\0", exif(9, true))] })).orientation, 1)
    assert.strictEqual(header(jpeg({ before: [segment(0xe1, "Exif\0\0II")] })).orientation, 1)
  })

  it("distinguishes color models", () => {
    const adobe = (transform: number) => [segment(0xee, "Adobe", [0, 100, 0, 0, 0, 0, transform])]
    assert.strictEqual(header(jpeg({ components: [1] })).colorModel, "gray")
    assert.strictEqual(header(jpeg()).colorModel, "ycbcr")
    assert.strictEqual(header(jpeg({ components: [82, 71, 66] })).colorModel, "rgb")
    assert.strictEqual(header(jpeg({ before: adobe(0) })).colorModel, "rgb")
    assert.strictEqual(header(jpeg({ before: adobe(1) })).colorModel, "ycbcr")
    assert.strictEqual(header(jpeg({ components: [1, 2, 3, 4], before: adobe(2) })).colorModel, "cmyk")
  })

  it("skips megabytes of application data", () => {
    const before = Array.from({ length: 32 }, () => segment(0xed, new Uint8Array(65_000)))
    const { cost, source } = counting("a.jpg", jpeg({ before }))
    assert.strictEqual(size(Effect.runSync(ImageHeader.read(source))), "40x30")
    assert.isAtMost(cost.bytes, 8192)
  })

  it("rejects impossible sizes and frames", () => {
    assert.strictEqual(reason(jpeg({ height: 0 })), "InvalidSize")
    assert.strictEqual(reason(jpeg({ width: 0 })), "InvalidSize")
    assert.strictEqual(reason(jpeg({ width: 65535, height: 65535 })), "InvalidSize")
    const bytes = jpeg()
    assert.strictEqual(reason(patch(bytes, 4, u16(0))), "Malformed")
    assert.strictEqual(reason(patch(bytes, 11, [2])), "Malformed")
    assert.strictEqual(reason(concat([0xff, 0xd8], segment(0xfe, "no frame"), [0xff, 0xd9])), "Truncated")
    assert.strictEqual(reason(concat([0xff, 0xd8, 0xff, 0xd9], new Uint8Array(20))), "Malformed")
  })

  it("finds the end marker before trailing data, but does not search before the scan", () => {
    assert.strictEqual(verdict(probe(jpeg({ after: concat([0xff, 0xd9], new Uint8Array(60_000)) }))), "40x30")
    const thumbnail = [segment(0xe1, "Exif\0\0", exif(1, true), [0xff, 0xd8, 0xff, 0xd9])]
    assert.strictEqual(reason(jpeg({ before: thumbnail, after: [] })), "Truncated")
    const video = Uint8Array.from({ length: 200_000 }, (_, i) => i % 251)
    assert.strictEqual(verdict(probe(jpeg({ after: concat([0xff, 0xd9], video) }))), "40x30")
    const scan = Uint8Array.from({ length: 200_000 }, (_, i) => i % 100 === 0 ? 255 : i % 100 === 1 ? 0 : 7)
    assert.strictEqual(reason(jpeg({ scan, after: [] })), "Truncated")
  })
})

describe("PNG, GIF, WebP", () => {
  it("reads the color types and the orientation of PNG", () => {
    const read = [[1, 0], [16, 2], [4, 3], [8, 4], [8, 6]].map((form) => {
      const { bitDepth, colorModel } = header(png(50, 20, { form }))
      return `${bitDepth} ${colorModel}`
    })
    assert.deepStrictEqual(read, ["1 gray", "16 rgb", "4 palette", "8 gray", "8 rgb"])
    const chunks = [pngChunk("iCCP", new Uint8Array(3000)), pngChunk("eXIf", exif(8, false))]
    assert.strictEqual(header(png(50, 20, { chunks })).orientation, 8)
  })

  it("rejects PNG with a wrong checksum, color type, size or end", () => {
    const bytes = png(50, 20)
    assert.strictEqual(reason(patch(bytes, 19, [51])), "Malformed")
    assert.strictEqual(reason(png(50, 20, { form: [4, 2] })), "Malformed")
    assert.strictEqual(reason(png(0, 20)), "InvalidSize")
    assert.strictEqual(reason(png(65535, 65535)), "InvalidSize")
    assert.strictEqual(reason(bytes.subarray(0, -1)), "Truncated")
    assert.strictEqual(verdict(probe(concat(bytes, new Uint8Array(5000)))), "50x20")
  })

  it("reads GIF, as large as its screen", () => {
    const comment = concat([0x21, 0xfe, 200], new Uint8Array(200), [0])
    assert.strictEqual(verdict(probe(gif([30, 20], [30, 20], Array.from({ length: 20 }, () => comment)))), "30x20")
    assert.strictEqual(verdict(probe(gif([0, 0], [10, 40]))), "10x40")
    assert.strictEqual(reason(gif([0, 0], [0, 0])), "InvalidSize")
    assert.strictEqual(reason(gif([65535, 65535], [65535, 65535])), "InvalidSize")
    assert.strictEqual(reason(gif([30, 20], [30, 20]).subarray(0, -1)), "Truncated")
  })

  it("reads WebP and compares its length with the file's", () => {
    assert.strictEqual(verdict(probe(webp(300, 16_000))), "300x16000")
    assert.strictEqual(reason(webp(300, 200).subarray(0, -1)), "Truncated")
    assert.strictEqual(reason(patch(webp(300, 200), 20, [0x2e])), "Malformed")
  })
})

describe("a file that cannot be sent", () => {
  const ftyp = (brand: string) => concat(u32(24), "ftyp", brand, u32(0), brand, "mif1")
  const others: ReadonlyArray<readonly [string, Uint8Array]> = [
    ["HEIC", ftyp("heic")],
    ["HEIC", ftyp("mif1")],
    ["AVIF", ftyp("avif")],
    ["Canon CR3", ftyp("crx ")],
    ["video", ftyp("isom")],
    ["PDF", concat("%PDF-1.7\n", new Uint8Array(50))],
    ["BMP", concat("BM", u32(0), u32(0), u32(0x36000000), [40, 0, 0, 0], new Uint8Array(50))],
    ["SVG", concat("<?xml version=\"1.0\"?>\n<!-- x -->\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>")],
    ["HTML", concat("<!DOCTYPE html><html></html>")],
    ["JPEG XL", concat([0xff, 0x0a], new Uint8Array(20))],
    ["JPEG XL", concat(u32(12), "JXL ", [13, 10, 0x87, 10])],
    ["PSD", concat("8BPS", new Uint8Array(30))],
    ["ICNS", concat("icns", new Uint8Array(30))],
    ["JPEG-LS", concat([0xff, 0xd8, 0xff, 0xf7], u16(11), new Uint8Array(20))],
    ["ZIP", concat("PK\x03\x04", new Uint8Array(30))]
  ]
  it.each(others)("is named if it is %s", (name, bytes) => {
    const error = refusal(bytes)
    assert.strictEqual(error.reason._tag, "UnsupportedFormat")
    assert.match(error.message, new RegExp(`^picture: .*${name}.* is not accepted; `))
  })

  it("is reported with its first bytes if unknown, or as empty or truncated", () => {
    assert.include(refusal(concat("hello, world! and more")).message, "68 65 6c 6c 6f")
    assert.strictEqual(reason(new Uint8Array()), "Empty")
    assert.strictEqual(reason(concat("abc")), "Truncated")
  })

  it("is an error that survives a JSON round trip", () => {
    const error = refusal(new Uint8Array())
    const codec = Schema.toCodecJson(ImageHeader.ImageHeaderError)
    const json: unknown = JSON.parse(JSON.stringify(Schema.encodeSync(codec)(error)))
    assert.strictEqual(Schema.decodeUnknownSync(codec)(json).message, error.message)
  })
})

describe("warnings", () => {
  const tags = (bytes: Uint8Array, name: string) => ImageHeader.warnings(header(bytes), name).map(({ _tag }) => _tag)

  it("are empty for an ordinary image", () => {
    for (const name of ["a.tif", "a.TIFF", "no-extension", ".hidden", "dir.d/name"]) {
      assert.deepStrictEqual(tags(tiff(little, [page]), name), [])
    }
    assert.deepStrictEqual(tags(jp2({ brand: "jpx " }), "a.jp2"), [])
  })

  it("name possible problems", () => {
    assert.deepStrictEqual(tags(tiff(little, [page]), "scans/a.jpg"), ["WrongExtension"])
    const odd = tiff(little, [{ ...page, tags: { 258: short(16), 262: short(5), 274: short(3) } }, page])
    assert.deepStrictEqual(tags(odd, "a.tif"), ["Rotated", "FurtherPages", "UnusualDepth", "Cmyk"])
    assert.deepStrictEqual(tags(gif([3, 3], [3, 3]), "a.gif"), ["UnusualFormat"])
    for (const warning of ImageHeader.warnings(header(odd), "a.txt")) assert.match(warning.message, /^a\.txt (is|has) /)
  })
})

layer(NodeFileSystem.layer)("files", (it) => {
  const folder = Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeTempDirectoryScoped())
  const why = (path: string) => Effect.map(Effect.flip(ImageHeader.fromFile(path)), (error) => error.message)

  it.effect("reads a file", () =>
    Effect.gen(function*() {
      const path = `${yield* folder}/a.jp2`
      fs.writeFileSync(path, openJpeg.jp2)
      assert.strictEqual(size(yield* ImageHeader.fromFile(path)), "21x13")
    }))

  it.effect("finds the directory at the end of a 2 GiB file", () =>
    Effect.gen(function*() {
      const path = `${yield* folder}/big.tif`
      const at = 2 ** 31
      const tags = { 256: long(28_000), 257: long(25_500), 273: long(8), 279: long(714_000_000) }
      const tail = tiff(little, [{ width: 1, height: 1, tags }])
      const directory = tail.subarray(new DataView(tail.buffer).getUint32(4, true))
      const file = fs.openSync(path, "w")
      fs.ftruncateSync(file, at)
      fs.writeSync(file, Uint8Array.from([0x49, 0x49, 42, 0, 0, 0, 0, 0x80]), 0, 8, 0)
      fs.writeSync(file, directory, 0, directory.length, at)
      fs.closeSync(file)
      assert.strictEqual(size(yield* ImageHeader.fromFile(path)), "28000x25500")
    }))

  it.effect("explains why a file cannot be read", () =>
    Effect.gen(function*() {
      const root = yield* folder
      execFileSync("mkfifo", [`${root}/pipe`])
      assert.include(yield* why(root), "it is a directory")
      assert.include(yield* why(`${root}/pipe`), "it is a named pipe")
      assert.include(yield* why(`${root}/absent.tif`), "there is no such file")
      assert.include(yield* why("/dev/null"), "it is a device")
    }))

  it.effect.skipIf(process.getuid?.() === 0)(
    "reports that permission is denied (skipped for root, who can read every file)",
    () =>
      Effect.gen(function*() {
        const path = `${yield* folder}/secret.tif`
        fs.writeFileSync(path, openJpeg.jp2, { mode: 0o000 })
        assert.include(yield* why(path), "permission denied")
      })
  )

  it.effect("passes on the reader's errors, and detects a file that has shrunk", () =>
    Effect.gen(function*() {
      const broken = { name: "a.tif", size: 10, read: () => Effect.fail("unplugged" as const) }
      assert.strictEqual(yield* Effect.flip(ImageHeader.read(broken)), "unplugged")
      const shrunk = { name: "a.tif", size: 5000, read: () => Effect.succeed(new Uint8Array(3)) }
      const error = yield* Effect.flip(ImageHeader.read(shrunk))
      assert.strictEqual(error.reason._tag, "Truncated")
    }))
})
