/** Whether memory grows with the number of images. */
import * as Fs from "node:fs"
import * as Path from "node:path"
import { type Cost, measure } from "../measure.ts"
import type { Section } from "../section.ts"
import type { Bench } from "../support/bench.ts"
import { onNode } from "../support/node.ts"

/** In MiB: what is in use after a forced collection, and the peak until then. */
interface Memory {
  readonly heap: number
  readonly peak: number
}

interface Report {
  readonly seen: number
  readonly first: Memory
  readonly last: Memory
}

/** V8 lets its young generation grow over time, up to 3 x 32 MiB, however few objects survive. */
const flags: ReadonlyArray<readonly [name: string, flags: ReadonlyArray<string>]> = [
  ["node", []],
  ["node --max-semi-space-size=16", ["--max-semi-space-size=16"]]
]

const rowOf = (name: string, { cpuSeconds, first, last, wallSeconds }: Cost & Report): Section["rows"][number] => ({
  name,
  cells: [
    first.heap.toFixed(1),
    last.heap.toFixed(1),
    (last.heap - first.heap).toFixed(1),
    first.peak.toFixed(0),
    last.peak.toFixed(0),
    wallSeconds.toFixed(0),
    cpuSeconds.toFixed(0)
  ]
})

export const stream = async (bench: Bench): Promise<ReadonlyArray<Section>> => {
  const { bytes, files } = bench.small()
  const none = Path.join(bench.folder, "none.txt")
  Fs.writeFileSync(none, "")
  const sink = await bench.sinks.start()
  const rows: Array<Section["rows"][number]> = []
  try {
    for (const [name, nodeFlags] of flags) {
      const programArgs = [sink.url, none, Path.dirname(files[0] ?? ""), String(files.length)]
      const cost = await measure(process.execPath, onNode("stream", programArgs, ["--expose-gc", ...nodeFlags]))
      const report: Report = JSON.parse(cost.stdout)
      if (report.seen !== files.length) throw new Error(`${report.seen} of ${files.length} files were uploaded`)
      rows.push(rowOf(name, { ...cost, ...report }))
    }
  } finally {
    sink.stop()
  }
  return [{
    title: "Upload.stream, 100,000 files x 1 KB",
    text:
      `${files.length} files, ${(bytes / 2 ** 20).toFixed(0)} MiB, HTTP, with the journal, one run each. The heap is ` +
      "what is in use after a forced collection, in MiB. Target: it grows by at most 2 MiB after the first 10,000.",
    columns: [
      "heap after 10,000",
      "at the end",
      "growth",
      "peak RSS MiB after 10,000",
      "at the end",
      "wall s",
      "CPU s"
    ],
    rows
  }]
}
