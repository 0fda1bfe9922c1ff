import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { execFileSync } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join, parse } from "node:path"
import { fileURLToPath } from "node:url"
import sharp from "sharp"
import { decode } from "../../../../src/internal/image/jpeg2000/decode.ts"
import { temporaryDirectory } from "../../../support/files.ts"

const [WIDTH, HEIGHT] = [37, 29]

const fixture = (name: string) => fileURLToPath(new URL(`../../../fixtures/jpeg2000/${name}`, import.meta.url))

/** Decodes, and reads the samples as numbers. They follow the eight bytes of the TIFF file's header. */
const read = Effect.fnUntraced(function*(file: string) {
  const target = join(yield* temporaryDirectory, "decoded.tif")
  const raster = yield* decode(file, target)
  const { bits, channels, height, width } = raster
  const data = readFileSync(target).subarray(8, 8 + width * height * channels * bits / 8)
  const samples = raster.bits === 8
    ? [...data]
    : Array.from({ length: data.length / 2 }, (_, index) => data.readUInt16LE(index * 2))
  return { raster, samples }
})

const expected = (
  channels: number,
  sample: (x: number, y: number, channel: number) => number,
  { height, width } = { height: HEIGHT, width: WIDTH }
) =>
  Array.from({ length: height * width * channels }, (_, index) => {
    const pixel = Math.floor(index / channels)
    return sample(pixel % width, Math.floor(pixel / width), index % channels)
  })

const color = (x: number, y: number, channel: number) => ([7 * x, 9 * y, 4 * (x + y), x * y][channel] ?? 0) % 256
const gray = (x: number) => (7 * x) % 256

const lossless: ReadonlyArray<
  readonly [name: string, channels: number, bits: number, sample: (x: number, y: number, channel: number) => number]
> = [
  ["rgb.jp2", 3, 8, color],
  ["rgb.j2k", 3, 8, color],
  ["offset.jp2", 3, 8, color],
  ["tiled.jp2", 3, 8, color],
  ["rgba.jp2", 4, 8, color],
  ["gray.jp2", 1, 8, gray],
  ["gray-alpha.jp2", 2, 8, color],
  ["gray-signed.jp2", 1, 8, gray],
  ["gray4.jp2", 1, 8, (x, y) => ((x + y) % 16) * 17],
  ["gray16.jp2", 1, 16, (x, y) => (1771 * x + 13 * y) % 65_536],
  ["rgb12.jp2", 3, 16, (x, y, c) => Math.round(((111 * x + 13 * y + 999 * c) % 4096) * 65_535 / 4095)],
  ["rgb16.jp2", 3, 16, (x, y, c) => (1771 * x + 13 * y + 9999 * c) % 65_536]
]

/** A box of a JP2 file. */
const box = (type: string, content: Buffer) => {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(content.length + 8)
  head.write(type, 4)
  return Buffer.concat([head, content])
}

const refusal = Effect.fnUntraced(function*(bytes: Uint8Array) {
  const directory = yield* temporaryDirectory
  const [file, target] = [join(directory, "file"), join(directory, "decoded.tif")]
  writeFileSync(file, bytes)
  const error = yield* Effect.flip(decode(file, target))
  assert.isFalse(existsSync(target))
  return error.message
})

const patched = (name: string, change: (codestream: Buffer) => void) => {
  const file = readFileSync(fixture(name))
  change(file.subarray(file.indexOf(Buffer.from([0xFF, 0x4F, 0xFF, 0x51]))))
  return file
}

