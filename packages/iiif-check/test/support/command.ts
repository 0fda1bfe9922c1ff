/** The real command as a child process, and documents for it. */
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import { Effect, Result, Schema } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { fileURLToPath } from "node:url"

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

export const check = (args: ReadonlyArray<string>, options: Options = {}): Effect.Effect<Ended> =>
  Effect.suspend(() => {
    const { child, ended } = begin(args, options)
    const during = options.during?.(child) ?? Effect.void
    return Effect.map(Effect.all([Effect.promise(() => ended), during], { concurrency: 2 }), ([ended]) => ended)
  })

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
