/**
 * Files that are odd: copies that were not finished, which must be found, and files that every decoder reads, which
 * must be taken.
 */
import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it, layer } from "@effect/vitest"
import * as ImageHeader from "@iiif-ingest/core/image/ImageHeader"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Result from "effect/Result"
import * as fs from "node:fs"
import {
  box,
  concat,
  counting,
  directoryAt,
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
  random,
  segment,
  tiff,
  type TiffKind,
  tiffKinds,
  u16,
  u32,
  verdict
} from "../support/imageCorpus.ts"

const header = (bytes: Uint8Array): ImageHeader.ImageHeader => Result.getOrThrow(probe(bytes))

const refusal = (bytes: Uint8Array): ImageHeader.Reason => Result.getOrThrow(Result.flip(probe(bytes))).reason

const zeros = (length: number): Uint8Array => new Uint8Array(length)

/** The file with only zeros (or another byte) from `from` on: its length was set before it was copied. */
const blanked = (bytes: Uint8Array, from: number, value = 0): Uint8Array => bytes.slice().fill(value, from)

/** The size, and the oddities that are warned of. */
const seen = (bytes: Uint8Array): string =>
  [verdict(probe(bytes)), ...header(bytes).oddities.map((oddity) => Object.values(oddity).join(" "))].join(", ")

/** Coded data as in a scan: noise, where FF is always followed by 00. */
const scanOf = (length: number): Uint8Array => {
  const next = random(5)
  const bytes = Uint8Array.from({ length }, () => next(256))
  for (let at = 0; at < length; at++) if (bytes[at] === 255) bytes[at + 1 < length ? at + 1 : at] = 0
  return bytes
}

const noise = (length: number): Uint8Array => {
  const next = random(9)
  return Uint8Array.from({ length }, () => 1 + next(255))
}

const little: TiffKind = { little: true, big: false }
const page = { width: 60, height: 40 }

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset)

/** Changes the offset of the directory after the first one of a little-endian classic TIFF. */
const withNext = (bytes: Uint8Array, next: number): Uint8Array => {
  const at = directoryAt(bytes)
  return patch(bytes, at + 2 + 12 * view(bytes).getUint16(at, true), [...u32(next)].reverse())
}

