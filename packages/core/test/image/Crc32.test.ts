import { assert, describe, it } from "@effect/vitest"
import * as Crc32 from "@iiif-ingest/core/image/Crc32"
import { Schema } from "effect"
import { crc32 as native } from "node:zlib"

const ascii = (text: string) => new TextEncoder().encode(text)
const of = (bytes: Uint8Array) => Crc32.update(Crc32.empty, bytes)

describe("Crc32", () => {
  it("has the standard's check value, in all forms", () => {
    const crc = of(ascii("123456789"))
    assert.strictEqual(crc, 0xcbf4_3926)
    assert.strictEqual(Crc32.toHex(crc), "cbf43926")
    assert.strictEqual(Crc32.toBase64(crc), "y/Q5Jg==")
  })

  it("is zero for no bytes, written with all digits", () => {
    assert.strictEqual(of(new Uint8Array()), 0)
    assert.strictEqual(Crc32.toHex(Crc32.empty), "00000000")
    assert.strictEqual(Crc32.toBase64(Crc32.empty), "AAAAAA==")
  })

  it.prop("agrees with zlib", [Schema.Uint8Array], ([bytes]) => {
    assert.strictEqual(of(bytes), native(bytes))
  })

  it.prop(
    "of a whole can be combined from those of any parts",
    [Schema.Array(Schema.Uint8Array)],
    ([parts]) => {
      const joined = parts.reduce((crc, part) => Crc32.combine(crc, of(part), part.length), Crc32.empty)
      const continued = parts.reduce(Crc32.update, Crc32.empty)
      assert.strictEqual(joined, native(Buffer.concat(parts)))
      assert.strictEqual(continued, joined)
    }
  )

  it("combines byte sequences longer than 2^31 bytes", () => {
    // The CRC of 2^n zero bytes is that of two halves combined, so long sequences are cheap.
    let zeros: Crc32.Crc32 = of(new Uint8Array(1024))
    let length = 1024
    while (length < 2 ** 33) {
      zeros = Crc32.combine(zeros, zeros, length)
      length *= 2
    }
    const tail = of(ascii("tail"))
    const left = Crc32.combine(Crc32.combine(of(ascii("head")), zeros, length), tail, 4)
    const right = Crc32.combine(of(ascii("head")), Crc32.combine(zeros, tail, 4), length + 4)
    assert.strictEqual(left, right)
    // Compares one step of the doubling, 2^16 zero bytes, with zlib.
    assert.strictEqual(
      Crc32.combine(of(new Uint8Array(32_768)), of(new Uint8Array(32_768)), 32_768),
      native(new Uint8Array(65_536))
    )
  })

  it.prop("round-trips through S3's form", [Crc32.Crc32], ([crc]) => {
    assert.strictEqual(Crc32.fromBase64(Crc32.toBase64(crc)), crc)
    assert.strictEqual(Number.parseInt(Crc32.toHex(crc), 16), crc)
    assert.lengthOf(Crc32.toHex(crc), 8)
  })

  it.each(["y/Q5Jg==-3", "y/Q5Jg", "y/Q5", "y/Q5JgA=", "", "not base64"])("does not parse %j", (text) => {
    assert.isUndefined(Crc32.fromBase64(text))
  })
})
