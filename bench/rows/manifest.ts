/** Building, checking and encoding manifests of 10 to 100,000 canvases. Target: a tenth of the Python client's CPU. */
import { measure, median } from "../measure.ts"
import type { Section } from "../section.ts"
import type { Bench } from "../support/bench.ts"
import { onNode } from "../support/node.ts"

/** CPU seconds of the Python client for the same work, in process; not measured for 100,000 canvases. */
const pythonClient: { readonly [canvases: number]: number } = { 10: 0.002, 1000: 0.17, 10_000: 1.9 }

interface Run {
  readonly first: number
  readonly later: ReadonlyArray<number>
  readonly values: ReadonlyArray<number>
  readonly checks: ReadonlyArray<number>
  readonly peakMebibytes: number
}

const run = async (args: ReadonlyArray<string>): Promise<Run> => {
  const { peakMebibytes, stdout } = await measure(process.execPath, onNode("manifest", args))
  return { later: [], values: [], checks: [], ...JSON.parse(stdout), peakMebibytes }
}

const several = async (rounds: number, args: ReadonlyArray<string>): Promise<ReadonlyArray<Run>> => {
  const runs = []
  for (let round = 0; round < rounds; round++) runs.push(await run(args))
  return runs
}

const middle = (runs: ReadonlyArray<Run>, of: (run: Run) => number): string => {
  const value = median(runs.map(of))
  return value < 0.1 ? value.toFixed(4) : value < 10 ? value.toFixed(2) : value.toFixed(0)
}

const inMemory = async (rounds: number, canvases: number) => {
  const runs = await several(rounds, [String(canvases)])
  const python = pythonClient[canvases]
  return {
    name: `${canvases.toLocaleString("en")} canvases`,
    cells: [
      middle(runs, ({ first }) => first),
      middle(runs, ({ later }) => median(later)),
      middle(runs, ({ values }) => median(values)),
      middle(runs, ({ checks }) => median(checks)),
      python === undefined ? "" : String(python),
      middle(runs, ({ peakMebibytes }) => peakMebibytes)
    ]
  }
}

/** Builds the manifest only once, in one of the program's modes. */
const once = async (rounds: number, canvases: number, mode: string, name: string) => {
  const runs = await several(rounds, [String(canvases), mode])
  const peak = middle(runs, ({ peakMebibytes }) => peakMebibytes)
  return {
    name: `${canvases.toLocaleString("en")} canvases, ${name}`,
    cells: [middle(runs, ({ first }) => first), "", "", "", "", peak]
  }
}

export const manifest = async ({ rounds }: Bench): Promise<ReadonlyArray<Section>> => {
  const rows = []
  for (const canvases of [10, 1000, 10_000, 100_000]) rows.push(await inMemory(rounds, canvases))
  rows.push(await once(rounds, 100_000, "value", "as a value"), await once(rounds, 100_000, "file", "to a file"))
  return [{
    title: "Manifests",
    text:
      "CPU seconds, in process, to build a manifest with all its checks and encode it. Each page has an image and a " +
      "label, as most do. Measured as text in pieces (`Manifest.buildText`), the first time in a process, while its " +
      "code is still being compiled, and later; as a value that is then encoded (`Manifest.build`); and for checking " +
      "the manifest as read back (`Manifest.check`). The last two rows build the manifest once in a process: as a " +
      "value that is not encoded, and as text that is written to a file. Target: a tenth of the Python client's time " +
      "at 1,000 and 10,000 canvases; 100,000 as a value within 600 MiB, and to a file within 512 MiB.",
    columns: ["first", "text, later", "value, later", "`Manifest.check`, later", "Python client", "peak RSS MiB"],
    rows
  }]
}
