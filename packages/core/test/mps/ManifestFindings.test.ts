import { assert, describe, it } from "@effect/vitest"
import * as ManifestRules from "@iiif-ingest/core/mps/ManifestRules"
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import * as Fs from "node:fs"
import * as Path from "node:path"

const codes = { ...Manifest.codes, ...ManifestRules.codes }

const page = Fs.readFileSync(Path.join(import.meta.dirname, "../../../../docs/findings.md"), "utf8")

const cell = (text: string): string => text.replaceAll("|", "\\|")

describe("docs/findings.md", () => {
  it("lists every code with its meaning, in alphabetical order", () => {
    const rows = Object.entries(codes)
      .toSorted(([a], [b]) => a < b ? -1 : 1)
      .map(([code, { clause, expected, remedy, severity }]) =>
        `| \`${code}\` | ${severity} | ${cell(expected)} | ${cell(clause)} | ${cell(remedy)} |`
      )
    assert.deepStrictEqual(page.split("\n").filter((line) => line.startsWith("| `")), rows)
  })

  it("has no code that is never reported", () => {
    const sources = Fs.globSync("../../../{core,iiif}/src/**/*.ts", { cwd: import.meta.dirname })
      .filter((path) => !/\/(?:rules|codes)\.ts$/.test(path))
      .map((path) => Fs.readFileSync(Path.join(import.meta.dirname, path), "utf8")).join("\n")
    assert.deepStrictEqual(Object.keys(codes).filter((code) => !sources.includes(`"${code}"`)), [])
  })
})
