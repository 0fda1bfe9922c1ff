/**
 * `npm run bench`: runs the benchmarks and writes `bench/RESULTS.md`. `npm run bench -- quickstart` runs the named ones
 * only and prints them. `ROUNDS` sets how often each case is run (3).
 */
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { quickstart } from "./rows/quickstart.ts"
import { type Section, toMarkdown } from "./section.ts"

const benchmarks: Readonly<Record<string, (rounds: number) => Promise<Section>>> = { quickstart }

const rounds = Number(process.env["ROUNDS"] ?? 3)
const named = process.argv.slice(2)

const head = (): string =>
  [
    "# Results",
    "",
    `Medians of ${rounds} rounds, on ${Os.cpus().length} cores (${Os.cpus()[0]?.model ?? "unknown"}), ` +
    `${Math.round(Os.totalmem() / 2 ** 30)} GiB, ${Os.type()} ${Os.release()}, Node ${process.versions.node}. ` +
    "Costs are those of the whole process, start-up included, as the system counts them (`wait4`). Loopback only.",
    "",
    "Written by `npm run bench`.",
    ""
  ].join("\n")

const unknown = named.filter((name) => !(name in benchmarks))
if (unknown.length > 0) {
  console.error(`there is no benchmark ${unknown.join(", ")}; there are ${Object.keys(benchmarks).join(", ")}`)
  process.exit(2)
}

const sections: Array<string> = []
for (const [name, benchmark] of Object.entries(benchmarks)) {
  if (named.length > 0 && !named.includes(name)) continue
  const section = toMarkdown(await benchmark(rounds))
  console.log(section)
  sections.push(section)
}
if (named.length === 0) {
  Fs.writeFileSync(Path.join(import.meta.dirname, "RESULTS.md"), [head(), ...sections].join("\n"))
}
