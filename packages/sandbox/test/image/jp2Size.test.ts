import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { mkdtemp, open, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Jp2Size from "../../src/internal/image/jp2Size.ts"

const u32 = (...values: ReadonlyArray<number>) => {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, index) => bytes.writeUInt32BE(value, index * 4))
  return bytes
}
const box = (type: string, content: Buffer) => Buffer.concat([u32(content.length + 8), Buffer.from(type), content])
const signature = Buffer.from([0, 0, 0, 12, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A])
const header = box("ihdr", Buffer.concat([u32(2170, 1427), Buffer.alloc(6)]))

const readBytes = (bytes: Buffer) =>
  Effect.promise(async () => {
    const directory = await mkdtemp(join(tmpdir(), "jp2-"))
    const path = join(directory, "a.jp2")
    await writeFile(path, bytes)
    const file = await open(path)
    try {
      return await Jp2Size.read(file)
    } finally {
      await file.close()
      await rm(directory, { recursive: true })
    }
  })

describe("read", () => {
  it.effect("reads the image header box, even after boxes with 64-bit lengths", () =>
    Effect.gen(function*() {
      const long = Buffer.concat([u32(1), Buffer.from("uuid"), u32(0, 20), Buffer.alloc(4)])
      const file = Buffer.concat([signature, box("ftyp", Buffer.alloc(12)), long, box("jp2h", header)])
      assert.deepStrictEqual(yield* readBytes(file), { width: 1427, height: 2170 })
    }))
  it.effect("reads the SIZ marker of a codestream and subtracts the offset", () =>
    Effect.gen(function*() {
      const siz = Buffer.concat([Buffer.from([0xFF, 0x4F, 0xFF, 0x51, 0, 41, 0, 0]), u32(1100, 900, 100, 50)])
      assert.deepStrictEqual(yield* readBytes(siz), { width: 1000, height: 850 })
    }))
  it.effect("returns undefined for truncated and looping boxes", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* readBytes(signature), undefined)
      assert.strictEqual(yield* readBytes(Buffer.concat([signature, u32(0), Buffer.from("free")])), undefined)
      assert.strictEqual(yield* readBytes(Buffer.concat([signature, u32(4), Buffer.from("free")])), undefined)
      const cut = Buffer.concat([signature, box("jp2h", header)]).subarray(0, 30)
      assert.strictEqual(yield* readBytes(cut), undefined)
    }))
})
