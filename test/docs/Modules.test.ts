/** The README of core names every module, in its area. */
import { assert, describe, it } from "@effect/vitest"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { root } from "./support/workspace.ts"

const read = (path: string) => Fs.readFileSync(Path.join(root, "packages/core", path), "utf8")

const sorted = (entries: Iterable<readonly [area: string, module: string]>) =>
  Array.from(entries, ([area, module]) => `${area}: ${module}`).toSorted()

describe("packages/core/README.md", () => {
  it("names every module in the row of its area", () => {
    const exported = Array.from(
      read("src/index.ts").matchAll(/^export \* as (\w+) from "\.\/(?:(\w+)\/)?\w+\.ts"/gm),
      ([, name = "", area = "program"]) => [area, name] as const
    )
    const rows = Array.from(
      read("README.md").matchAll(/^\| `?(program|base|config|image|upload|mps|batch|testing)`? \| (.*) \|$/gm),
      ([, area = "", modules = ""]) =>
        Array.from(modules.matchAll(/`(\w+)`/g), ([, name = ""]) => [area, name] as const)
    )
    assert.isAbove(exported.length, 50)
    assert.deepStrictEqual(sorted(rows.flat()), sorted(exported))
  })
})
