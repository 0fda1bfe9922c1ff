/** The commands that are compared. Each sends the same files to the same sink. */
import { spawnSync } from "node:child_process"
import * as Fs from "node:fs"
import * as Path from "node:path"
import type { Workload } from "./data.ts"
import { onNode } from "./node.ts"
import type { Certificate, Sink } from "./sink.ts"

export interface Command {
  readonly command: string
  readonly args: ReadonlyArray<string>
  readonly env?: NodeJS.ProcessEnv
}

/** `startUp` does everything that `run` does, except sending files. */
export interface Case {
  readonly name: string
  readonly run: Command
  readonly startUp: Command
}

/** The input of a case; `md5` is a sink for clients that check ETags. */
export interface Setting {
  readonly folder: string
  readonly workload: Workload
  readonly sink: Sink
  readonly md5: Sink
  readonly tls: Certificate | undefined
}

const bucket = "edu.harvard.huit.lts.mps.at-bench-sandbox"

const listOf = (folder: string, name: string, lines: ReadonlyArray<string>): string => {
  const path = Path.join(folder, name)
  Fs.writeFileSync(path, lines.join("\n"))
  return path
}

const keys = { AWS_ACCESS_KEY_ID: "SANDBOXBENCH", AWS_SECRET_ACCESS_KEY: "bench", AWS_REGION: "us-east-1" }

const nodeCase = (
  name: string,
  program: string,
  { folder, sink, tls, workload }: Setting,
  options: ReadonlyArray<string> = []
): Case => {
  const env = { ...process.env, ...keys, ...(tls === undefined ? {} : { NODE_EXTRA_CA_CERTS: tls.cert }) }
  const files = listOf(folder, `${workload.name}.txt`, workload.files)
  const none = listOf(folder, "none.txt", [])
  const command = (list: string): Command => ({
    command: process.execPath,
    args: onNode(program, [sink.url, list, ...options]),
    env
  })
  return { name, run: command(files), startUp: command(none) }
}

const isInstalled = (command: string, versionFlag = "--version"): boolean =>
  spawnSync(command, [versionFlag], { stdio: "ignore" }).status === 0

/** The version that a command reports, on one line. */
export const versionOf = (command: string, versionFlag = "--version"): string | undefined => {
  const result = spawnSync(command, [versionFlag], { encoding: "utf8" })
  return result.status === 0 ? result.stdout.split("\n")[0]?.split(/ (?=Python|\()/)[0] : undefined
}

export const folderOf = ({ files }: Workload): string => Path.dirname(files[0] ?? "")

const aws = ({ sink, tls, workload }: Setting): ReadonlyArray<Case> => {
  if (!isInstalled("aws")) return []
  const env = { ...process.env, ...keys, ...(tls === undefined ? {} : { AWS_CA_BUNDLE: tls.cert }) }
  const args = ["s3", "cp", "--quiet", "--recursive", folderOf(workload), `s3://${bucket}/images/`]
  return [{
    name: "aws s3 cp --recursive",
    run: { command: "aws", args: [...args, "--endpoint-url", sink.url], env },
    startUp: { command: "aws", args: ["--version"] }
  }]
}

const rclone = ({ md5, workload }: Setting): ReadonlyArray<Case> => {
  if (!isInstalled("rclone", "version")) return []
  // rclone fails if AWS_CA_BUNDLE is set, and does not need it with --no-check-certificate
  const { AWS_CA_BUNDLE: _, ...inherited } = process.env
  const env = {
    ...inherited,
    RCLONE_CONFIG_SINK_TYPE: "s3",
    RCLONE_CONFIG_SINK_PROVIDER: "Other",
    RCLONE_CONFIG_SINK_ENDPOINT: md5.url,
    RCLONE_CONFIG_SINK_ACCESS_KEY_ID: keys.AWS_ACCESS_KEY_ID,
    RCLONE_CONFIG_SINK_SECRET_ACCESS_KEY: keys.AWS_SECRET_ACCESS_KEY
  }
  const to = `sink:${bucket}/images`
  const args = [
    "copy",
    "--transfers",
    "8",
    "--s3-no-check-bucket",
    "--s3-no-head",
    "--no-check-certificate",
    folderOf(workload),
    to
  ]
  return [{
    name: "rclone copy --transfers 8",
    run: { command: "rclone", args, env },
    startUp: { command: "rclone", args: ["version"] }
  }]
}

const curl = ({ folder, sink, tls, workload }: Setting): ReadonlyArray<Case> => {
  if (!isInstalled("curl")) return []
  const lines = workload.files.map((path) =>
    `upload-file = "${path}"\nurl = "${sink.url}/${bucket}/images/${Path.basename(path)}"`
  )
  const config = listOf(folder, `${workload.name}.curl`, lines)
  const trust = tls === undefined ? [] : ["--cacert", tls.cert]
  return [{
    name: "curl --parallel-max 8 (no signatures or checksums)",
    run: { command: "curl", args: ["-sSf", "--parallel", "--parallel-max", "8", ...trust, "-K", config] },
    startUp: { command: "curl", args: ["--version"] }
  }]
}

/** Other people's commands that send whole folders. */
export const peersOf = (setting: Setting): ReadonlyArray<Case> => [...aws(setting), ...rclone(setting)]

/** The floor comes first, since the others are compared with it. */
export const casesOf = (setting: Setting): ReadonlyArray<Case> => [
  nodeCase("node:http floor", "floor", setting),
  nodeCase("iiif-ingest", "ours", setting),
  nodeCase("iiif-ingest, Upload.stream", "ours", setting, ["stream"]),
  nodeCase("iiif-ingest, by the SDK's commands", "ours", setting, ["bodies=commands"]),
  nodeCase("@aws-sdk/client-s3, streams", "sdk", setting),
  nodeCase("@aws-sdk/lib-storage", "libStorage", setting),
  ...peersOf(setting),
  ...curl(setting)
]
