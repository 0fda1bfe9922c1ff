/** The pages on columns and codes have exactly those that there are. */
import { assert, describe, it } from "@effect/vitest"
import * as Columns from "@iiif-ingest/core/batch/Columns"
import * as Preflight from "@iiif-ingest/core/batch/Preflight"
import * as Fs from "node:fs"

const rowsOf = (page: string) =>
  Fs.readFileSync(new URL(`../../docs/${page}`, import.meta.url), "utf8").split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line.replaceAll("\\|", "\u0000").split("|").slice(1, -1).map((cell) => cell.trim().replaceAll("\u0000", "|"))
    )

describe("the page on the pre-flight", () => {
  it("has every code with its severity, cause and remedy", () => {
    const codes = Object.entries(Preflight.codes).map(([code, { cause, remedy, severity }]) => [
      `\`${code}\``,
      severity,
      cause,
      remedy
    ])
    assert.deepStrictEqual(rowsOf("preflight.md"), codes)
  })
})

describe("the page on columns", () => {
  it("has every column", () => {
    const named = rowsOf("columns.md").map(([name = ""]) => name.replaceAll("`", ""))
    assert.sameMembers(named, Columns.columns.map(({ name }) => name))
  })
})
