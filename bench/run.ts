/**
 * `npm run bench` runs all benchmarks and writes `bench/RESULTS.md`. `npm run bench -- tiffs jpegs` runs only the named
 * ones and prints their results. `ROUNDS` sets how often each case runs (3 by default), `BENCH_DIR` the folder for the
 * generated images (5 GiB).
 */
import * as Fs from "node:fs"
import { createRequire } from "node:module"
import * as Os from "node:os"
import * as Path from "node:path"
import { command } from "./rows/command.ts"
import { iiifCheck } from "./rows/iiifCheck.ts"
import { latency } from "./rows/latency.ts"
import { manifest } from "./rows/manifest.ts"
import { preflight } from "./rows/preflight.ts"
import { quickstart } from "./rows/quickstart.ts"
import { sandboxState } from "./rows/sandboxState.ts"
import { startUp } from "./rows/startUp.ts"
import { stream } from "./rows/stream.ts"
import { tiles } from "./rows/tiles.ts"
import { jpegs, large, tiffs } from "./rows/upload.ts"
import { type Section, toMarkdown } from "./section.ts"
import { type Bench, withBench } from "./support/bench.ts"
import { versionOf } from "./support/cases.ts"

const benchmarks: Readonly<Record<string, (bench: Bench) => Promise<ReadonlyArray<Section>>>> = {
  tiffs,
  jpegs,
  large,
  stream,
  latency,
  startUp,
  command,
  preflight,
  manifest,
  iiifCheck,
  tiles,
  sandboxState,
  quickstart
}

const rounds = Number(process.env["ROUNDS"] ?? 3)
const named = process.argv.slice(2)
const method = Fs.readFileSync(Path.join(import.meta.dirname, "METHOD.md"), "utf8")

const require = createRequire(import.meta.url)
const packageVersion = (name: string): string =>
  `${name} ${String(JSON.parse(Fs.readFileSync(require.resolve(`${name}/package.json`), "utf8")).version)}`

const versions = (): string =>
  [
    `Node ${process.versions.node}`,
    ...["effect", "@aws-sdk/client-s3", "@aws-sdk/lib-storage"].map(packageVersion),
    versionOf("aws"),
    versionOf("rclone", "version"),
    versionOf("curl"),
    versionOf("gcc")
  ].filter((version) => version !== undefined).join(", ")

const head = ({ sinks }: Bench): string =>
  [
    "# Results",
    "",
    `Written by \`npm run bench\`: medians of ${rounds} rounds, on ${Os.cpus().length} cores ` +
    `(${Os.cpus()[0]?.model.trim() ?? "unknown"}), ${Math.round(Os.totalmem() / 2 ** 30)} GiB, ` +
    `${Os.type()} ${Os.release()}. ${versions()}. Sink: ${
      sinks.kind === "C" ? "`sink.c`" : "**in Node, which uses CPU time itself: do not compare these figures**"
    }.`,
    "",
    method
  ].join("\n")

const unknown = named.filter((name) => !(name in benchmarks))
if (unknown.length > 0) {
  console.error(`unknown benchmark ${unknown.join(", ")}: choose from ${Object.keys(benchmarks).join(", ")}`)
  process.exit(2)
}

await withBench(rounds, async (bench) => {
  const page = [head(bench)]
  for (const [name, benchmark] of Object.entries(benchmarks)) {
    if (named.length > 0 && !named.includes(name)) continue
    for (const section of await benchmark(bench)) {
      console.log(toMarkdown(section))
      page.push(toMarkdown(section))
    }
  }
  if (named.length === 0) Fs.writeFileSync(Path.join(import.meta.dirname, "RESULTS.md"), page.join("\n"))
})
