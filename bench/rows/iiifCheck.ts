/** Checking a folder of manifests from the command line. Target: 500 documents a second. */
import * as Fs from "node:fs"
import * as Path from "node:path"
import { type Cost, measure, median } from "../measure.ts"
import type { Section } from "../section.ts"
import type { Bench } from "../support/bench.ts"
import { onNode } from "../support/node.ts"

const documents = 10_000

const root = Path.join(import.meta.dirname, "..", "..")

/** The official schema, which is kept next to the project and never in it. */
const schema = Path.join(process.env["IIIF_OFFICIAL"] ?? Path.join(root, "..", "shared", "iiif"), "iiif_3_0.json")

const onDist = Path.join(import.meta.dirname, "..", "dist", "support", "onDist.js")

interface Case {
  readonly name: string
  readonly args: ReadonlyArray<string>
}

const casesOf = (folder: string): ReadonlyArray<Case> => [
  {
    name: "`iiif-check`",
    args: ["--import", onDist, Path.join(root, "packages", "iiif-check", "dist", "bin.js"), folder]
  },
  ...(Fs.existsSync(schema)
    ? [{ name: "official schema, ajv", args: onNode("officialSchema", [schema, folder]) }]
    : [])
]

const figure = (costs: ReadonlyArray<Cost>, of: (cost: Cost) => number): number => median(costs.map(of))

export const iiifCheck = async ({ folder: base, rounds }: Bench): Promise<ReadonlyArray<Section>> => {
  const folder = Path.join(base, "manifests")
  Fs.mkdirSync(folder)
  await measure(process.execPath, onNode("manifests", [folder, String(documents)]))
  const cases = casesOf(folder).map(({ args, name }) => ({ args, name, costs: [] as Array<Cost> }))
  for (let round = 0; round < rounds; round++) {
    for (const { args, costs } of cases) costs.push(await measure(process.execPath, args))
  }
  Fs.rmSync(folder, { recursive: true })
  const ours = figure(cases[0]?.costs ?? [], ({ wallSeconds }) => wallSeconds)
  const missing = Fs.existsSync(schema) ? "" : ` The official schema is missing here, so there is no row for it.`
  return [{
    title: "Checking a folder",
    text: `${documents.toLocaleString("en")} manifests of ten canvases, all valid, as files in one folder: the whole ` +
      "process from start to end, `iiif-check` with all its rules, and the official JSON Schema compiled once by ajv, " +
      `one process each. Target: 500 documents a second on two cores.${missing}`,
    columns: ["wall s", "documents/s", "÷ `iiif-check`", "CPU s", "peak RSS MiB"],
    rows: cases.map(({ costs, name }) => {
      const wall = figure(costs, ({ wallSeconds }) => wallSeconds)
      return {
        name,
        cells: [
          wall.toFixed(2),
          Math.round(documents / wall).toLocaleString("en"),
          (wall / ours).toFixed(1),
          figure(costs, ({ cpuSeconds }) => cpuSeconds).toFixed(2),
          figure(costs, ({ peakMebibytes }) => peakMebibytes).toFixed(0)
        ]
      }
    })
  }]
}