describe("a copy that was not finished is named as cut short", () => {
  const scan = scanOf(300_000)
  const whole = jpeg({ scan })
  const start = whole.length - scan.length - 2

  it("JPEG whose SOS length passes the end of the file", () => {
    const bytes = jpeg()
    const at = indexOf(bytes, "\xff\xda") + 2
    for (const length of [bytes.length - at, bytes.length - at + 1, 65_535]) {
      assert.strictEqual(refusal(patch(bytes, at, u16(length)))._tag, "Truncated", `length ${length}`)
    }
    assert.match(refusal(patch(bytes, at, u16(65_535))).message, /^the file is cut short: the header of a JPEG scan/)
  })

  it("JPEG without its end marker behind a tail of zeros", () => {
    for (const value of [0, 0xff, 0xaa]) {
      for (const kept of [20, 4096, 65_536, 150_001, 299_900]) {
        const reason = refusal(blanked(whole, start + kept, value))
        assert.strictEqual(reason._tag, "Truncated", `${kept} bytes, then ${value}`)
        if (reason._tag === "Truncated") assert.closeTo(reason.blankFrom ?? 0, start + kept, 2)
      }
    }
    assert.strictEqual(
      refusal(blanked(whole, start + 150_000)).message,
      `the file is cut short: from byte ${start + 150_000} of ${whole.length} on it is blank, as in an unfinished ` +
        "copy, and a JPEG with its end marker needs more; copy or export it again"
    )
  })

  it("a file of nothing but zeros, of which nothing was copied", () => {
    for (const length of [16, 500, 100_000]) assert.strictEqual(refusal(zeros(length))._tag, "Truncated")
    assert.strictEqual(refusal(concat(zeros(5000), "x"))._tag, "UnknownFormat")
  })

  it("JPEG that is progressive, cut between or inside its later scans", () => {
    const table = segment(0xc4, [0x10, ...zeros(16)])
    const next = segment(0xda, [1, 1, 0, 1, 63, 0x10])
    const scans = concat(scan, table, next, scan.subarray(0, 5000), table, next, scan.subarray(0, 5000))
    assert.strictEqual(verdict(probe(jpeg({ scan: scans }))), "40x30")
    assert.strictEqual(refusal(jpeg({ scan: scans, after: [] }))._tag, "Truncated")
    assert.strictEqual(refusal(jpeg({ scan: scans, after: zeros(100_000) }))._tag, "Truncated")
  })

  it("JPEG with zeros in place of its later segments", () => {
    const bytes = jpeg({ before: [segment(0xe2, noise(50_000)), segment(0xe2, noise(50_000))], scan })
    for (const from of [3, 20, 10_000, 50_006, 60_000, 100_010]) {
      assert.strictEqual(refusal(blanked(bytes, from))._tag, "Truncated", `from ${from}`)
    }
  })

  it("PNG without IEND behind a tail of zeros", () => {
    for (const length of [500, 20_000, 300_000]) {
      const bytes = png(50, 20, { chunks: [pngChunk("IDAT", noise(length))] })
      for (const from of [bytes.length - 70, bytes.length / 2, 60]) {
        const reason = refusal(blanked(bytes, Math.floor(from)))
        assert.strictEqual(reason._tag === "Truncated" && reason.blankFrom, Math.floor(from))
      }
    }
  })

  it("GIF without its trailer behind a tail of zeros", () => {
    const block = concat([255], noise(255))
    const bytes = concat(gif([30, 20], [30, 20]).subarray(0, -4), ...Array.from({ length: 100 }, () => block), [
      0,
      0x3b
    ])
    assert.strictEqual(verdict(probe(bytes)), "30x20")
    for (const from of [100, 5000, 20_000]) {
      assert.strictEqual(refusal(blanked(bytes, from))._tag, "Truncated", `from ${from}`)
    }
  })

  it("JPEG 2000 without its end marker behind a tail of zeros", () => {
    for (const bytes of [openJpeg.jp2, openJpeg.j2k, jp2({ picture: (stream) => concat(u32(0), "jp2c", stream) })]) {
      const tile = indexOf(bytes, "\xff\x90")
      for (const from of [tile + 20, tile + 14]) assert.strictEqual(refusal(blanked(bytes, from))._tag, "Truncated")
      // the lengths of the tile-parts add up, but there are only zeros in the last
      const long = concat(bytes.subarray(0, tile + 6), u32(0), bytes.subarray(tile + 10, -2), zeros(9000))
      assert.strictEqual(refusal(long)._tag, "Truncated")
    }
    const { j2k } = openJpeg
    const tile = indexOf(j2k, "\xff\x90")
    const sized = patch(concat(j2k.subarray(0, -2), zeros(9000)), tile + 6, u32(j2k.length - 2 - tile + 9000))
    assert.strictEqual(refusal(sized)._tag, "Truncated")
  })

  it("TIFF with its directory, tables or values in an all-zero tail", () => {
    for (const kind of tiffKinds) {
      const bytes = tiff(kind, [{
        ...page,
        rowsPerStrip: 1,
        tags: { 258: { type: 3, values: Array<number>(4).fill(8) } }
      }])
      const at = directoryAt(bytes)
      for (const from of [at - 100, at, at + 12, at + 40, at + 100]) {
        assert.strictEqual(refusal(blanked(bytes, from))._tag, "Truncated", `${JSON.stringify(kind)} from ${from - at}`)
      }
    }
  })

  /** Two compressed strips of noise behind their directory. */
  const strips = (compression: number, photometric = 1, width = 100): Uint8Array => {
    const tags = { 259: long(compression), 262: long(photometric) }
    const bytes = tiff(little, [{ width, height: 400, rowsPerStrip: 200, tags }], { front: true })
    const start = bytes.length - 400 * width
    return concat(bytes.subarray(0, start), noise(400 * width))
  }

  it("TIFF whose compressed strips point into an all-zero tail", () => {
    for (const compression of [5, 7, 8, 32_773]) {
      const bytes = strips(compression)
      assert.strictEqual(seen(bytes), "100x400")
      for (const from of [bytes.length - 100, bytes.length - 20_000, bytes.length - 35_000]) {
        const reason = refusal(blanked(bytes, from))
        assert.strictEqual(reason._tag, "Truncated", `${from}`)
      }
    }
  })

  it("TIFF whose uncompressed pixels stop within a row; at the end of one, they can be black and are warned of", () => {
    const bytes = strips(1, 1, 400)
    const start = bytes.length - 160_000
    assert.strictEqual(refusal(blanked(bytes, start + 100_123))._tag, "Truncated")
    assert.strictEqual(seen(blanked(bytes, start + 100_000)), "400x400, BlankEnd 60000")
    // black on the right as well, as in a scan with a border
    const border = bytes.slice()
    for (let row = 0; row < 400; row++) border.fill(0, start + row * 400 + 300, start + (row + 1) * 400)
    assert.strictEqual(seen(blanked(border, start + 100_000)), "400x400, BlankEnd 60100")
    // zero is white: the end of a page
    assert.strictEqual(seen(blanked(strips(1, 0, 400), start + 100_000)), "400x400")
  })

  it("TIFF whose second page is in an all-zero tail", () => {
    const bytes = tiff(little, [{ ...page, tags: { 259: long(5) } }, page])
    const first = directoryAt(bytes)
    const second = view(bytes).getUint32(first + 2 + 12 * view(bytes).getUint16(first, true), true)
    for (const from of [second - 50, second, second + 30]) {
      assert.strictEqual(refusal(blanked(concat(bytes, zeros(100)), from))._tag, "Truncated", `${from - second}`)
    }
  })

  it("with the stated budget for reading the tail: 256 reads and 112 KiB", () => {
    const big = scanOf(1_000_000)
    const [chunk, block] = [pngChunk("IDAT", noise(8192)), concat([255], noise(255))]
    const cases = [
      blanked(jpeg({ scan: big }), 300_000),
      jpeg({ scan: big, after: [] }),
      jpeg({ scan: big, after: concat([0xff, 0xd9], zeros(2_000_000)) }),
      blanked(png(50, 20, { chunks: [pngChunk("IDAT", big)] }), 500_000),
      concat(png(50, 20, { chunks: Array.from({ length: 300 }, () => chunk) }), noise(200_000)),
      concat(gif([30, 20], [30, 20]).subarray(0, -2), ...Array.from({ length: 2000 }, () => block))
    ]
    for (const bytes of cases) {
      const { cost, source } = counting("big", bytes)
      Effect.runSync(Effect.result(ImageHeader.read(source)))
      // the first read of 1 KiB is not part of it
      assert.isAtMost(cost.bytes, 113 * 1024)
      assert.isAtMost(cost.reads, 256)
    }
  })
})

