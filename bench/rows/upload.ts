/** The cost of uploading images, compared with other ways of sending files to S3. */
import type { Section } from "../section.ts"
import type { Bench } from "../support/bench.ts"
import { casesOf } from "../support/cases.ts"
import { compare } from "../support/compare.ts"
import type { Workload } from "../support/data.ts"

const section = async (
  bench: Bench,
  workload: Workload,
  title: string,
  transport: "HTTP" | "TLS",
  target: string
): Promise<ReadonlyArray<Section>> => {
  const { folder, rounds, sinks } = bench
  const tls = transport === "TLS" ? bench.tls : undefined
  if (transport === "TLS" && tls === undefined) return []
  const options = tls === undefined ? {} : { tls }
  const started = [await sinks.start(options), await sinks.start({ ...options, md5: true })] as const
  try {
    const [sink, md5] = started
    const text = `${workload.files.length} ${workload.files.length === 1 ? "file" : "files"}, ` +
      `${(workload.bytes / 2 ** 30).toFixed(2)} GiB. Target: ${target}.`
    const cases = casesOf({ folder, workload, sink, md5, tls })
    return [await compare(`${title}, ${transport}`, text, cases, workload.bytes, rounds)]
  } finally {
    for (const { stop } of started) stop()
  }
}

export const tiffs = async (bench: Bench): Promise<ReadonlyArray<Section>> => [
  ...await section(bench, bench.tiffs(), "300 TIFFs x 6 MB", "HTTP", "CPU at most 1.6 x the floor"),
  ...await section(bench, bench.tiffs(), "300 TIFFs x 6 MB", "TLS", "CPU at most 1.6 x the floor")
]

export const jpegs = (bench: Bench): Promise<ReadonlyArray<Section>> =>
  section(bench, bench.jpegs(), "2,000 JPEGs x 200 KB", "HTTP", "less CPU and less wall time than rclone")

const peak = "peak RSS at most 180 MiB"

export const large = async (bench: Bench): Promise<ReadonlyArray<Section>> => [
  ...await section(bench, bench.large(), "One TIFF of 2 GiB", "HTTP", `CPU at most 1.3 x the floor; ${peak}`),
  ...await section(bench, bench.large(), "One TIFF of 2 GiB", "TLS", `CPU at most 1.6 x the floor; ${peak}`)
]
