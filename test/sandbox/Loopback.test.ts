/** The sandbox listens on 127.0.0.1 and nowhere else, and nothing changes that. */
import { assert, describe, it } from "@effect/vitest"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import * as Fs from "node:fs"
import { connect } from "node:net"
import { networkInterfaces } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

const SOURCE = fileURLToPath(new URL("../../packages/sandbox/src", import.meta.url))
const BIN = join(SOURCE, "bin.ts")

const answers = (host: string, port: number) =>
  Effect.callback<boolean>((resume) => {
    const socket = connect(port, host)
    const end = (is: boolean) => () => {
      socket.destroy()
      resume(Effect.succeed(is))
    }
    socket.once("connect", end(true)).once("error", end(false))
  })

/** All addresses of this machine, and those of loopback that only a server on all of them would answer at. */
const others: ReadonlyArray<string> = [
  "127.0.0.2",
  "127.1.2.3",
  "::1",
  ...Object.values(networkInterfaces()).flatMap((list) => list ?? []).filter(({ scopeid }) => !scopeid)
    .map(({ address }) => address)
].filter((address) => address !== "127.0.0.1")

const check = Effect.fnUntraced(function*(url: string) {
  const { hostname, port } = new URL(url)
  assert.strictEqual(hostname, "127.0.0.1")
  assert.isTrue(yield* answers("127.0.0.1", Number(port)))
  for (const host of others) assert.isFalse(yield* answers(host, Number(port)), host)
})

const NAMES = ["HOST", "HOSTNAME", "BIND", "BIND_ADDRESS", "ADDRESS", "LISTEN", "IP", "SERVER_HOST", "SANDBOX_HOST"]

const hostile = Object.fromEntries(
  NAMES.flatMap((name) => [name, `LTS_IIIF_${name}`, `IIIF_INGEST_${name}`].map((full) => [full, "0.0.0.0"]))
)

const run = (...args: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(process.execPath, [BIN, ...args], {
        env: { ...process.env, ...hostile },
        stdio: ["ignore", "pipe", "ignore"]
      })
      const ended = new Promise<number | null>((resolve) => child.once("close", resolve))
      const line = new Promise<string>((resolve) =>
        createInterface(child.stdout).once("line", resolve).once("close", () => resolve(""))
      )
      return { child, ended, line }
    }),
    ({ child, ended }) => Effect.promise(() => (child.kill("SIGTERM"), ended))
  )

const sources = (folder: string): ReadonlyArray<string> =>
  Fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))

describe("the sandbox", () => {
  it.live("listens on 127.0.0.1 alone, with any option", () => {
    const options = Object.fromEntries(["host", "hostname", "address", "bind"].map((name) => [name, "0.0.0.0"]))
    return Sandbox.Sandbox.use(({ url }) => check(url)).pipe(Effect.provide(Sandbox.Sandbox.layer({ ...options })))
  })

  it.live("listens there with any variable", () =>
    Effect.gen(function*() {
      const { line } = yield* run("start", "--json", "--port", "0")
      const printed: unknown = JSON.parse(yield* Effect.promise(() => line))
      assert.isTrue(typeof printed === "object" && printed !== null && "url" in printed)
      if (typeof printed === "object" && printed !== null && "url" in printed) yield* check(String(printed.url))
    }).pipe(Effect.scoped))

  it.live("has no flag for it", () =>
    Effect.gen(function*() {
      for (const flag of ["--host", "--bind", "--listen"]) {
        const { ended } = yield* run("start", flag, "0.0.0.0", "--port", "0")
        assert.strictEqual(yield* Effect.promise(() => ended), 1, flag)
      }
    }).pipe(Effect.scoped))

  it("listens in one place, on a constant", () => {
    const places = sources(SOURCE).flatMap((file) =>
      Fs.readFileSync(join(SOURCE, file), "utf8").split("\n").filter((line) => /\.listen\(|createServer\(/.test(line))
        .map((line) => `${file.replaceAll("\\", "/")}: ${line.trim()}`)
    )
    assert.deepStrictEqual(places, [
      "internal/http/server.ts: server.listen(port, LOOPBACK, () => {",
      "internal/http/server.ts: const server = createServer({"
    ])
    const server = Fs.readFileSync(join(SOURCE, "internal/http/server.ts"), "utf8")
    assert.include(server, "const LOOPBACK = \"127.0.0.1\"")
  })
})
