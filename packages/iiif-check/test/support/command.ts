/** The command, as a child process or in this one, and documents for it. */
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import { ConfigProvider, Effect, Result, Schema } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { PassThrough } from "node:stream"
import { fileURLToPath } from "node:url"
import { main } from "../../src/internal/main.ts"

export const bin = fileURLToPath(new URL("../../src/bin.ts", import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Options {
  readonly stdin?: string | Uint8Array
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** What happens once the process runs. */
  readonly during?: (child: ChildProcess) => Effect.Effect<unknown>
}

const begin = (args: ReadonlyArray<string>, { cwd, env, stdin }: Options) => {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["pipe", "pipe", "pipe"]
  })
  const output = { stdout: "", stderr: "" }
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => void (output.stdout += chunk))
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => void (output.stderr += chunk))
  // a command that does not read its input may be gone before it is written
  child.stdin.on("error", () => {})
  child.stdin.end(stdin ?? "")
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject)
    child.once("close", (code) => resolve({ code, ...output }))
  })
  return { child, ended }
}

/** Runs the command in a process of its own, which takes half a second. */
export const check = (args: ReadonlyArray<string>, options: Options = {}): Effect.Effect<Ended> =>
  Effect.suspend(() => {
    const { child, ended } = begin(args, options)
    const during = options.during?.(child) ?? Effect.void
    return Effect.map(Effect.all([Effect.promise(() => ended), during], { concurrency: 2 }), ([ended]) => ended)
  })

const collected = (stream: PassThrough): () => string => {
  const chunks: Array<Buffer> = []
  stream.on("data", (chunk: Buffer) => void chunks.push(chunk))
  return () => Buffer.concat(chunks).toString()
}

/** Goes to a folder and comes back with the scope: tests of a file run one after the other, in a process of theirs. */
const inFolder = (cwd: string | undefined) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const before = process.cwd()
      if (cwd !== undefined) process.chdir(cwd)
      return before
    }),
    (before) => Effect.sync(() => process.chdir(before))
  )

/** Runs the command in this process: all but the standard streams and signals of a real one. */
export const checkHere = (
  args: ReadonlyArray<string>,
  { cwd, env = {}, isTerminal = false, stdin }: Omit<Options, "during"> & { readonly isTerminal?: boolean } = {}
): Effect.Effect<Ended> =>
  Effect.gen(function*() {
    yield* inFolder(cwd)
    const [input, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
    const output = { stdout: collected(stdout), stderr: collected(stderr) }
    input.end(stdin ?? "")
    const streams = { stdin: () => input, stdout, stderr, isInteractive: isTerminal, isTerminal }
    const code = yield* main(args, streams).pipe(
      Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env }))
    )
    return { code, stdout: output.stdout(), stderr: output.stderr() }
  }).pipe(Effect.scoped)

const Line = Schema.fromJsonString(Schema.Struct({
  name: Schema.String,
  status: Schema.Literals(["valid", "warnings", "errors", "unchecked"]),
  errors: Schema.optionalKey(Schema.Int),
  warnings: Schema.optionalKey(Schema.Int),
  notListed: Schema.optionalKey(Schema.Int),
  problem: Schema.optionalKey(Schema.Struct({ code: Schema.String, detail: Schema.String })),
  findings: Schema.Array(Schema.Struct({
    severity: Schema.Literals(["error", "warning"]),
    code: Schema.String,
    path: Schema.String,
    line: Schema.optionalKey(Schema.Int),
    column: Schema.optionalKey(Schema.Int),
    message: Schema.String,
    expected: Schema.String,
    remedy: Schema.String,
    clause: Schema.String,
    omitted: Schema.optionalKey(Schema.Int)
  }))
}))

export type Line = typeof Line.Type

/** The objects of an output of `--json`, which must be nothing else. */
export const linesOf = (stdout: string): ReadonlyArray<Line> =>
  stdout.trimEnd().split("\n").map((line) => Schema.decodeSync(Line)(line, { onExcessProperty: "error" }))

/** A manifest without findings, as a value that tests may change. */
export const validManifest = (): Record<string, unknown> => {
  const built = Manifest.build("https://example.org/manifest", { label: { en: ["Coffee"] } }, [
    { id: "a", imageService: "https://example.org/images/a", width: 640, height: 427, label: "Page 1" }
  ])
  return JSON.parse(JSON.stringify(Result.getOrThrow(built)))
}

/** A manifest whose id, in line 4, is no address. */
export const broken = `{
  "@context": "http://iiif.io/api/presentation/3/context.json",
  "type": "Manifest",
  "id": "manifest.json",
  "label": { "en": ["A"] },
  "items": []
}
`

export const validText = (): string => JSON.stringify(validManifest(), null, 2)

/** A folder with the given files, removed with the scope. */
export const folderOf = (files: Readonly<Record<string, string | Uint8Array>>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const folder = Fs.realpathSync(Fs.mkdtempSync(Path.join(Os.tmpdir(), "iiif-check-")))
      for (const [name, content] of Object.entries(files)) {
        const path = Path.join(folder, name)
        Fs.mkdirSync(Path.dirname(path), { recursive: true })
        Fs.writeFileSync(path, content)
      }
      return folder
    }),
    (folder) => Effect.sync(() => Fs.rmSync(folder, { recursive: true, force: true }))
  )
