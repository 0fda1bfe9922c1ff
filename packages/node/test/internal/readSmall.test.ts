import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Fs from "node:fs"
import * as Os from "node:os"
import { join } from "node:path"
import * as LocalFileSystem from "../../src/internal/localFileSystem.ts"
import * as PageCache from "../../src/internal/pageCache.ts"
import { type Place, type Read, readSmall } from "../../src/internal/readSmall.ts"

/** Reads a file and does something to it after it was inspected and before it is read. */
const readWhile = (path: string, place: Place, meanwhile: () => void): Promise<Read | undefined> =>
  new Promise((resolve) =>
    readSmall(path, {
      limit: 1000,
      place,
      allocate: (size) => {
        meanwhile()
        return new Uint8Array(size)
      }
    }, resolve)
  )

const folder = Fs.mkdtempSync(join(Os.tmpdir(), "iiif-ingest-"))
const path = join(folder, "a.tif")

afterAll(() => Fs.rmSync(folder, { recursive: true }))

const write = (text: string) => {
  Fs.writeFileSync(path, text)
  Fs.utimesSync(path, 1_700_000_000, 1_700_000_000)
}

/** Waits until the kernel's clock has moved, since a ctime is no finer. */
const tick = () => {
  const { ctimeNs } = Fs.statSync(path, { bigint: true })
  do Fs.utimesSync(folder, 0, 0)
  while (Fs.statSync(folder, { bigint: true }).ctimeNs <= ctimeNs)
}

/** A link is opened in the thread pool, since it may lead to another file system. */
const link = join(folder, "link.tif")
Fs.symlinkSync(path, link)

const changes: Record<string, () => void> = {
  "longer": () => Fs.appendFileSync(path, "!"),
  "shorter": () => Fs.truncateSync(path, 2),
  "nameless": () => Fs.rmSync(path),
  "empty": () => Fs.truncateSync(path, 0),
  "another in place": () => {
    tick()
    write("two")
  }
}

describe.each(["remote", "local", "memory"] as const)("readSmall of a file whose place is: %s", (place) => {
  it("reads a file that stays the same", async () => {
    write("one")
    const found = await readWhile(path, place, () => {})
    assert.strictEqual(Buffer.from(found?.bytes ?? []).toString(), "one")
    assert.strictEqual(found?.stats.size, 3n)
    const linked = await readWhile(link, place, () => {})
    assert.strictEqual(Buffer.from(linked?.bytes ?? []).toString(), "one")
    assert.isUndefined(await readWhile(join(folder, "none.tif"), place, () => {}))
  })

  it.each(Object.entries(changes))("gives no bytes of a file that became %s while it was read", async (_, change) => {
    write("one")
    assert.isUndefined(await readWhile(path, place, change))
  })
})

describe("localFileSystem", () => {
  const ask = (isLocal: ReturnType<typeof LocalFileSystem.make>, path: string) =>
    new Promise((resolve) => isLocal(path, resolve))

  const types = { "ext4": 0xef53, "Btrfs": 0x9123_683e - 2 ** 32, "NFS": 0x6969, "FUSE": 0x6573_5546, "unknown": 1 }

  it.runIf(process.platform === "linux").each(Object.entries(types))("knows %s by its number", async (name, type) => {
    const isLocal = LocalFileSystem.make((_, done) => done(null, { type }))
    assert.strictEqual(await ask(isLocal, "/scans/a.tif"), name === "ext4" || name === "Btrfs")
  })

  it.runIf(process.platform === "linux")(
    "asks once for each folder, and takes what it cannot ask for another machine's",
    async () => {
      const asked = new Array<string>()
      const isLocal = LocalFileSystem.make((folder, done) => {
        asked.push(folder)
        done(folder === "/gone" ? new Error("ENOENT") : null, { type: 0xef53 })
      })
      const answers = []
      for (const path of ["/scans/a.tif", "/scans/b.tif", "/gone/a.tif", "/gone/b.tif"]) {
        answers.push(await ask(isLocal, path))
      }
      assert.deepStrictEqual(answers, [true, true, false, false])
      assert.deepStrictEqual(asked, ["/scans", "/gone"])
    }
  )

  it.runIf(process.platform === "linux")("remembers a bounded number of folders", async () => {
    let asked = 0
    const isLocal = LocalFileSystem.make((_, done) => {
      asked += 1
      done(null, { type: 0xef53 })
    })
    for (let n = 0; n < 1000; n++) await ask(isLocal, `/scans/${n}/a.tif`)
    await ask(isLocal, "/scans/0/a.tif")
    assert.strictEqual(asked, 1001)
  })
})

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
