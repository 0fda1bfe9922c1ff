import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import * as FileContent from "@iiif-ingest/core/batch/FileContent"
import { Effect, FileSystem } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { crc32 } from "node:zlib"

const size = 3 * 1024 * 1024 + 17

describe("the content of a file", () => {
  it.live("is the sum of all of a small file, and of blocks of a large one", () =>
    Effect.gen(function*() {
      const folder = Fs.mkdtempSync("/tmp/content-")
      const [small, large] = [Path.join(folder, "small"), Path.join(folder, "large")]
      const bytes = Uint8Array.from({ length: size }, (_, index) => index * 7 % 251)
      Fs.writeFileSync(small, bytes.subarray(0, 1000))
      Fs.writeFileSync(large, bytes)
      assert.deepStrictEqual(yield* FileContent.of(small, 1000), { of: "file", crc32: crc32(bytes.subarray(0, 1000)) })
      assert.deepStrictEqual(yield* FileContent.whole(large), { of: "file", crc32: crc32(bytes) })
      const sampled = yield* FileContent.of(large, size)
      assert.strictEqual(sampled.of, "sample")
      for (const at of [0, size - 1]) {
        Fs.writeFileSync(large, bytes.with(at, 252))
        assert.isFalse(yield* FileContent.isSame(large, size, sampled))
      }
      Fs.writeFileSync(large, bytes)
      assert.isTrue(yield* FileContent.isSame(large, size, sampled))
      assert.isTrue(
        yield* FileContent.isSame(large, size, { of: "file", crc32: (yield* FileContent.whole(large)).crc32 })
      )
      Fs.rmSync(folder, { recursive: true })
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.live("takes no more memory at a time than the file has bytes, or a block of a large one", () =>
    Effect.gen(function*() {
      const folder = Fs.mkdtempSync("/tmp/content-")
      const fs = yield* FileSystem.FileSystem
      const asked: Array<unknown> = []
      const spying = FileSystem.FileSystem.of({
        ...fs,
        stream: (path, options) => {
          asked.push(options?.chunkSize)
          return fs.stream(path, options)
        }
      })
      for (const [name, length] of [["none", 0], ["small", 9_000], ["large", size]] as const) {
        const bytes = new Uint8Array(length).fill(1)
        Fs.writeFileSync(Path.join(folder, name), bytes)
        const found = yield* FileContent.whole(Path.join(folder, name)).pipe(
          Effect.provideService(FileSystem.FileSystem, spying)
        )
        assert.deepStrictEqual(found, { of: "file", crc32: crc32(bytes) })
      }
      assert.deepStrictEqual(asked, [4096, 9_000, FileContent.wholeLimit])
      Fs.rmSync(folder, { recursive: true })
    }).pipe(Effect.provide(NodeFileSystem.layer)))
})
