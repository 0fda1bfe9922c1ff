/** The cost of loading the packages. */
import { type Cost, measure, median } from "../measure.ts"
import type { Section } from "../section.ts"
import type { Bench } from "../support/bench.ts"
import { onNode } from "../support/node.ts"

const programs = [
  ["node, nothing", "nothing"],
  ["@aws-sdk/client-s3", "importsSdk"],
  ["iiif-ingest/Live", "importsModules"],
  ["iiif-ingest", "imports"],
  ["iiif-ingest/Live, bundled", "bundled/live"]
] as const

/** GNU time knows hundredths of a second, of which Node itself takes two. */
const runs = 10

/** One of several runs in a row. */
const measureOne = async (program: string): Promise<Cost> => {
  const script = `for run in $(seq ${runs}); do "$@" || exit; done`
  const all = await measure("sh", ["-c", script, "sh", process.execPath, ...onNode(program)])
  return { ...all, cpuSeconds: all.cpuSeconds / runs, wallSeconds: all.wallSeconds / runs }
}

const cpuSeconds = (costs: ReadonlyArray<Cost>): number => median(costs.map((cost) => cost.cpuSeconds))

export const startUp = async (bench: Bench): Promise<ReadonlyArray<Section>> => {
  const costs = new Map(programs.map(([name]) => [name, [] as Array<Cost>]))
  for (let round = 0; round < bench.rounds; round++) {
    for (const [name, program] of programs) {
      costs.get(name)?.push(await measureOne(program))
    }
  }
  const nothing = cpuSeconds(costs.get("node, nothing") ?? [])
  return [{
    title: "Start-up",
    text: "Loading the modules that an ingest program needs (`iiif-ingest/Live`), or all of them (`iiif-ingest`), " +
      "unbundled; and a whole ingest program bundled by esbuild, minified, in several files, so that what is loaded " +
      "later stays apart. Targets for `iiif-ingest/Live`, where it once took 0.73 and Node with nothing 0.03: 0.40 " +
      "unbundled (13 x nothing) and 0.20 bundled (7 x).",
    columns: ["CPU s", "÷ nothing", "wall s", "peak RSS MiB"],
    rows: [...costs].map(([name, seen]) => ({
      name,
      cells: [
        cpuSeconds(seen).toFixed(3),
        (cpuSeconds(seen) / nothing).toFixed(1),
        median(seen.map((cost) => cost.wallSeconds)).toFixed(2),
        median(seen.map((cost) => cost.peakMebibytes)).toFixed(0)
      ]
    }))
  }]
}
