/** The command, as a child process or in this one, and a sandbox for it. */
import { Sandbox } from "@iiif-ingest/sandbox"
import { ConfigProvider, Effect, Layer, Redacted, Schema } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { PassThrough } from "node:stream"
import { fileURLToPath } from "node:url"
import * as Documents from "../../../src/internal/command/documents.ts"
import { Event } from "../../../src/internal/command/event.ts"
import { main } from "../../../src/internal/command/main.ts"

export const bin = fileURLToPath(new URL("../../../src/bin.ts", import.meta.url))

export const picturesFolder = fileURLToPath(new URL("../../../../../examples/images", import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

type Variables = Readonly<Record<string, string>>

/** A sandbox whose jobs end at once, and a folder for the state of its clients. */
export const sandboxed = Sandbox.Sandbox.layer({ pace: "instant", timeScale: 0.01 })

/** An empty folder, removed with the scope. */
export const folder = Effect.acquireRelease(
  Effect.sync(() => Fs.realpathSync(Fs.mkdtempSync(Path.join(Os.tmpdir(), "iiif-ingest-command-")))),
  (path) => Effect.sync(() => Fs.rmSync(path, { recursive: true, force: true }))
)

/** What a client of the sandbox has in its environment. */
export const variablesOf = (sandbox: Sandbox.Sandbox["Service"], state: string): Variables => ({
  LTS_IIIF_ENVIRONMENT: "sandbox",
  LTS_IIIF_INGEST_URL: `${sandbox.url}/admin/ingest`,
  LTS_IIIF_ASSET_URL: `${sandbox.url}/assets/images`,
  LTS_IIIF_MANIFEST_URL: sandbox.url,
  LTS_IIIF_BUCKET: sandbox.s3.bucket,
  LTS_IIIF_S3_ENDPOINT: sandbox.s3.endpoint,
  LTS_IIIF_ISSUER: sandbox.issuer,
  LTS_IIIF_KID: sandbox.kid,
  LTS_IIIF_PRIVATE_KEY_PATH: sandbox.privateKeyPath,
  LTS_IIIF_ACCOUNT: sandbox.account,
  LTS_IIIF_SPACE: sandbox.space,
  LTS_IIIF_NAMESPACE: sandbox.namespace,
  LTS_IIIF_AGENT: "tester",
  AWS_REGION: sandbox.s3.region,
  AWS_ACCESS_KEY_ID: sandbox.s3.accessKeyId,
  AWS_SECRET_ACCESS_KEY: Redacted.value(sandbox.s3.secretAccessKey),
  XDG_STATE_HOME: state,
  HOME: state
})

export interface Options {
  readonly env?: Variables
  readonly cwd?: string
  /** What happens once the process runs. */
  readonly during?: (child: ChildProcess) => Effect.Effect<unknown>
}

/** Runs the command in a process of its own. */
export const command = (args: ReadonlyArray<string>, { cwd, during, env }: Options = {}): Effect.Effect<Ended> =>
  Effect.suspend(() => {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd,
      env: { PATH: process.env["PATH"], ...env },
      stdio: ["ignore", "pipe", "pipe"]
    })
    const output = { stdout: "", stderr: "" }
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => void (output.stdout += chunk))
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => void (output.stderr += chunk))
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once("error", reject)
      child.once("close", (code) => resolve({ code, ...output }))
    })
    return Effect.map(
      Effect.all([Effect.promise(() => ended), during?.(child) ?? Effect.void], { concurrency: 2 }),
      ([ended]) => ended
    )
  })

const collected = (stream: PassThrough): () => string => {
  const chunks: Array<Buffer> = []
  stream.on("data", (chunk: Buffer) => void chunks.push(chunk))
  return () => Buffer.concat(chunks).toString()
}

/** Runs the command in this process: all but the standard streams and signals of a real one, and the keys for AWS. */
export const here = (
  args: ReadonlyArray<string>,
  { env = {}, isTerminal = false, typed }: {
    readonly env?: Variables
    readonly isTerminal?: boolean
    readonly typed?: string
  } = {}
): Effect.Effect<Ended> =>
  Effect.gen(function*() {
    const [input, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
    const output = { stdout: collected(stdout), stderr: collected(stderr) }
    if (typed !== undefined) input.write(typed)
    const streams = {
      stdin: () => input,
      stdout,
      stderr,
      canAsk: typed !== undefined,
      isTerminal,
      notesAreShown: isTerminal,
      columns: () => 80
    }
    const code = yield* main(args, streams, "1.2.3").pipe(
      Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env }))
    )
    return { code, stdout: output.stdout(), stderr: output.stderr() }
  })

const Line = Schema.fromJsonString(Schema.Union([Event, Documents.Document]))

export type Line = typeof Line.Type

/** The lines of an output of `--json`, which must be nothing else. */
export const linesOf = (stdout: string): ReadonlyArray<Line> =>
  stdout.trimEnd().split("\n").map((line) => Schema.decodeSync(Line)(line, { onExcessProperty: "error" }))

/** The only line of a format. */
export const only = <F extends Line["format"]>(lines: ReadonlyArray<Line>, format: F): Extract<Line, { format: F }> => {
  const found = lines.filter((line): line is Extract<Line, { format: F }> => line.format === format)
  const [first] = found
  if (first === undefined || found.length > 1) throw new Error(`${found.length} lines of format ${format}`)
  return first
}

/** A sandbox and the environment of one client. */
export const client = Effect.gen(function*() {
  const sandbox = yield* Sandbox.Sandbox
  const state = yield* folder
  return { sandbox, state, env: variablesOf(sandbox, state) }
})

export const layer = sandboxed.pipe(Layer.orDie)
