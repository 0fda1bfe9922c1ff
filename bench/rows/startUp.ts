/** The cost of loading the packages. */
import { measure, median } from "../measure.ts"
import type { Section } from "../section.ts"
import type { Bench } from "../support/bench.ts"
import { onNode } from "../support/node.ts"

const programs = [
  ["node, nothing", "nothing"],
  ["@aws-sdk/client-s3", "importsSdk"],
  ["iiif-ingest/Live", "importsModules"],
  ["iiif-ingest", "imports"]
] as const

export const startUp = async (bench: Bench): Promise<ReadonlyArray<Section>> => {
  const costs = new Map(programs.map(([name]) => [name, [] as Array<Awaited<ReturnType<typeof measure>>>]))
  // short runs vary the most
  for (let round = 0; round < bench.rounds * 2 + 1; round++) {
    for (const [name, program] of programs) {
      costs.get(name)?.push(await measure(process.execPath, onNode(program)))
    }
  }
  return [{
    title: "Start-up",
    text:
      "Loading the modules that an ingest program needs (`iiif-ingest/Live`), or all of them (`iiif-ingest`), unbundled.",
    columns: ["CPU s", "wall s", "peak RSS MiB"],
    rows: [...costs].map(([name, seen]) => ({
      name,
      cells: [
        median(seen.map((cost) => cost.cpuSeconds)).toFixed(2),
        median(seen.map((cost) => cost.wallSeconds)).toFixed(2),
        median(seen.map((cost) => cost.peakMebibytes)).toFixed(0)
      ]
    }))
  }]
}
