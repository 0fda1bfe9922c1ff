/** What is won by sending several images at a time where each request takes its time. */
import * as Fs from "node:fs"
import * as Path from "node:path"
import { measure, median } from "../measure.ts"
import type { Section } from "../section.ts"
import type { Bench } from "../support/bench.ts"
import { onNode } from "../support/node.ts"

const delayMillis = 30

export const latency = async (bench: Bench): Promise<ReadonlyArray<Section>> => {
  const { files } = bench.tiffs()
  const list = Path.join(bench.folder, "tiffs.txt")
  Fs.writeFileSync(list, files.join("\n"))
  const sink = await bench.sinks.start({ delayMillis })
  const walls = new Map<string, Array<number>>([["one at a time", []], ["as shipped", []]])
  try {
    for (let round = 0; round < bench.rounds; round++) {
      for (const [name, seen] of walls) {
        const how = name === "one at a time" ? ["1"] : []
        seen.push((await measure(process.execPath, onNode("ours", [sink.url, list, ...how]))).wallSeconds)
      }
    }
  } finally {
    sink.stop()
  }
  const alone = median(walls.get("one at a time") ?? [])
  return [{
    title: `300 TIFFs x 6 MB, ${delayMillis} ms added to each request`,
    text: "HTTP, whole process. Reach: at most 1/6 of the wall time of one at a time.",
    columns: ["wall s", "of one at a time", "min–max"],
    rows: [...walls].map(([name, seen]) => ({
      name,
      cells: [
        median(seen).toFixed(1),
        `1/${(alone / median(seen)).toFixed(1)}`,
        `${Math.min(...seen).toFixed(1)}–${Math.max(...seen).toFixed(1)}`
      ]
    }))
  }]
}