describe("no file takes more than 512 reads or 256 KiB", () => {
  const comment = concat([0x21, 0xfe], ...Array.from({ length: 140 }, () => concat([255], noise(255))), [0])
  const cases: ReadonlyArray<readonly [name: string, bytes: Uint8Array]> = [
    [
      "JPEG with 600 APP segments of 64 KB",
      jpeg({ before: Array.from({ length: 600 }, () => segment(0xe2, zeros(65_500))) })
    ],
    [
      "JPEG with 64 KB of stray bytes before each segment",
      jpeg({
        before: Array.from({ length: 20 }, () => concat(zeros(64_000), segment(0xfe, "x")))
      })
    ],
    [
      "JPEG 2000 with 1000 boxes of 64 KB",
      jp2({ before: Array.from({ length: 1000 }, () => box("uuid", zeros(65_500))) })
    ],
    ["GIF with 140 comments of 36 KB", gif([30, 20], [30, 20], Array.from({ length: 140 }, () => comment))],
    ["TIFF with 900 pages", tiff(little, Array.from({ length: 900 }, () => ({ width: 4, height: 4 })))]
  ]
  it.each(cases)("%s", (_, bytes) => {
    const { cost, source } = counting("long", bytes)
    Effect.runSync(Effect.result(ImageHeader.read(source)))
    assert.isAtMost(cost.bytes, 256 * 1024)
    assert.isAtMost(cost.reads, 512)
  })
})

