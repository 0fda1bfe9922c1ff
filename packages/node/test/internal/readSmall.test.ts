import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Fs from "node:fs"
import * as Os from "node:os"
import { join } from "node:path"
import { type Place, type Read, readSmall } from "../../src/internal/readSmall.ts"

const acquired = new Set<Uint8Array>()

/** Reads a file and does something to it after it was inspected and before it is read. */
const readWhile = (path: string, place: Place, meanwhile: () => void): Promise<Read | undefined> =>
  new Promise((resolve) =>
    readSmall(path, {
      limit: 1000,
      place,
      followsLinks: true,
      acquire: (size) => {
        meanwhile()
        const bytes = new Uint8Array(size)
        acquired.add(bytes)
        return bytes
      },
      release: (bytes) => void acquired.delete(bytes)
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
    acquired.clear()
    assert.isUndefined(await readWhile(path, place, change))
    assert.strictEqual(acquired.size, 0)
  })
})

describe("readSmall", () => {
  /** Whether it calls back before it returns. */
  const isAtOnce = async (path: string, place: Place): Promise<boolean> => {
    let hasReturned = false
    const reading = new Promise<boolean>((resolve) => {
      const options = {
        limit: 1000,
        place,
        followsLinks: true,
        acquire: (size: number) => new Uint8Array(size),
        release: () => {}
      }
      readSmall(path, options, (read) => resolve(read !== undefined && !hasReturned))
    })
    hasReturned = true
    return reading
  }

  it("waits for nothing if a file is in memory, and else for the thread pool", async () => {
    write("one")
    const answers = []
    for (const place of ["memory", "local", "remote"] as const) answers.push(await isAtOnce(path, place))
    assert.deepStrictEqual(answers, [true, false, false])
  })

  it("does not follow a link before it is in the thread pool, as it may lead to another machine", async () => {
    write("one")
    assert.isFalse(await isAtOnce(link, "memory"))
  })
})
