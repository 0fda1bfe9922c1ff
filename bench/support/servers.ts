/** Servers of images as processes of their own, and the load that is put on them. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import * as Fs from "node:fs"
import { createServer } from "node:net"
import * as Path from "node:path"
import { setTimeout } from "node:timers/promises"
import * as Client from "../../packages/sandbox/test/support/client.ts"
import { Printed } from "../../packages/sandbox/test/support/printed.ts"
import { measure } from "../measure.ts"
import { onNode } from "./node.ts"

const sandboxDist = Path.join(import.meta.dirname, "..", "..", "packages", "sandbox", "dist")
const onDist = Path.join(import.meta.dirname, "..", "dist", "support", "onDist.js")

/** The sandbox's module that makes pyramids, as published. */
export const deriveModule = Path.join(sandboxDist, "internal", "image", "derive.js")

export interface Server {
  readonly protocol: "http" | "fastcgi"
  readonly ports: ReadonlyArray<number>
  readonly pids: ReadonlyArray<number>
  readonly stop: () => Promise<void>
}

const stopAll = (children: ReadonlyArray<ChildProcess>) => async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill()
    await once(child, "exit")
  }
}

const serverOf = (
  protocol: Server["protocol"],
  ports: ReadonlyArray<number>,
  children: ReadonlyArray<ChildProcess>
): Server => ({ protocol, ports, pids: children.flatMap(({ pid }) => pid ?? []), stop: stopAll(children) })

/** The peak resident memory of all processes of a server, where the system tells. */
export const peakMebibytes = ({ pids }: Server): number => {
  const peaks = pids.map((pid) => {
    const file = `/proc/${pid}/status`
    return Fs.existsSync(file) ? Number(/VmHWM:\s*(\d+)/.exec(Fs.readFileSync(file, "utf8"))?.[1]) : Number.NaN
  })
  return peaks.reduce((sum, peak) => sum + peak, 0) / 1024
}

const firstLine = async (child: ChildProcess): Promise<string> => {
  let text = ""
  while (!text.includes("\n")) {
    const [chunk] = await Promise.race([
      once(child.stdout ?? child, "data"),
      once(child, "exit").then(() => Promise.reject(new Error("a server ended before it listened")))
    ])
    text += String(chunk)
  }
  return text.slice(0, text.indexOf("\n"))
}

/** Starts one of our programs, which prints its port. */
export const startProgram = async (program: string, args: ReadonlyArray<string>): Promise<Server> => {
  const child = spawn(process.execPath, onNode(program, args), { stdio: ["ignore", "pipe", "inherit"] })
  return serverOf("http", [Number(await firstLine(child))], [child])
}

/** A port that was free a moment ago. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  return typeof address === "object" && address !== null ? address.port : 0
}

const listens = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/_sandbox/health`).then((response) => response.ok, () => false)

/** Starts the sandbox as published, on a folder that it keeps, if one is given. */
const spawnSandbox = (port: number, data?: string): ChildProcess =>
  spawn(
    process.execPath,
    [
      "--import",
      onDist,
      Path.join(sandboxDist, "bin.js"),
      "start",
      "--json",
      "--port",
      String(port),
      ...(data === undefined ? [] : ["--data", data])
    ],
    { stdio: ["ignore", "pipe", "inherit"] }
  )

/** Seconds from starting the sandbox's process to its first reply. */
export const secondsUntilReady = async (): Promise<number> => {
  const port = await freePort()
  const begun = performance.now()
  const child = spawnSandbox(port)
  while (!await listens(port)) await setTimeout(2)
  const seconds = (performance.now() - begun) / 1000
  await stopAll([child])()
  return seconds
}

const decodeConnection = Schema.decodeUnknownSync(Printed)

export interface SandboxServer extends Server {
  /** Brings a TIFF file in as `SANDBOX:ID`. */
  readonly ingest: (id: string, file: string, width: number, height: number) => Promise<void>
}

export const startSandbox = async (data?: string): Promise<SandboxServer> => {
  const child = spawnSandbox(0, data)
  const { s3, ...rest } = decodeConnection(await firstLine(child))
  const sandbox = { ...rest, s3: { ...s3, secretAccessKey: Redacted.make(s3.secretAccessKey) } }
  const ingest: SandboxServer["ingest"] = async (id, file, width, height) => {
    const key = `${id}.tif`
    await Effect.runPromise(Client.put(sandbox, `images/${key}`, Fs.readFileSync(file)))
    const request = Client.ingestRequest([{ id, key, width, height }])
    const job = Client.jobId(await Effect.runPromise(Client.initialize(sandbox, request)))
    for (;;) {
      const status = await Effect.runPromise(Client.jobStatus(sandbox, job))
      if (status === "success") return
      if (status === "failed") throw new Error(`the sandbox failed to ingest ${id}`)
      await setTimeout(20)
    }
  }
  return { ...serverOf("http", [Number(new URL(sandbox.url).port)], [child]), ingest }
}

/** Where Debian has it. */
const iipsrvBinary = "/usr/lib/iipimage-server/iipsrv.fcgi"

export const hasIipsrv = (): boolean => Fs.existsSync(iipsrvBinary)

/** iipsrv has one thread, and so there is one for each of two cores. Quality as in the pyramids. */
export const startIipsrv = async (folder: string): Promise<Server> => {
  const ports = [await freePort(), await freePort()]
  const children = ports.map((port) =>
    spawn(iipsrvBinary, ["--bind", `127.0.0.1:${port}`], {
      stdio: "ignore",
      env: { FILESYSTEM_PREFIX: `${folder}/`, JPEG_QUALITY: "90", MAX_CVT: "20000", MAX_IMAGE_CACHE_SIZE: "10" }
    })
  )
  await setTimeout(500)
  return serverOf("fastcgi", ports, children)
}

const Load = Schema.Struct({
  perSecond: Schema.Finite,
  p50: Schema.Finite,
  p99: Schema.Finite,
  mebibytesPerSecond: Schema.Finite,
  failures: Schema.Record(Schema.String, Schema.Finite)
})
export type Load = typeof Load.Type

const decodeLoad = Schema.decodeUnknownSync(Schema.fromJsonString(Load))

/** Puts load on a server from a process of its own. */
export const load = async (
  { ports, protocol }: Server,
  targets: ReadonlyArray<string>,
  options: { readonly folder: string; readonly connections: number; readonly seconds: number }
): Promise<Load> => {
  const { connections, folder, seconds } = options
  const plan = Path.join(folder, "load.json")
  Fs.writeFileSync(plan, JSON.stringify({ protocol, ports, targets, connections, warmUpSeconds: 1, seconds }))
  const { stdout } = await measure(process.execPath, onNode("load", [plan]), { limitSeconds: seconds + 120 })
  return decodeLoad(stdout)
}
