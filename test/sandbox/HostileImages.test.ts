/**
 * Hostile requests to the image routes end in no 500, no crash and no growth. `HOSTILE` is their number, 2,000 unless
 * set; `HOSTILE_SEED` replays others.
 */
import { assert, describe, it } from "@effect/vitest"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect } from "effect"
import * as Fs from "node:fs"
import { Agent, request } from "node:http"
import { connect } from "node:net"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import sharp from "sharp"
import { Random } from "../../packages/iiif/test/support/random.ts"
import type * as Client from "../../packages/sandbox/test/support/client.ts"
import { ingest } from "../conformance/support/ingest.ts"
import { hostile, type HostileRequest } from "./support/hostile.ts"

const count = Number(process.env["HOSTILE"] ?? 2000)
const seed = Number(process.env["HOSTILE_SEED"] ?? 20_261)

const CONNECTIONS = 8
const MEBIBYTE = 1024 * 1024

interface Answer {
  readonly status: number
  readonly head: string
  readonly body: string
}

/** Node reads no heads over 16 KiB. */
const HEAD_LIMIT = 16_000

const headOf = (port: number, { headers, method, path }: HostileRequest): Buffer => {
  const fields = headers.map(([name, value]) => `${name}: ${value}`)
  const lines = [`${method} ${path} HTTP/1.1`, `host: 127.0.0.1:${port}`, "connection: close", ...fields]
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "utf8")
}

/** What Node's client refuses to send, and Node's server may refuse to read. */
const isOdd = (sent: HostileRequest): boolean => headOf(0, sent).length > HEAD_LIMIT || isOddText(sent)

const isOddText = ({ headers, method, path }: HostileRequest): boolean =>
  /[^\u0021-\u007e]/.test(path) || headers.some(([, value]) => /[^\t\u0020-\u007e]/.test(value)) ||
  !/^(?:GET|HEAD|OPTIONS|POST|PUT|DELETE|PATCH|TRACE|PROPFIND|LINK)$/.test(method)

const sendRaw = (port: number, sent: HostileRequest): Promise<Answer> =>
  new Promise((resolve) => {
    const chunks: Array<Buffer> = []
    const socket = connect(port, "127.0.0.1")
    // Node's server does not wait for the rest of what it will not read: the connection may be reset.
    socket.on("data", (chunk) => chunks.push(chunk)).on("error", () => {})
    socket.on("close", () => {
      const [head = "", ...rest] = Buffer.concat(chunks).toString("latin1").split("\r\n\r\n")
      resolve({ status: Number(head.split(" ")[1] ?? 400), head, body: rest.join("\r\n\r\n") })
    })
    socket.write(headOf(port, sent))
  })

const send = (port: number, agent: Agent, { headers, method, path }: HostileRequest): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const client = request({ port, host: "127.0.0.1", agent, method, path, headers: Object.fromEntries(headers) })
    client.on("error", reject).on("response", (response) => {
      const chunks: Array<Buffer> = []
      response.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", reject)
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          head: response.rawHeaders.join("\n"),
          body: Buffer.concat(chunks).toString("latin1")
        }))
    })
    client.end()
  })

const errorOf = (body: string): string => {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === "object" && value !== null && "error" in value ? String(value.error) : ""
  } catch {
    return ""
  }
}

/** What is wrong with an answer. */
const problemsOf = (sent: HostileRequest, answer: Answer): ReadonlyArray<string> => {
  const { body, head, status } = answer
  const isRefusal = status >= 400
  // The parser of Node has no words.
  const isWordless = isOdd(sent) || status === 431 || sent.method === "HEAD"
  return [
    ...(status >= 200 && status <= 501 && (status < 500 || status === 501) ? [] : [`status ${status}`]),
    ...(isRefusal && !isWordless && errorOf(body).length < 8 ? [`an error without a text: ${body.slice(0, 80)}`] : []),
    ...(isRefusal && body.length > 4096 ? [`an error of ${body.length} bytes`] : []),
    ...(/^x-evil/im.test(head) ? ["a header of the client's"] : []),
    ...(/\/(?:tmp|derivatives|node_modules)\/|\n +at /.test(isRefusal ? body : "")
      ? [`an inside view: ${body}`]
      : [])
  ]
}

