import { assert, describe, it } from "@effect/vitest"
import * as Crc32 from "@iiif-ingest/core/image/Crc32"
import * as Fixity from "@iiif-ingest/core/image/Fixity"
import * as NodeFixity from "@iiif-ingest/node/NodeFixity"
import * as Effect from "effect/Effect"

const bytes = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 31) % 251)

const sums = Effect.map(
  Fixity.Hashes,
  ({ crc32, make }) =>
    [0, 1, 63, 64, 65, 128, 100_003].map((length) =>
      [...Fixity.Algorithm.literals, "crc32" as const].map((algorithm) => {
        if (algorithm === "crc32") return String(crc32(crc32(Crc32.empty, bytes(9)), bytes(length)))
        const sum = make(algorithm)
        sum.update(bytes(length).subarray(0, 50))
        sum.update(bytes(length).subarray(50))
        return sum.end()
      })
    )
)

describe("NodeFixity", () => {
  it.effect("computes the same checksums as the JavaScript implementation", () =>
    Effect.gen(function*() {
      const inJavaScript = yield* sums
      assert.deepStrictEqual(yield* Effect.provide(sums, NodeFixity.layer), inJavaScript)
      assert.strictEqual(inJavaScript[0]?.[0], "d41d8cd98f00b204e9800998ecf8427e")
    }))
})
