import { assert, describe, it } from "@effect/vitest"
import * as LocalFolders from "../../src/internal/localFolders.ts"

const types = { "ext4": 0xef53, "Btrfs": 0x9123_683e - 2 ** 32, "NFS": 0x6969, "FUSE": 0x6573_5546, "unknown": 1 }

describe.runIf(process.platform === "linux")("localFolders", () => {
  it.each(Object.entries(types))("knows %s by its number", async (name, type) => {
    const isLocal = LocalFolders.make(() => Promise.resolve({ type }))
    assert.strictEqual(await isLocal("/scans/a.tif"), name === "ext4" || name === "Btrfs")
  })

  it("asks once for each folder, and takes what it cannot ask for another machine's", async () => {
    const asked = new Array<string>()
    const isLocal = LocalFolders.make((folder) => {
      asked.push(folder)
      return folder === "/gone" ? Promise.reject(new Error("ENOENT")) : Promise.resolve({ type: 0xef53 })
    })
    const answers = []
    for (const path of ["/scans/a.tif", "/scans/b.tif", "/gone/a.tif", "/gone/b.tif"]) answers.push(await isLocal(path))
    assert.deepStrictEqual(answers, [true, true, false, false])
    assert.deepStrictEqual(asked, ["/scans", "/gone"])
    assert.isTrue(isLocal("/scans/c.tif"))
  })

  it("remembers a bounded number of folders", async () => {
    let asked = 0
    const isLocal = LocalFolders.make(() => {
      asked += 1
      return Promise.resolve({ type: 0xef53 })
    })
    for (let n = 0; n < 1000; n++) await isLocal(`/scans/${n}/a.tif`)
    await isLocal("/scans/0/a.tif")
    assert.strictEqual(asked, 1001)
  })
})
