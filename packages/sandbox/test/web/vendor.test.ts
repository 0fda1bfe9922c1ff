/** The vendored viewers are what npm delivers, and the page beside them says so. */
import { assert, describe, it } from "@effect/vitest"
import { createHash } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"

const vendor = new URL("../../vendor/", import.meta.url)
const sha256 = (name: string) => createHash("sha256").update(readFileSync(new URL(name, vendor))).digest("hex")

const files = {
  "mirador/mirador.min.js": "86109137e947117095f44b800c69b27c0e0ac5ef41e0a354839f33e761cec0e3",
  "openseadragon/openseadragon.min.js": "14d587cd3ee7c4861f1a41077ce642029364a21029956ba635bd8fb1202cf9ad"
}

describe("vendored files", () => {
  for (const [name, checksum] of Object.entries(files)) {
    it(`${name} has its checksum, also in the README`, () => {
      assert.strictEqual(sha256(name), checksum)
      assert.include(readFileSync(new URL("README.md", vendor), "utf8"), checksum)
    })
  }

  it("licences are beside them", () => {
    for (const name of ["mirador/LICENSE", "mirador/THIRD-PARTY-LICENSES.txt", "openseadragon/LICENSE.txt"]) {
      assert.isTrue(existsSync(new URL(name, vendor)), name)
    }
  })
})