describe("decode", () => {
  it.live.each(lossless)(
    "returns the pixels of %s exactly",
    ([name, channels, bits, sample]) =>
      Effect.gen(function*() {
        const { raster, samples } = yield* read(fixture(name))
        assert.deepStrictEqual(raster, { width: WIDTH, height: HEIGHT, channels, bits: bits === 8 ? 8 : 16 })
        assert.deepStrictEqual(samples, expected(channels, sample))
      })
  )

  it.live.each(lossless)(
    "writes %s as a TIFF file that others read",
    ([name, channels, bits]) =>
      Effect.gen(function*() {
        const target = join(yield* temporaryDirectory, "decoded.tif")
        yield* decode(fixture(name), target)
        const image = sharp(target)
        const metadata = yield* Effect.promise(() => image.metadata())
        const depth = bits === 8 ? "uchar" : "ushort"
        assert.deepInclude(metadata, { width: WIDTH, height: HEIGHT, hasAlpha: channels % 2 === 0, depth })
        assert.strictEqual(metadata.channels, channels)
        if (bits === 16) return
        const first = yield* Effect.promise(() => image.extractChannel(0).raw().toBuffer())
        const samples = readFileSync(target).subarray(8)
        assert.deepStrictEqual([...first], Array.from(first, (_, index) => samples[index * channels]))
      })
  )

  it.live("enlarges chroma and converts it to RGB", () =>
    Effect.gen(function*() {
      const { raster, samples } = yield* read(fixture("ycc420.jp2"))
      assert.strictEqual(raster.channels, 3)
      const clamp = (value: number) => Math.max(0, Math.min(255, value))
      const rgb = expected(3, (x, y, channel) => {
        const blue = (13 * Math.floor(x / 2)) % 256 - 128
        const red = (17 * Math.floor(y / 2)) % 256 - 128
        const shift = [1.402 * red, -0.344 * blue - 0.714 * red, 1.772 * blue][channel] ?? 0
        return clamp(Math.round(gray(x) + shift))
      }, raster)
      assert.lengthOf(samples, rgb.length)
      samples.forEach((sample, index) => assert.closeTo(sample, rgb[index] ?? -1, 2, String(index)))
    }))

  it.live("looks colours up in a palette", () =>
    Effect.gen(function*() {
      const file = readFileSync(fixture("gray.jp2"))
      const start = file.indexOf(Buffer.from([0xFF, 0x4F, 0xFF, 0x51]))
      const inner = file.indexOf("ihdr") - 4
      const entries = Array.from({ length: 256 }, (_, entry) => [entry, 255 - entry, entry >> 1]).flat()
      const indexed = Buffer.concat([
        file.subarray(0, inner - 8),
        box(
          "jp2h",
          Buffer.concat([
            file.subarray(inner, inner + 22),
            box("colr", Buffer.from([1, 0, 0, 0, 0, 0, 16])),
            box("pclr", Buffer.from([1, 0, 3, 7, 7, 7, ...entries])),
            box("cmap", Buffer.from([0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 1, 2]))
          ])
        ),
        box("jp2c", file.subarray(start))
      ])
      const path = join(yield* temporaryDirectory, "indexed.jp2")
      writeFileSync(path, indexed)
      const { raster, samples } = yield* read(path)
      assert.strictEqual(raster.channels, 3)
      assert.deepStrictEqual(samples, expected(3, (x, _, c) => [gray(x), 255 - gray(x), gray(x) >> 1][c] ?? 0))
    }))

  it.live("refuses what it cannot decode rightly, with the reason", () =>
    Effect.gen(function*() {
      const cases: ReadonlyArray<readonly [RegExp, Uint8Array]> = [
        [/subsampled/, readFileSync(fixture("subsampled.jp2"))],
        [/not JPEG 2000/, Buffer.from("no picture")],
        [/not JPEG 2000/, Buffer.alloc(0)],
        [/no codestream/, readFileSync(fixture("rgb.jp2")).subarray(0, 80)],
        [/inconsistent/, readFileSync(fixture("rgb.jp2")).subarray(0, 400)],
        [/inconsistent/, readFileSync(fixture("rgba.jp2")).subarray(0, 400)],
        [
          /900 megapixels/,
          patched("rgb.jp2", (stream) => {
            stream.writeUInt32BE(30_000, 8)
            stream.writeUInt32BE(30_000, 12)
          })
        ],
        [/size is not positive/, patched("rgb.jp2", (stream) => stream.writeUInt32BE(4_000_000_000, 16))],
        [/600 components/, patched("rgb.jp2", (stream) => stream.writeUInt16BE(600, 40))],
        [/38 bits/, patched("gray.jp2", (stream) => stream.writeUInt8(37, 42))],
        [/differ in depth/, patched("rgb.jp2", (stream) => stream.writeUInt8(3, 45))],
        [
          /CMYK/,
          (() => {
            const file = readFileSync(fixture("rgba.jp2"))
            file.writeUInt32BE(12, file.indexOf("colr") + 7)
            return file
          })()
        ],
        [/no codestream/, Buffer.concat([box("jP  ", Buffer.alloc(4)), box("jp2h", Buffer.alloc(3))])]
      ]
      for (const [reason, bytes] of cases) assert.match(yield* refusal(bytes), reason)
    }))

  it.live("survives damaged files", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const [file, target] = [join(directory, "file"), join(directory, "decoded.tif")]
      const original = readFileSync(fixture("rgb.jp2"))
      let seed = 1
      const random = (limit: number) => {
        seed = (seed * 48_271) % 2_147_483_647
        return seed % limit
      }
      for (let run = 0; run < 20; run++) {
        const damaged = Buffer.from(original)
        for (let hit = 0; hit < 5; hit++) damaged[12 + random(damaged.length - 12)] = random(256)
        writeFileSync(file, damaged)
        const result = yield* Effect.result(decode(file, target))
        if (result._tag === "Failure") assert.strictEqual(result.failure._tag, "Jpeg2000Failed")
      }
    }), 30_000)

  it("finds the codec only where it is installed", () => {
    const root = join(parse(process.cwd()).root, "module.js")
    const module = new URL("../../../../src/internal/image/jpeg2000/codec.ts", import.meta.url).href
    const script = `import(${JSON.stringify(module)}).then(({ load }) =>
      console.log(typeof load(${JSON.stringify(root)}), typeof load()))`
    // A process of its own, because package managers set NODE_PATH for tests.
    const printed = execFileSync(process.execPath, ["-e", script], { encoding: "utf8", env: {} })
    assert.strictEqual(printed.trim(), "undefined function")
  })

  it.live("stops and leaves no file when it is interrupted", () =>
    Effect.gen(function*() {
      const target = join(yield* temporaryDirectory, "raw")
      const fiber = yield* Effect.forkChild(decode(fixture("rgb.jp2"), target))
      yield* Effect.yieldNow
      yield* Fiber.interrupt(fiber)
      assert.isFalse(existsSync(target))
    }))
})
