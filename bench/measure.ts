/** Measures a command: wall time, CPU time with its children, and the peak memory of the largest process. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"

export interface Cost {
  readonly wallSeconds: number
  readonly cpuSeconds: number
  readonly peakMebibytes: number
  readonly stdout: string
}

/** GNU time, since Node has no API for the resource usage of a child (`wait4`). */
const gnuTime = "/usr/bin/time"

/** User and system seconds, largest resident set in KiB. */
const format = "%U %S %M"

/** A command exceeded its time limit. */
export class StoodStill extends Error {}

/** Runs a command under GNU time. Fails if the command fails, or after `limitSeconds`. */
export const measure = async (
  command: string,
  args: ReadonlyArray<string>,
  { limitSeconds, ...options }: {
    readonly env?: NodeJS.ProcessEnv
    readonly cwd?: string
    readonly limitSeconds?: number
  } = {}
): Promise<Cost> => {
  if (!Fs.existsSync(gnuTime)) throw new Error(`the benchmark measures with ${gnuTime}: install the package "time"`)
  const report = Path.join(Fs.mkdtempSync(Path.join(Os.tmpdir(), "iiif-ingest-cost-")), "cost")
  const start = process.hrtime.bigint()
  const child = spawn(gnuTime, ["-o", report, "-f", format, command, ...args], {
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
    // a process group, so that its children can be killed too
    detached: true
  })
  let isLate = false
  const timer = limitSeconds === undefined ? undefined : setTimeout(() => {
    isLate = true
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL")
  }, limitSeconds * 1000)
  let stdout = ""
  let stderr = ""
  child.stdout.on("data", (chunk: Buffer) => stdout += chunk.toString())
  child.stderr.on("data", (chunk: Buffer) => stderr += chunk.toString())
  const [code] = await once(child, "close")
  const wallSeconds = Number(process.hrtime.bigint() - start) / 1e9
  clearTimeout(timer)
  if (isLate) throw new StoodStill(`${command} ${args.join(" ")} did not end within ${limitSeconds} s`)
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${String(code)}:\n${stdout}${stderr}`)
  const [user = NaN, system = NaN, kibibytes = NaN] = Fs.readFileSync(report, "utf8").trim().split(" ").map(Number)
  Fs.rmSync(Path.dirname(report), { recursive: true })
  return { wallSeconds, cpuSeconds: user + system, peakMebibytes: kibibytes / 1024, stdout }
}

/** The middle value; of an even number, the mean of the two. */
export const median = (values: ReadonlyArray<number>): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1
    ? sorted[Math.floor(middle)] ?? Number.NaN
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}
