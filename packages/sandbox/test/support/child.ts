/** A sandbox in a process of its own, so that its memory can be measured, and that it can crash. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { spawn } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { dirname } from "node:path"
import { createInterface } from "node:readline"
import { Readable } from "node:stream"
import { fileURLToPath } from "node:url"
import { Printed } from "./printed.ts"

const BIN = fileURLToPath(new URL("../../src/bin.ts", import.meta.url))

const Used = Schema.Struct({ heapUsed: Schema.Finite, external: Schema.Finite })

/** Whether the system tells how much memory a process has. */
export const isMeasurable = existsSync("/proc/self/status")

const MEBIBYTE = 1024 * 1024

/**
 * Collects garbage when it is asked, then tells what JavaScript still holds. Twice, and later: buffers are freed on a
 * thread of their own, and what a request leaves behind only when its connection has taken note.
 */
const REPORTER = `data:text/javascript,${
  encodeURIComponent(`process.on("message", () => {
    globalThis.gc()
    setImmediate(() => {
      globalThis.gc()
      setImmediate(() => {
        globalThis.gc()
        const { heapUsed, external } = process.memoryUsage()
        process.send({ heapUsed, external })
      })
    })
  })`)
}`

/** Starts it on a free port, and stops it when the scope closes. */
export const start = Effect.gen(function*() {
  const { child, ended, firstLine, output } = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const args = ["--expose-gc", "--import", REPORTER, BIN, "start", "--json", "--port", "0"]
      const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe", "ipc"] })
      const output: Array<string> = []
      const lines = createInterface({ input: child.stdout ?? Readable.from([]) })
      const firstLine = new Promise<string>((resolve) => lines.once("line", resolve).once("close", () => resolve("")))
      lines.on("line", (line) => void output.push(line))
      child.stderr?.on("data", (chunk) => void output.push(String(chunk)))
      const ended = new Promise<void>((resolve) => child.once("close", () => resolve()))
      return { child, ended, firstLine, output }
    }),
    ({ child, ended }) => Effect.promise(() => (child.kill("SIGTERM"), ended))
  )
  const printed = yield* Schema.decodeEffect(Printed)(yield* Effect.promise(() => firstLine))
  const read = (field: string): number => {
    const status = readFileSync(`/proc/${child.pid}/status`, "utf8")
    return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024
  }
  return {
    ...printed,
    s3: { ...printed.s3, secretAccessKey: Redacted.make(printed.s3.secretAccessKey) },
    dataDirectory: dirname(dirname(printed.privateKeyPath)),
    /** In MiB: all that the process has now, and the most that it had. */
    memory: () => ({ now: read("VmRSS"), peak: read("VmHWM") }),
    /** In MiB, what JavaScript holds after a collection. */
    held: Effect.promise(() => {
      const reported = new Promise<unknown>((resolve) => child.once("message", resolve))
      child.send("report")
      return reported
    }).pipe(
      Effect.flatMap(Schema.decodeUnknownEffect(Used)),
      Effect.map(({ external, heapUsed }) => (external + heapUsed) / MEBIBYTE)
    ),
    /** What it has written, beside its first line. */
    output: () => output.slice(1),
    isRunning: () => child.exitCode === null && child.signalCode === null,
    ended
  }
})
