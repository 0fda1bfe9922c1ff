/** How much uploading several images at a time helps when every request has latency. */
import * as Fs from "node:fs"
import * as Path from "node:path"
import { measure, median } from "../measure.ts"
import type { Section } from "../section.ts"
import type { Bench } from "../support/bench.ts"
import type { Workload } from "../support/data.ts"
import { onNode } from "../support/node.ts"

const delayMillis = 30

/** The program of a case, and its arguments besides the files. */
type Command = readonly [program: string, ...more: ReadonlyArray<string>]

interface Walls {
  readonly name: string
  readonly wall: number
  readonly startUp: number
  readonly all: ReadonlyArray<number>
}

/** The wall times of each case without start-up, in seconds: the medians, and those of all rounds. */
const wallsOf = async (
  bench: Bench,
  { files, name }: Workload,
  cases: Readonly<Record<string, Command>>,
  rounds: number
): Promise<ReadonlyArray<Walls>> => {
  const list = Path.join(bench.folder, `${name}.txt`)
  const none = Path.join(bench.folder, "none.txt")
  Fs.writeFileSync(list, files.join("\n"))
  Fs.writeFileSync(none, "")
  const sink = await bench.sinks.start({ delayMillis })
  const measured = Object.entries(cases).map(([name, command]) => ({
    name,
    command,
    runs: new Array<number>(),
    startUps: new Array<number>()
  }))
  try {
    for (let round = 0; round < rounds; round++) {
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
  return measured.map(({ name, runs, startUps }) => {
    const startUp = median(startUps)
    return { name, startUp, all: runs.map((run) => run - startUp), wall: median(runs) - startUp }
  })
}

const rangeOf = ({ all }: Walls): string => `${Math.min(...all).toFixed(1)}–${Math.max(...all).toFixed(1)}`

const tiffs = async (bench: Bench): Promise<Section> => {
  const walls = await wallsOf(bench, bench.tiffs(), {
    "one at a time": ["ours", "concurrency=1"],
    "as shipped": ["ours"],
    "node:http floor, 8 at a time": ["floor"]
  }, bench.rounds)
  const alone = walls[0]?.wall ?? Number.NaN
  return {
    title: `300 TIFFs x 6 MB, ${delayMillis} ms added to each request`,
    text: "HTTP. Target: at most 1/6 of the wall time of one at a time.",
    columns: ["wall s", "vs. one at a time", "start-up wall s", "min–max"],
    rows: walls.map((measured) => ({
      name: measured.name,
      cells: [
        measured.wall.toFixed(1),
        `1/${(alone / measured.wall).toFixed(1)}`,
        measured.startUp.toFixed(2),
        rangeOf(measured)
      ]
    }))
  }
}

const jpegs = async (bench: Bench): Promise<Section> => {
  const rounds = Math.max(5, bench.rounds)
  const walls = await wallsOf(bench, bench.jpegs(), {
    "node:http floor, 8 at a time": ["floor"],
    "as shipped": ["ours"],
    "as shipped, Upload.stream": ["ours", "stream"]
  }, rounds)
  const floor = walls[0]?.wall ?? Number.NaN
  return {
    title: `2,000 JPEGs x 200 KB, ${delayMillis} ms added to each request`,
    text: `HTTP, medians of ${rounds} rounds. Target: at most 1.15 x the wall time of the floor, which has as many ` +
      "connections.",
    columns: ["wall s", "÷ floor", "start-up wall s", "min–max"],
    rows: walls.map((measured) => ({
      name: measured.name,
      cells: [
        measured.wall.toFixed(2),
        (measured.wall / floor).toFixed(2),
        measured.startUp.toFixed(2),
        rangeOf(measured)
      ]
    }))
  }
}

export const latency = async (bench: Bench): Promise<ReadonlyArray<Section>> => [
  await tiffs(bench),
  await jpegs(bench)
]
