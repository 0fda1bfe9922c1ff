/** `npm start` with everything installed: how long a new user waits. */
import { measure, median } from "../measure.ts"
import type { Section } from "../section.ts"
import type { Bench } from "../support/bench.ts"

export const quickstart = async ({ rounds }: Bench): Promise<ReadonlyArray<Section>> => {
  await measure("npm", ["start"])
  const costs = []
  for (let round = 0; round < rounds; round++) costs.push(await measure("npm", ["start"]))
  const walls = costs.map((cost) => cost.wallSeconds)
  return [{
    title: "Quick start",
    text: "`npm start` after installation: ingests five pictures with a sandbox in the same process. Target: 15 s.",
    columns: ["wall s", "min–max", "CPU s", "peak RSS MiB"],
    rows: [{
      name: "npm start",
      cells: [
        median(walls).toFixed(1),
        `${Math.min(...walls).toFixed(1)}–${Math.max(...walls).toFixed(1)}`,
        median(costs.map((cost) => cost.cpuSeconds)).toFixed(1),
        median(costs.map((cost) => cost.peakMebibytes)).toFixed(0)
      ]
    }]
  }]
}
