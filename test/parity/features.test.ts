/** One test per feature of the Python client, and a check that none is missing. */
import { assert, describe, it } from "@effect/vitest"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { features } from "./features.ts"

const page = Fs.readFileSync(Path.resolve(import.meta.dirname, "../../docs/mps.md"), "utf8")

const unmarked = (text: string): string => text.replace(/[`*]/g, "").trim()

/** The start of each table row, list item and paragraph that names a feature in a section. */
const documented = (section: string): ReadonlyArray<string> => {
  const [, text = ""] = page.split(new RegExp(`^### ${section.replace(".", "\\.")} .*$`, "m"))
  const own = text.split(/^##/m)[0] ?? ""
  const rows = [...own.matchAll(/^\| (?!---)([^|]+) \|/gm)].map(([, cell = ""]) => unmarked(cell))
  const points = [...own.matchAll(/^- (.+)$/gm)].map(([, point = ""]) => unmarked(point))
  const paragraphs = [...own.matchAll(/^(?:`Client\(|The bucket|Its own traps).*$/gm)].map(([line]) => unmarked(line))
  return [...rows.filter((cell) => cell !== "what" && cell !== ""), ...points, ...paragraphs]
}

const sections = ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7"] as const

describe("features of the Python client", () => {
  for (const section of sections) {
    const rows = features.filter((feature) => feature.section === section)

    it(`${section} covers exactly what docs/mps.md lists`, () => {
      const items = documented(section)
      assert.isNotEmpty(items)
      for (const item of items) {
        assert.isTrue(rows.some((row) => item.startsWith(row.item)), `no test for ${section}, "${item}"`)
      }
      for (const row of rows) {
        assert.isTrue(items.some((item) => item.startsWith(row.item)), `docs/mps.md, ${section}, has no "${row.item}"`)
      }
    })

    describe(section, () => {
      for (const { item, ours, test } of rows) it.live(`${item}: ${ours}`, () => test)
    })
  }
})
