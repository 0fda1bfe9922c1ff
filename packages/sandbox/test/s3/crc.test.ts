import { assert, describe, it } from "@effect/vitest"
import { crc32 } from "node:zlib"
import { checksumOfParts, digestOf } from "../../src/internal/s3/checksums.ts"
import { combineCrc, crc32c, crc32Model, crc64Nvme } from "../../src/internal/s3/crc.ts"

const digits = Buffer.from("123456789")
const bytes = Buffer.from(Array.from({ length: 100_003 }, (_, i) => (i * 2654435761) >>> 13 & 255))

describe("crc", () => {
  // The check values of the CRC catalogue for "123456789".
  it("computes the check values of the CRC catalogue", () => {
    assert.strictEqual(digestOf("CRC32", digits).toString("hex"), "cbf43926")
    assert.strictEqual(digestOf("CRC32C", digits).toString("hex"), "e3069283")
    assert.strictEqual(digestOf("CRC64NVME", digits).toString("hex"), "ae8b14860a799888")
  })

  it("does not depend on how the bytes are split", () => {
    for (const split of [0, 1, 7, 8, 9, 4096, 99_999]) {
      assert.strictEqual(crc32c(bytes.subarray(split), crc32c(bytes.subarray(0, split), 0)), crc32c(bytes, 0))
      const first = crc64Nvme(bytes.subarray(0, split), { low: 0, high: 0 })
      assert.deepStrictEqual(crc64Nvme(bytes.subarray(split), first), crc64Nvme(bytes, { low: 0, high: 0 }))
    }
  })

  it("combines the CRCs of parts of any length", () => {
    const boundaries = [0, 1, 1, 5000, 10_000, 15_000, 90_001, bytes.length]
    const parts = boundaries.slice(1).map((end, i) => bytes.subarray(boundaries[i], end))
    for (const algorithm of ["CRC32", "CRC32C", "CRC64NVME"] as const) {
      const digests = parts.map((part) => ({
        value: digestOf(algorithm, part).toString("base64"),
        length: part.length
      }))
      const whole = checksumOfParts(algorithm, "FULL_OBJECT", digests)
      assert.strictEqual(whole.value, digestOf(algorithm, bytes).toString("base64"))
      assert.strictEqual(whole.type, "FULL_OBJECT")
    }
  })

  it("combines the CRCs of parts of gigabytes", () => {
    const one = Buffer.alloc(4)
    one.writeUInt32BE(crc32(Buffer.alloc(1024)))
    const whole = combineCrc(crc32Model, Array.from({ length: 8 }, () => ({ crc: one, length: 1024 })))
    assert.strictEqual(whole.readUInt32BE(), crc32(Buffer.alloc(8192)))
    assert.strictEqual(
      combineCrc(crc32Model, [{ crc: one, length: 5 * 1024 ** 3 }]).toString("hex"),
      one.toString("hex")
    )
  })

  it("computes a composite checksum of the digests of the parts", () => {
    const parts = [digits, bytes].map((part) => digestOf("SHA256", part))
    const composite = checksumOfParts(
      "SHA256",
      "COMPOSITE",
      parts.map((d) => ({ value: d.toString("base64"), length: 1 }))
    )
    assert.strictEqual(composite.value, `${digestOf("SHA256", Buffer.concat(parts)).toString("base64")}-2`)
  })
})
