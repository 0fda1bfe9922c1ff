/**
 * A load generator: sends requests over plain sockets, as many at a time as there are connections, and prints what came
 * of them. Its own cost is small: it reads of a reply its status and its length, or for FastCGI its records' headers.
 */
import * as Fs from "node:fs"
import { connect } from "node:net"

/** What the file that is named as the only argument has to say. */
interface Plan {
  readonly protocol: "http" | "fastcgi"
  /** Connections take turns. */
  readonly ports: ReadonlyArray<number>
  /** Targets of requests, or for FastCGI queries, sent in this order, again and again. */
  readonly targets: ReadonlyArray<string>
  readonly connections: number
  /** Not counted. */
  readonly warmUpSeconds: number
  readonly seconds: number
}

const plan: Plan = JSON.parse(Fs.readFileSync(process.argv[2] ?? "", "utf8"))

const started = performance.now()
const counted = started + plan.warmUpSeconds * 1000
const end = counted + plan.seconds * 1000
const latencies: Array<number> = []
const failures = new Map<string, number>()
let bytes = 0
let next = 0

/** What the next request asks for; undefined at the end. */
const take = (): string | undefined => performance.now() >= end ? undefined : plan.targets[next++ % plan.targets.length]

const note = (begun: number, status: string, length: number): void => {
  const now = performance.now()
  if (begun < counted || now > end) return
  if (status !== "200") failures.set(status, (failures.get(status) ?? 0) + 1)
  else latencies.push(now - begun)
  bytes += length
}

/** A connection that is kept alive. */
const http = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true })
    let head = ""
    let left = -1
    let length = 0
    let status = ""
    let begun = 0
    const ask = () => {
      const target = take()
      if (target === undefined) return socket.destroy()
      head = ""
      left = -1
      begun = performance.now()
      return socket.write(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)
    }
    socket.on("connect", ask).on("error", reject).on("close", () => resolve())
    socket.on("data", (chunk) => {
      if (left < 0) {
        head += chunk.toString("latin1")
        const at = head.indexOf("\r\n\r\n")
        if (at < 0) return
        status = head.slice(9, 12)
        length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
        left = length - (head.length - at - 4)
      } else {
        left -= chunk.length
      }
      if (left > 0) return
      note(begun, status, length)
      ask()
    })
  })

const pair = (name: string, value: string): Buffer => {
  const size = (text: string) =>
    text.length < 128 ? Buffer.of(text.length) : Buffer.of(0x80, 0, text.length >> 8, text.length & 0xff)
  return Buffer.concat([size(name), size(value), Buffer.from(name + value, "latin1")])
}

const record = (type: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.of(1, type, 0, 1, content.length >> 8, content.length & 0xff, 0, 0), content])

/** The records of a request: begin as a responder, parameters, and no input. */
const requestOf = (query: string): Buffer => {
  const parameters = Object.entries({
    REQUEST_METHOD: "GET",
    QUERY_STRING: query,
    SERVER_PROTOCOL: "HTTP/1.1",
    REQUEST_URI: `/iipsrv?${query}`,
    HTTP_HOST: "127.0.0.1"
  })
  const names = Buffer.concat(parameters.map(([name, value]) => pair(name, value)))
  return Buffer.concat([
    record(1, Buffer.of(0, 1, 0, 0, 0, 0, 0, 0)),
    record(4, names),
    record(4, Buffer.alloc(0)),
    record(5, Buffer.alloc(0))
  ])
}

const STDOUT = 6

/** One request on a connection of its own, as the application closes it. */
const fastCgiOnce = (port: number, query: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const begun = performance.now()
    const socket = connect({ port, host: "127.0.0.1", noDelay: true })
    const chunks: Array<Buffer> = []
    socket.on("connect", () => socket.write(requestOf(query)))
    socket.on("data", (chunk) => chunks.push(chunk)).on("error", reject).on("close", () => {
      const all = Buffer.concat(chunks)
      let head = ""
      let length = 0
      for (let at = 0; at + 8 <= all.length;) {
        const size = all.readUInt16BE(at + 4)
        if (all[at + 1] === STDOUT) {
          if (length === 0) head = all.subarray(at + 8, at + 8 + Math.min(size, 1024)).toString("latin1")
          length += size
        }
        at += 8 + size + (all[at + 6] ?? 0)
      }
      const status = /^Status: (\d+)/im.exec(head)?.[1] ?? (/^content-type:/im.test(head) ? "200" : "none")
      note(begun, status, length)
      resolve()
    })
  })

const fastCgi = async (port: number): Promise<void> => {
  for (let query = take(); query !== undefined; query = take()) await fastCgiOnce(port, query)
}

const run = plan.protocol === "http" ? http : fastCgi
await Promise.all(
  Array.from({ length: plan.connections }, (_, index) => run(plan.ports[index % plan.ports.length] ?? 0))
)

const sorted = latencies.toSorted((a, b) => a - b)
const percentile = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

console.log(JSON.stringify({
  perSecond: sorted.length / plan.seconds,
  p50: percentile(0.5),
  p99: percentile(0.99),
  mebibytesPerSecond: bytes / plan.seconds / 2 ** 20,
  failures: Object.fromEntries(failures)
}))
