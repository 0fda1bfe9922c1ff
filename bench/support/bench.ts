/** What the benchmarks share: a temporary folder, the sinks, and the images, which are generated on first use. */
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { build } from "./build.ts"
import * as Data from "./data.ts"
import * as Sinks from "./sink.ts"

export interface Bench {
  readonly rounds: number
  /** In `BENCH_DIR` or the system's temporary folder; removed when the benchmark ends. */
  readonly folder: string
  readonly sinks: Sinks.Sinks
  readonly tls: Sinks.Certificate | undefined
  readonly tiffs: () => Data.Workload
  readonly jpegs: () => Data.Workload
  readonly large: () => Data.Workload
  readonly small: () => Data.Workload
}

const once = <A>(make: () => A): () => A => {
  let made: { readonly value: A } | undefined
  return () => (made ??= { value: make() }).value
}

/** Runs with a bench, and removes its files afterwards. */
export const withBench = async <A>(rounds: number, run: (bench: Bench) => Promise<A>): Promise<A> => {
  build()
  const folder = Fs.mkdtempSync(Path.join(process.env["BENCH_DIR"] ?? Os.tmpdir(), "iiif-ingest-bench-"))
  try {
    return await run({
      rounds,
      folder,
      sinks: Sinks.sinks(folder),
      tls: Sinks.certificate(folder),
      tiffs: once(() => Data.tiffs(folder)),
      jpegs: once(() => Data.jpegs(folder)),
      large: once(() => Data.large(folder)),
      small: once(() => Data.small(folder))
    })
  } finally {
    Fs.rmSync(folder, { recursive: true, force: true })
  }
}
