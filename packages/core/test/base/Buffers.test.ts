import { assert, describe, it } from "@effect/vitest"
import * as Buffers from "@iiif-ingest/core/base/Buffers"

const KiB = 1024

describe("Buffers", () => {
  it("gives buffers of the length that is asked for, in at most twice the memory", () => {
    const { acquire } = Buffers.make(1024 * KiB)
    for (const length of [64 * KiB, 64 * KiB + 1, 200_000, 1024 * KiB, 17 * 1024 * KiB]) {
      const { buffer, byteOffset, length: actual } = acquire(length)
      assert.deepStrictEqual([actual, byteOffset], [length, 0])
      assert.isBelow(buffer.byteLength, 2 * length)
    }
    assert.deepStrictEqual([acquire(0).length, acquire(0).buffer.byteLength], [0, 64 * KiB])
  })

  it("gives memory that was released again, for any length of its class, and never to two", () => {
    const { acquire, release } = Buffers.make(1024 * KiB)
    const first = acquire(100 * KiB)
    assert.notStrictEqual(acquire(100 * KiB).buffer, first.buffer)
    release(first)
    const again = acquire(70 * KiB)
    assert.deepStrictEqual([again.buffer === first.buffer, again.length], [true, 70 * KiB])
    assert.notStrictEqual(acquire(70 * KiB).buffer, first.buffer)
    assert.notStrictEqual(acquire(300 * KiB).buffer, first.buffer)
  })

  it("keeps no more unused memory than it may, and none of others", () => {
    const { acquire, release } = Buffers.make(128 * KiB)
    const buffers = [acquire(1), acquire(1), acquire(1)]
    buffers.forEach(release)
    const again = new Set([acquire(1), acquire(1), acquire(1)].map(({ buffer }) => buffer))
    assert.strictEqual(buffers.filter(({ buffer }) => again.has(buffer)).length, 2)
    const large = acquire(17 * 1024 * KiB)
    release(large)
    assert.notStrictEqual(acquire(17 * 1024 * KiB).buffer, large.buffer)
  })
})
