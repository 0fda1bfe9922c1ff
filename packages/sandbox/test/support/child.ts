/** A sandbox in a process of its own, so that its memory can be measured. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { spawn } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

const BIN = fileURLToPath(new URL("../../src/bin.ts", import.meta.url))

const Printed = Schema.fromJsonString(Schema.Struct({
  url: Schema.String,
  issuer: Schema.String,
  kid: Schema.String,
  privateKeyPath: Schema.String,
  s3: Schema.Struct({
    endpoint: Schema.String,
    region: Schema.String,
    accessKeyId: Schema.String,
    secretAccessKey: Schema.String,
    bucket: Schema.String
  })
}))

/** Whether the system tells how much memory a process has. */
export const isMeasurable = existsSync("/proc/self/status")

const MEBIBYTE = 1024

/** Starts it on a free port, and kills it when the scope closes. */
export const start = Effect.gen(function*() {
  const { child, firstLine } = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const args = [BIN, "start", "--json", "--port", "0"]
      const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] })
      const firstLine = new Promise<string>((resolve) => createInterface(child.stdout).once("line", resolve))
      const ended = new Promise<void>((resolve) => child.once("close", () => resolve()))
      return { child, firstLine, ended }
    }),
    ({ child, ended }) => Effect.promise(() => (child.kill("SIGTERM"), ended))
  )
  const printed = yield* Schema.decodeEffect(Printed)(yield* Effect.promise(() => firstLine))
  const read = (field: string): number => {
    const status = readFileSync(`/proc/${child.pid}/status`, "utf8")
    return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / MEBIBYTE
  }
  return {
    ...printed,
    s3: { ...printed.s3, secretAccessKey: Redacted.make(printed.s3.secretAccessKey) },
    /** In MiB: all that the process has now, and the most that it had. */
    memory: () => ({ now: read("VmRSS"), peak: read("VmHWM") })
  }
})
