/** What `iiif-ingest upload` costs as a whole process, as a user runs it, beside other commands that send files to S3. */
import * as Path from "node:path"
import type { Section } from "../section.ts"
import type { Bench } from "../support/bench.ts"
import { folderOf, peersOf, versionOf } from "../support/cases.ts"
import type { Workload } from "../support/data.ts"
import { install } from "../support/install.ts"
import { measureAll, type Measured, sectionOf, settings } from "../support/whole.ts"

const upload = ({ folder }: Bench, url: string, paths: ReadonlyArray<string>, name: string): Measured => {
  const script = install(folder)
  return {
    name: "iiif-ingest upload",
    costs: [],
    of: (round) => ({
      command: process.execPath,
      args: [
        script,
        "upload",
        ...paths,
        "--key-prefix",
        `round${round}`,
        "--journal",
        Path.join(folder, `${name}${round}.sqlite`)
      ],
      env: { ...process.env, ...settings, LTS_IIIF_S3_ENDPOINT: url }
    })
  }
}

const uploads = async (bench: Bench, workload: Workload, title: string): Promise<Section> => {
  const { folder, rounds, sinks } = bench
  const started = [await sinks.start(), await sinks.start({ md5: true })] as const
  try {
    const [sink, md5] = started
    const peers = peersOf({ folder, workload, sink, md5, tls: undefined }).map(({ name, run }): Measured => ({
      name,
      costs: [],
      of: () => run
    }))
    const all = [upload(bench, sink.url, [folderOf(workload)], workload.name), ...peers]
    await measureAll(all, rounds)
    const text =
      `${workload.files.length} files, ${(workload.bytes / 2 ** 30).toFixed(2)} GiB, with the start-up of each ` +
      "command. Target: less CPU and less wall time than the others."
    return sectionOf(`The command, ${title}`, text, all)
  } finally {
    for (const { stop } of started) stop()
  }
}

/** What the command costs before it sends anything. */
const startUps = async (bench: Bench): Promise<Section> => {
  const { folder, rounds, sinks } = bench
  const sink = await sinks.start()
  try {
    const [file = ""] = bench.jpegs().files
    const simple = (name: string, command: string, args: ReadonlyArray<string>): Measured => ({
      name,
      costs: [],
      of: () => ({ command, args })
    })
    const all = [
      simple("iiif-ingest --version", process.execPath, [install(folder), "--version"]),
      { ...upload(bench, sink.url, [file], "one"), name: "iiif-ingest upload, one image" },
      simple("node, nothing", process.execPath, ["--eval", ""]),
      ...(versionOf("aws") === undefined ? [] : [simple("aws --version", "aws", ["--version"])]),
      ...(versionOf("rclone", "version") === undefined ? [] : [simple("rclone version", "rclone", ["version"])])
    ]
    await measureAll(all, rounds)
    return sectionOf("The command, start-up", "Whole processes.", all)
  } finally {
    sink.stop()
  }
}

export const command = async (bench: Bench): Promise<ReadonlyArray<Section>> => [
  await startUps(bench),
  await uploads(bench, bench.tiffs(), "300 TIFFs x 6 MB"),
  await uploads(bench, bench.jpegs(), "2,000 JPEGs x 200 KB")
]