describe("a whole picture with something behind it is taken, with a warning", () => {
  const paddings = [1, 63, 64, 5000, 70_000, 1_000_000]
  const scan = scanOf(20_000)

  it("JPEG with padding of zeros or another byte", () => {
    for (const value of [0, 0x20, 0xff, 0xd9]) {
      for (const length of paddings) {
        const bytes = concat(jpeg({ scan }), zeros(length).fill(value))
        assert.strictEqual(seen(bytes), `40x30, TrailingData ${length}`, `${length} of ${value}`)
      }
    }
  })

  it("JPEG with other data: a video after it, or text", () => {
    const text = new Uint8Array(Buffer.from("trailing text ".repeat(20_000)))
    assert.strictEqual(seen(concat(jpeg({ scan }), text)), "40x30, TrailingData")
    assert.strictEqual(seen(concat(jpeg({ scan }), noise(200_000), zeros(200_000))), "40x30, TrailingData")
    assert.strictEqual(seen(concat(jpeg({ scan }), text.subarray(0, 3000))), "40x30, TrailingData 3000")
  })

  it("PNG with trailing data of any length", () => {
    const small = png(50, 20, { chunks: Array.from({ length: 400 }, () => pngChunk("IDAT", noise(800))) })
    for (const [name, bytes] of [["few chunks", png(50, 20)], ["many", small]] as const) {
      for (const length of paddings) {
        assert.strictEqual(seen(concat(bytes, zeros(length))), `50x20, TrailingData ${length}`, `${name}, ${length}`)
      }
    }
    assert.strictEqual(seen(concat(png(50, 20), noise(300_000))), "50x20, TrailingData 300000")
    assert.strictEqual(seen(concat(small, noise(300_000))), "50x20, TrailingData")
  })

  it("GIF with trailing data", () => {
    const bytes = gif([30, 20], [30, 20])
    for (const length of paddings) {
      assert.strictEqual(seen(concat(bytes, zeros(length))), `30x20, TrailingData ${length}`)
      assert.strictEqual(seen(concat(bytes, noise(length))), `30x20, TrailingData ${length}`)
    }
  })

  it("JPEG 2000 codestream with trailing data", () => {
    for (const length of paddings) {
      assert.strictEqual(seen(concat(openJpeg.j2k, zeros(length))), `21x13, TrailingData ${length}`)
      assert.strictEqual(seen(concat(openJpeg.j2k, noise(length))), `21x13, TrailingData ${length}`)
      assert.strictEqual(verdict(probe(concat(openJpeg.jp2, zeros(length)))), "21x13")
    }
  })
})

