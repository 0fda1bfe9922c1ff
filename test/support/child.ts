import { Effect, type Scope } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"

/** The root folder of the workspace. */
export const root = Path.resolve(import.meta.dirname, "../..")

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Child {
  readonly process: ChildProcess
  readonly firstLine: Promise<string>
  readonly ended: Promise<Ended>
}

/** This process's variables without the test runner's, with this Node first in PATH, and the given ones. */
const environment = (env: Readonly<Record<string, string>>) => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$|NODE_ENV|NODE_OPTIONS|npm_)/.test(name))
  ),
  PATH: [Path.dirname(process.execPath), process.env["PATH"] ?? ""].join(Path.delimiter),
  ...env
})

const begin = (
  command: string,
  args: ReadonlyArray<string>,
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> }
): Child => {
  // A state folder of its own: in the user's, two children at once would want the same bucket's journal.
  const state = Fs.mkdtempSync(Path.join(Os.tmpdir(), "iiif-ingest-state-"))
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: environment({ XDG_STATE_HOME: state, ...options.env }),
    stdio: ["ignore", "pipe", "pipe"]
  })
  const output = { stdout: "", stderr: "" }
  const firstLine = new Promise<string>((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      output.stdout += chunk
      const end = output.stdout.indexOf("\n")
      if (end >= 0) resolve(output.stdout.slice(0, end))
    })
    child.stdout.once("close", () => resolve(output.stdout))
  })
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => void (output.stderr += chunk))
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject)
    child.once("close", (code) => resolve({ code, ...output }))
  }).finally(() => Fs.rmSync(state, { recursive: true, force: true }))
  return { process: child, firstLine, ended }
}

/** Starts a child process that is killed when the scope closes. */
export const start = (
  command: string,
  args: ReadonlyArray<string>,
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {}
): Effect.Effect<Child, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => begin(command, args, options)),
    ({ ended, process }) => Effect.promise(() => (process.kill("SIGKILL"), ended))
  )

/** Runs a child process to its end. */
export const run = (
  command: string,
  args: ReadonlyArray<string>,
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {}
): Effect.Effect<Ended> =>
  Effect.scoped(Effect.flatMap(start(command, args, options), ({ ended }) => Effect.promise(() => ended)))