/** Memory in MiB after a collection: what JavaScript holds, and all that the process has. */
const memory = () => {
  setFlagsFromString("--expose-gc")
  runInNewContext("gc()")
  return { heap: process.memoryUsage().heapUsed / MEBIBYTE, resident: process.memoryUsage.rss() / MEBIBYTE }
}

const filesIn = (folder: string): number => Fs.readdirSync(folder, { recursive: true }).length

/** The open files of this process, where the system tells. */
const openFiles = (): number => Fs.existsSync("/proc/self/fd") ? Fs.readdirSync("/proc/self/fd").length : 0

const valid: HostileRequest = {
  method: "GET",
  path: "/assets/images/SANDBOX:hostile/0,0,512,512/512,/0/default.jpg",
  headers: []
}

const attack = Effect.fnUntraced(function*(sandbox: Client.Running) {
  const port = Number(new URL(sandbox.url).port)
  const bytes = yield* Effect.promise(() =>
    sharp({ create: { width: 1100, height: 700, channels: 3, background: "#5a2" } }).jpeg().toBuffer()
  )
  yield* ingest(sandbox, { id: "hostile", bytes })
  const agent = yield* Effect.acquireRelease(
    Effect.sync(() => new Agent({ keepAlive: true, maxSockets: CONNECTIONS })),
    (agent) => Effect.sync(() => agent.destroy())
  )
  const ask = (sent: HostileRequest) =>
    Effect.promise(() => isOdd(sent) ? sendRaw(port, sent) : send(port, agent, sent))
  const before = { files: filesIn(sandbox.dataDirectory), valid: yield* ask(valid) }
  assert.strictEqual(before.valid.status, 200)
  let warm = memory()
  const problems: Array<string> = []
  const seen = new Map<number, number>()
  const random = new Random(seed)
  const requests = Array.from({ length: count }, () => hostile(random))
  yield* Effect.forEach(
    requests.entries(),
    Effect.fnUntraced(function*([index, sent]) {
      const answer = yield* ask(sent)
      seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1)
      for (const problem of problemsOf(sent, answer)) {
        problems.push(`${index}: ${sent.method} ${sent.path.slice(0, 200)}: ${problem}`)
      }
      if (index === Math.floor(count / 4)) warm = memory()
    }),
    { concurrency: CONNECTIONS, discard: true }
  )
  const after = yield* ask(valid)
  agent.destroy()
  yield* sandbox.awaitIdle
  const end = memory()
  return {
    problems,
    seen,
    before,
    after,
    grown: { heap: end.heap - warm.heap, resident: end.resident - warm.resident },
    files: filesIn(sandbox.dataDirectory)
  }
})

describe("hostile requests", () => {
  it.live(
    `${count} to the image routes, seed ${seed}`,
    () =>
      Effect.gen(function*() {
        const openBefore = openFiles()
        yield* Sandbox.Sandbox.use(Effect.fnUntraced(function*(sandbox) {
          const { after, before, files, grown, problems, seen } = yield* Effect.scoped(attack(sandbox))
          assert.deepStrictEqual(problems.slice(0, 10), [])
          // It is a mix: some are valid, some are not, some are not even HTTP.
          for (const status of [200, 303, 400, 404, 405]) assert.isAbove(seen.get(status) ?? 0, 0, `status ${status}`)
          assert.strictEqual(after.status, 200)
          assert.strictEqual(after.body, before.valid.body)
          assert.strictEqual(files, before.files)
          // The log of the last 10,000 requests, and what the allocator keeps of pictures that were rendered.
          assert.isBelow(grown.heap, 64)
          assert.isBelow(grown.resident, 256)
          assert.strictEqual(yield* sandbox.openSockets, 0)
          const inFlight = Object.values(yield* sandbox.inFlight)
          assert.deepStrictEqual(inFlight.filter(({ now }) => now > 0), [])
        })).pipe(Effect.provide(Sandbox.Sandbox.layer()))
        assert.isAtMost(openFiles(), openBefore + 4)
      }),
    Math.max(60_000, count * 30)
  )
})
