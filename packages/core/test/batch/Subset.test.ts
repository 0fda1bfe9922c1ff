import { assert, describe, it } from "@effect/vitest"
import * as Subset from "@iiif-ingest/core/batch/Subset"
import { Result, Schema } from "effect"

const sizeOf = (text: string, total: number) => Subset.sizeOf(Result.getOrThrow(Subset.parse(text)), total)

describe("a subset", () => {
  it.each([
    ["1/30", 1, 1],
    ["1/30", 30, 1],
    ["1/30", 31, 2],
    [" 2 / 3 ", 10, 7],
    ["5%", 1000, 50],
    ["5%", 1001, 51],
    ["2.5 %", 1000, 25],
    ["100%", 7, 7],
    ["500", 1000, 500],
    ["500", 7, 7],
    ["1/30", 0, 0]
  ])("%s of %i is %i", (text, total, size) => {
    assert.strictEqual(sizeOf(text, total), size)
  })

  it.each([
    ["", "it cannot be read"],
    ["a tenth", "it cannot be read"],
    ["-5", "it cannot be read"],
    ["1/", "it cannot be read"],
    ["1.5", "it cannot be read"],
    ["1/0", "nothing can be divided by 0"],
    ["0/7", "it is nothing"],
    ["0%", "it is nothing"],
    ["0", "it is nothing"],
    ["31/30", "it is more than all"],
    ["101%", "it is more than all"],
    ["99999999999999999999", "its numbers are too large"]
  ])("is not %j: %s", (text, problem) => {
    const error = Result.getOrThrow(Result.flip(Subset.parse(text)))
    assert.strictEqual(error.problem, problem)
    assert.include(error.message, "give a share such as 1/30 or 5%, or a number such as 500")
  })

  it.prop("of a fraction reaches all in as many runs as it has parts", [
    Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 })),
    Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 }))
  ], ([total, parts]) => {
    const size = sizeOf(`1/${parts}`, total)
    return size * parts >= total && (size - 1) * parts < total
  })
})