describe("a TIFF that can be read is taken", () => {
  const first = tiff(little, [page])

  it("with an unknown field type, which is skipped", () => {
    for (const type of [0, 14, 15, 19, 99, 65_535]) {
      const bytes = tiff(little, [{ ...page, tags: { 40_000: { type, values: [1, 2, 3] } } }])
      assert.strictEqual(seen(bytes), "60x40")
      const entry = indexOf(bytes, "\x40\x9c")
      // its value could be anywhere
      assert.strictEqual(seen(patch(bytes, entry + 4, [255, 255, 255, 127, 255, 255, 255, 127])), "60x40")
    }
  })

  it("with a private tag whose value lies past the end", () => {
    const value = { type: 4, values: [1, 2, 3] }
    const past = (tag: number) => {
      const bytes = tiff(little, [{ ...page, tags: { [tag]: value } }])
      return patch(bytes, indexOf(bytes, Buffer.from([...u16(tag)].reverse()).toString("latin1")) + 8, [0, 0, 0, 0x7f])
    }
    assert.strictEqual(seen(past(65_000)), "60x40, TagUnreadable 65000")
    assert.strictEqual(seen(past(32_999)), "60x40, TagUnreadable 32999")
    // TIFF's own tags, and a profile, are at the end of many files: without them, it is cut
    assert.strictEqual(refusal(past(305))._tag, "Truncated")
    assert.strictEqual(refusal(past(34_675))._tag, "Truncated")
  })

  it("with garbage behind the first directory", () => {
    for (const next of [0xffffffff, 0xdeadbeef, 0x7ffffffe, first.length, first.length - 2, 3, 9, 100]) {
      assert.strictEqual(seen(withNext(first, next)), `60x40, PagesUnreadable ${next}`)
      assert.strictEqual(header(withNext(first, next)).pages, 1)
    }
    const two = tiff(little, [page, page])
    assert.strictEqual(seen(tiff(little, [page, page], { last: 0xffffffff })), "60x40, PagesUnreadable 4294967295")
    assert.strictEqual(header(tiff(little, [page, page], { last: 0xffffffff })).pages, 2)
    assert.strictEqual(seen(withNext(two, directoryAt(two))), `60x40, PagesUnreadable ${directoryAt(two)}`)
    assert.strictEqual(seen(tiff(little, [page], { last: directoryAt(first) })), `60x40, PagesUnreadable 2408`)
  })

  it("but not without the page that the rest of the file belongs to", () => {
    const pages = tiff(little, [page, { width: 100, height: 100 }])
    assert.strictEqual(refusal(pages.subarray(0, 9000))._tag, "Truncated")
  })

  it("with signed sizes", () => {
    for (const kind of tiffKinds) {
      const size = (type: number, value: number) => ({ type, values: [value] })
      const read = (type: number) =>
        verdict(probe(tiff(kind, [{ width: 60, height: 40, tags: { 256: size(type, 60), 257: size(type, 40) } }])))
      // SBYTE, SSHORT, SLONG, SLONG8
      assert.deepStrictEqual([6, 8, 9].map(read), ["60x40", "60x40", "60x40"])
      if (kind.big) assert.strictEqual(read(17), "60x40")
    }
    const negative = tiff(little, [{ ...page, tags: { 256: { type: 9, values: [0xfffffffb] } } }])
    assert.strictEqual(refusal(negative)._tag, "Malformed")
    assert.match(refusal(negative).message, /negative/)
  })
})

describe("a JPEG that can be read is taken", () => {
  it("with 250 APP segments of 64 KB, and with thousands of small ones", () => {
    const long = jpeg({ before: Array.from({ length: 250 }, () => segment(0xe2, zeros(65_500))) })
    const { cost, source } = counting("a.jpg", long)
    assert.deepStrictEqual(Effect.runSync(ImageHeader.read(source)).oddities, [])
    assert.isAtMost(cost.bytes, 32 * 1024)
    assert.isAtMost(cost.reads, 260)
    assert.strictEqual(seen(jpeg({ before: Array.from({ length: 4000 }, () => segment(0xe2, zeros(20))) })), "40x30")
  })

  it("with fill bytes before its segments", () => {
    for (const length of [1, 64, 100, 5000, 60_000]) {
      assert.strictEqual(seen(jpeg({ before: [zeros(length).fill(255), segment(0xfe, "x")] })), "40x30", `${length}`)
    }
  })

  it("with stray bytes between its segments, with a warning", () => {
    const strays: ReadonlyArray<ReadonlyArray<number>> = [[0], [7], [7, 0, 0], [0xff, 0], [0xff, 0xd0], [0xff, 1]]
    for (const stray of strays) {
      const count = stray.filter((byte) => byte !== 255).length
      assert.strictEqual(
        seen(jpeg({ before: [segment(0xfe, "x"), Uint8Array.from(stray)] })),
        `40x30, StrayBytes ${count}`
      )
      assert.strictEqual(seen(jpeg({ before: [Uint8Array.from(stray)] })), `40x30, StrayBytes ${count}`)
    }
    assert.strictEqual(seen(jpeg({ before: [segment(0xfe, "x"), zeros(5000)] })), "40x30, StrayBytes 5000")
    assert.strictEqual(refusal(jpeg({ before: [segment(0xfe, "x"), zeros(70_000)] }))._tag, "Malformed")
  })

  it("but not with markers that libjpeg rejects", () => {
    for (const marker of [0x02, 0xbf, 0xc8, 0xd8, 0xf0, 0xfd]) {
      assert.strictEqual(refusal(jpeg({ before: [segment(marker, [1, 2])] }))._tag, "Malformed", marker.toString(16))
    }
  })
})

