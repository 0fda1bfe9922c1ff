import { assert, describe, it } from "@effect/vitest"
import { SourceFailed } from "@iiif-ingest/core/upload/ObjectStoreError"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { open } from "../../src/internal/sourceFile.ts"

/** Fills a file with a letter, with a modification time that is always the same. */
const write = (path: string, letter: string) => {
  Fs.writeFileSync(path, letter.repeat(1000))
  Fs.utimesSync(path, 1_700_000_000, 1_700_000_000)
}

/** A ctime is as fine as the kernel's clock: waits until it has moved on. */
const tick = (folder: string, path: string) => {
  const { ctimeNs } = Fs.statSync(path, { bigint: true })
  while (Fs.statSync(folder, { bigint: true }).ctimeNs <= ctimeNs + 10_000_000n) Fs.utimesSync(folder, 0, 0)
}

describe("a file that is edited while it is read, with its size and modification time kept", () => {
  it.each([
    ["an identity was probed", true],
    ["none was", false]
  ])("fails the check if %s", async (_, hasIdentity) => {
    const folder = Fs.mkdtempSync(Path.join(Os.tmpdir(), "source-"))
    try {
      const path = Path.join(folder, "a.tif")
      write(path, "a")
      const { ctimeNs, ino, mtimeMs } = Fs.statSync(path, { bigint: true })
      const identity = hasIdentity ? { identity: `${ino}:${ctimeNs}` } : {}
      const { check, close, fill } = await open(path, { size: 1000, modifiedMillis: Number(mtimeMs), ...identity })
      const half = new Uint8Array(500)
      await fill(half, 0)
      await check()
      tick(folder, path)
      write(path, "b")
      await fill(half, 500)
      const error = await check().then(() => undefined, (error: unknown) => error)
      assert.instanceOf(error, SourceFailed)
      await close()
    } finally {
      Fs.rmSync(folder, { recursive: true })
    }
  })
})
