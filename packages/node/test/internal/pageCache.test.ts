import { assert, describe, it } from "@effect/vitest"
import * as PageCache from "../../src/internal/pageCache.ts"

describe("pageCache", () => {
  it("expects files in memory after several were read without a disk, until one is not", () => {
    let blocks = 100
    const isInMemory = PageCache.make(() => blocks)
    const answers = () => Array.from({ length: 10 }, isInMemory)
    assert.strictEqual(answers().indexOf(true), 8)
    blocks += 8
    assert.strictEqual(answers().indexOf(true), 9)
    assert.isFalse(answers().includes(false))
  })

  it("expects none if disks are always read, or nobody counts", () => {
    let blocks = 0
    const isInMemory = PageCache.make(() => ++blocks)
    assert.isFalse(Array.from({ length: 20 }, isInMemory).includes(true))
    if (process.platform !== "linux") assert.isFalse(Array.from({ length: 20 }, PageCache.make()).includes(true))
  })
})