describe("a JPEG 2000 that can be read is taken", () => {
  it("with many boxes before its codestream", () => {
    for (const [count, length] of [[65, 10], [300, 100], [1000, 16], [400, 70_000]] as const) {
      const before = Array.from({ length: count }, () => box("uuid", zeros(length)))
      assert.strictEqual(verdict(probe(jp2({ before }))), "21x13", `${count} of ${length}`)
    }
  })

  it("with brand jph, as High-Throughput JPEG 2000", () => {
    const { extension, format, mediaType } = header(jp2({ brand: "jph " }))
    assert.deepStrictEqual([format, mediaType, extension], ["jph", "image/jph", "jph"])
    const tags = ImageHeader.warnings(header(jp2({ brand: "jph " })), "a.jph").map(({ _tag }) => _tag)
    assert.deepStrictEqual(tags, ["UnusualFormat"])
  })
})

describe("a GIF is as large as its logical screen", () => {
  it("with a warning where decoders differ", () => {
    const cases: ReadonlyArray<readonly [screen: readonly [number, number], frame: readonly [number, number], string]> =
      [
        [[30, 20], [30, 20], "30x20"],
        [[30, 20], [10, 10], "30x20"],
        [[30, 20], [10, 40], "30x20, ScreenDiffers 30 x 20 30 x 40"],
        // libvips does not believe these
        [[640, 480], [10, 40], "640x480, ScreenDiffers 640 x 480 10 x 40"],
        [[640, 480], [640, 480], "640x480"],
        [[3000, 20], [10, 10], "3000x20, ScreenDiffers 3000 x 20 10 x 10"],
        [[0, 0], [10, 40], "10x40, ScreenDiffers 0 x 0 10 x 40"]
      ]
    for (const [screen, frame, expected] of cases) assert.strictEqual(seen(gif(screen, frame)), expected)
  })
})

describe("warnings of odd files", () => {
  it("are sentences that name the file", () => {
    const oddities: ReadonlyArray<ImageHeader.Oddity> = [
      { _tag: "TrailingData", bytes: 5000 },
      { _tag: "TrailingData" },
      { _tag: "BlankEnd", bytes: 60_000 },
      { _tag: "StrayBytes", bytes: 1 },
      { _tag: "PagesUnreadable", offset: 12 },
      { _tag: "TagUnreadable", tag: 65_000 },
      { _tag: "ScreenDiffers", screen: "30 x 20", shown: "30 x 40" }
    ]
    const odd = new ImageHeader.ImageHeader({ ...header(tiff(little, [page])), oddities })
    assert.deepStrictEqual(ImageHeader.warnings(odd, "a.tif").map(({ message }) => message), [
      "a.tif goes on for 5,000 bytes after its picture; what follows is sent too, and not shown",
      "a.tif goes on after its picture; what follows is sent too, and not shown",
      "a.tif ends in 60,000 bytes of zeros: look whether its lower part is meant to be plain, or copy it again",
      "a.tif has 1 byte in its header that no segment has, which the service may reject; export it again to be safe",
      "a.tif says that it goes on at byte 12, where no page can be read; its first page is used",
      "a.tif lacks the value of its private tag 65000, which is past the end of the file; the picture is there, " +
      "but check that it was copied whole",
      "a.tif is 30 x 20 pixels by its header, but some decoders show it as 30 x 40; convert it to PNG to be safe"
    ])
  })
})

layer(NodeFileSystem.layer)("files", (it) => {
  it.effect("a JPEG whose SOS length passes the end of the file is cut short, not without a path", () =>
    Effect.gen(function*() {
      const path = `${yield* Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeTempDirectoryScoped())}/a.jpg`
      const bytes = jpeg()
      fs.writeFileSync(path, patch(bytes, indexOf(bytes, "\xff\xda") + 2, u16(60_000)))
      const error = yield* Effect.flip(ImageHeader.fromFile(path))
      assert.strictEqual(error.reason._tag, "Truncated")
      assert.include(error.message, "the file is cut short")
    }))
})
