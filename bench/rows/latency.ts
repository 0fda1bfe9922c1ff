/** How much uploading several images at a time helps when every request has latency. */
import * as Fs from "node:fs"
import * as Path from "node:path"
import { measure, median } from "../measure.ts"
import type { Section } from "../section.ts"
import type { Bench } from "../support/bench.ts"
import { onNode } from "../support/node.ts"

const delayMillis = 30

/** The program of each case, and its arguments besides the files. */
const cases = {
  "one at a time": ["ours", "concurrency=1"],
  "as shipped": ["ours"],
  "node:http floor, 8 at a time": ["floor"]
} as const

interface Measured {
  readonly name: string
  readonly command: readonly [program: string, ...more: ReadonlyArray<string>]
  readonly runs: Array<number>
  readonly startUps: Array<number>
}

export const latency = async (bench: Bench): Promise<ReadonlyArray<Section>> => {
  const { files } = bench.tiffs()
  const list = Path.join(bench.folder, "tiffs.txt")
  const none = Path.join(bench.folder, "none.txt")
  Fs.writeFileSync(list, files.join("\n"))
  Fs.writeFileSync(none, "")
  const sink = await bench.sinks.start({ delayMillis })
  const measured = Object.entries(cases).map(([name, command]): Measured => ({ name, command, runs: [], startUps: [] }))
  try {
    for (let round = 0; round < bench.rounds; round++) {
      for (const { command: [program, ...more], runs, startUps } of measured) {
        const wall = async (files: string) =>
          (await measure(process.execPath, onNode(program, [sink.url, files, ...more]))).wallSeconds
        startUps.push(await wall(none))
        runs.push(await wall(list))
      }
    }
  } finally {
    sink.stop()
  }
  const walls = measured.map(({ name, runs, startUps }) => {
    const startUp = median(startUps)
    return { name, startUp, all: runs.map((run) => run - startUp), wall: median(runs) - startUp }
  })
  const alone = walls[0]?.wall ?? Number.NaN
  return [{
    title: `300 TIFFs x 6 MB, ${delayMillis} ms added to each request`,
    text: "HTTP. Target: at most 1/6 of the wall time of one at a time.",
    columns: ["wall s", "vs. one at a time", "start-up wall s", "min–max"],
    rows: walls.map(({ all, name, startUp, wall }) => ({
      name,
      cells: [
        wall.toFixed(1),
        `1/${(alone / wall).toFixed(1)}`,
        startUp.toFixed(2),
        `${Math.min(...all).toFixed(1)}–${Math.max(...all).toFixed(1)}`
      ]
    }))
  }]
}
