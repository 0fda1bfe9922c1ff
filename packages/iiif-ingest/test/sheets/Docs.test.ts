import { assert, describe, it } from "@effect/vitest"
import * as Preflight from "@iiif-ingest/core/batch/Preflight"
import { readFileSync } from "node:fs"
import { codes } from "../../src/internal/sheets/codes.ts"
import { preferredGroups } from "../../src/internal/sheets/metsFiles.ts"
import { limits } from "../../src/internal/sheets/model.ts"

const page = readFileSync(new URL("../../../../docs/inputs.md", import.meta.url), "utf8")

describe("docs/inputs.md", () => {
  it("lists exactly the findings of the readers, with severity and remedy", () => {
    const lines = page.split("\n").filter((line) => /^\| `[a-z0-9-]+` \|/.test(line))
    const listed = lines.map((line) => line.split("|").map((part) => part.trim()))
    assert.deepStrictEqual(
      listed.map(([, code, severity, , remedy]) => [code, severity, remedy]),
      Object.entries(codes).toSorted(([a], [b]) => a < b ? -1 : 1).map((
        [code, [severity, remedy]]
      ) => [`\`${code}\``, severity, remedy])
    )
  })

  it("has the severity and the remedy of the pre-flight for a code that both have", () => {
    const shared = Object.entries(codes).flatMap(([code, [severity, remedy]]) => {
      const rule = Preflight.codes[code]
      return rule === undefined ? [] : [{ code, severity, remedy, inPreflight: [rule.severity, rule.remedy] }]
    })
    assert.sameMembers(shared.map(({ code }) => code), [
      "cell-control",
      "cell-space",
      "folder-empty",
      "folder-unreadable"
    ])
    for (const { code, inPreflight, remedy, severity } of shared) {
      assert.deepStrictEqual([severity, remedy], inPreflight, code)
    }
  })

  it("gives the bounds", () => {
    for (const [name, limit] of Object.entries(limits)) {
      const text = name.endsWith("Bytes") ? `${limit / 1024 / 1024} MiB` : limit.toLocaleString("en-US")
      assert.include(page, `| ${text} |`, name)
    }
  })

  it("gives the groups of METS files in their order", () => {
    assert.include(page, preferredGroups.map((group) => `\`${group}\``).join(", "))
  })
})
