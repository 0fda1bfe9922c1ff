/** What a command costs: wall time, CPU of it and its children, and the peak memory of the largest process. */
import { spawn } from "node:child_process"
import { once } from "node:events"

export interface Cost {
  readonly wallSeconds: number
  readonly cpuSeconds: number
  readonly peakMebibytes: number
  readonly stdout: string
}

/** GNU time's format: user and system seconds, largest resident set in KiB. */
const format = "%U %S %M"

/** Runs a command to its end under `/usr/bin/time`; fails where the command does. */
export const measure = async (
  command: string,
  args: ReadonlyArray<string>,
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {}
): Promise<Cost> => {
  const start = process.hrtime.bigint()
  const child = spawn("/usr/bin/time", ["-f", format, command, ...args], {
    ...options,
    stdio: ["ignore", "pipe", "pipe"]
  })
  let stdout = ""
  let stderr = ""
  child.stdout.on("data", (chunk: Buffer) => stdout += chunk.toString())
  child.stderr.on("data", (chunk: Buffer) => stderr += chunk.toString())
  const [code] = await once(child, "close")
  const wallSeconds = Number(process.hrtime.bigint() - start) / 1e9
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${String(code)}:\n${stderr}`)
  const [user = 0, system = 0, kibibytes = 0] = stderr.trim().split("\n").at(-1)?.split(" ").map(Number) ?? []
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
