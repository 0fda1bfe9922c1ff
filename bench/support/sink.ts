/** Starts the store that keeps nothing: `sink.c`, or `programs/nodeSink.ts` if there is no C compiler. */
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import * as Path from "node:path"
import { onNode } from "./node.ts"

/** A certificate for loopback and its key, generated for each run. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

export interface Sink {
  readonly url: string
  readonly stop: () => void
}

export interface SinkOptions {
  readonly tls?: Certificate
  readonly delayMillis?: number
  /** Use MD5s as ETags, which only `sink.c` supports. */
  readonly md5?: boolean
}

/** Starts sinks of the kind that this machine supports. */
export interface Sinks {
  readonly kind: "C" | "Node"
  readonly start: (options?: SinkOptions) => Promise<Sink>
}

const source = Path.join(import.meta.dirname, "..", "sink.c")

const compile = (folder: string): string | undefined => {
  const binary = Path.join(folder, "sink")
  const done = spawnSync("gcc", ["-O2", "-o", binary, source, "-lssl", "-lcrypto", "-lpthread"], { encoding: "utf8" })
  return done.status === 0 ? binary : undefined
}

/** A certificate that only this run trusts; `undefined`, and thus no TLS row, if `openssl` is not installed. */
export const certificate = (folder: string): Certificate | undefined => {
  const made = { cert: Path.join(folder, "cert.pem"), key: Path.join(folder, "key.pem") }
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
  const files = ["-keyout", made.key, "-out", made.cert]
  const how = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
  return spawnSync("openssl", ["req", ...how, ...subject, ...files]).status === 0 ? made : undefined
}

const argsOf = (kind: Sinks["kind"], { delayMillis, md5, tls }: SinkOptions): ReadonlyArray<string> => [
  ...(tls === undefined ? [] : kind === "C" ? ["--tls", tls.cert, tls.key] : ["--cert", tls.cert, "--key", tls.key]),
  ...(delayMillis === undefined ? [] : ["--delay", String(delayMillis)]),
  ...(md5 === true && kind === "C" ? ["--md5"] : [])
]

const start = async (
  command: string,
  args: ReadonlyArray<string>,
  scheme: "http" | "https"
): Promise<Sink> => {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] })
  const [port] = await Promise.race([
    once(child.stdout, "data"),
    once(child, "exit").then(() => Promise.reject(new Error(`${command} did not start`)))
  ])
  return { url: `${scheme}://127.0.0.1:${String(port).trim()}`, stop: () => void child.kill() }
}

export const sinks = (folder: string): Sinks => {
  const binary = compile(folder)
  const kind = binary === undefined ? "Node" : "C"
  return {
    kind,
    start: (options = {}) => {
      const args = argsOf(kind, options)
      const scheme = options.tls === undefined ? "http" : "https"
      return binary === undefined
        ? start(process.execPath, onNode("nodeSink", args), scheme)
        : start(binary, args, scheme)
    }
  }
}
