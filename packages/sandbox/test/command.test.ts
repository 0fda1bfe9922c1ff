/** The subcommands that talk to a running sandbox, as child processes. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { execFile, spawn } from "node:child_process"
import { mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { parseEnv } from "node:util"
import * as Connection from "../src/internal/connection.ts"
import { Sandbox, type SandboxOptions } from "../src/Sandbox.ts"
import * as Client from "./support/client.ts"
import { temporaryDirectory } from "./support/files.ts"

const BIN = fileURLToPath(new URL("../src/bin.ts", import.meta.url))
const { at, call, ingest, ingestRequest, jobStatus, png, put } = Client

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end. */
const program = (file: string, args: ReadonlyArray<string>): Effect.Effect<Ended> =>
  Effect.promise((signal) =>
    new Promise((resolve) => {
      execFile(file, args, { signal }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1
        resolve({ code, stdout, stderr })
      })
    })
  )

const command = (...args: ReadonlyArray<string>) => program(process.execPath, [BIN, ...args])

const node = (code: string) => ["--", process.execPath, "-e", code]

const withSandbox = <A, E>(
  use: (sandbox: Client.Running, target: ReadonlyArray<string>) => Effect.Effect<A, E>,
  options?: SandboxOptions
) =>
  Sandbox.use((sandbox) => use(sandbox, ["--port", new URL(sandbox.url).port])).pipe(
    Effect.provide(Sandbox.layer(options))
  )

const parse = (text: string): unknown => JSON.parse(text)

describe("env", () => {
  it.live("prints what a client needs, by port and by folder, in three forms", () =>
    Effect.gen(function*() {
      const parent = yield* temporaryDirectory
      // The path of the key is the value that can have anything in it.
      const dataDirectory = join(parent, "it's $HOME `date` \\ é # x")
      mkdirSync(dataDirectory)
      yield* withSandbox(
        Effect.fnUntraced(function*(sandbox, target) {
          const variables = Connection.variables(sandbox)
          const shell = yield* command("env", ...target)
          const names = Object.keys(variables)
          const print = names.map((name) => `printf '%s\\0' "$${name}"`).join("\n")
          const { stdout } = yield* program("sh", ["-c", `set -eu\n${shell.stdout}\n${print}`])
          assert.deepStrictEqual(stdout.split("\0").slice(0, -1), Object.values(variables))

          const json = yield* command("env", "--data", dataDirectory, "--format", "json")
          assert.deepStrictEqual(parse(json.stdout), parse(JSON.stringify(Connection.connection(sandbox))))
          assert.deepStrictEqual((yield* command("env", "--json", ...target)).stdout, json.stdout)

          const refused = yield* command("env", "--format", "dotenv", ...target)
          assert.strictEqual(refused.code, 1)
          assert.match(refused.stderr, /LTS_IIIF_PRIVATE_KEY_PATH has characters that a \.env file cannot hold/)
        }),
        { dataDirectory }
      )
    }).pipe(Effect.scoped))

  it.live("prints lines that readers of .env files take as they are", () =>
    Effect.gen(function*() {
      const dataDirectory = join(yield* temporaryDirectory, "a $HOME \"b\" \\n # c")
      mkdirSync(dataDirectory)
      yield* withSandbox(
        Effect.fnUntraced(function*(sandbox, target) {
          const { stdout } = yield* command("env", "--format", "dotenv", ...target)
          assert.deepStrictEqual({ ...parseEnv(stdout) }, { ...Connection.variables(sandbox) })
        }),
        { dataDirectory }
      )
    }).pipe(Effect.scoped))

  it.live("says in one line how to start a sandbox where none runs", () =>
    Effect.gen(function*() {
      const dataDirectory = yield* temporaryDirectory
      const { code, stderr, stdout } = yield* command("env", "--data", dataDirectory)
      assert.deepStrictEqual([code, stdout], [1, ""])
      const start = "Start one: iiif-ingest-sandbox start --data"
      assert.include(stderr, `No sandbox runs in ${dataDirectory}. ${start} ${dataDirectory}\n`)
      const other = `${dataDirectory}/it's new`
      const quoted = yield* command("env", "--data", other)
      assert.include(quoted.stderr, `No sandbox runs in ${other}. ${start} '${dataDirectory}/it'\\''s new'\n`)
      yield* Effect.provide(Effect.void, Sandbox.layer({ dataDirectory }))
      const stopped = yield* command("logs", "--data", dataDirectory)
      assert.deepStrictEqual([stopped.code, stopped.stderr.includes("No sandbox runs in")], [1, true])
    }).pipe(Effect.scoped))

  it.live("does not send the token of one sandbox to what says that it has its folder", () =>
    withSandbox((sandbox) =>
      Effect.gen(function*() {
        const { createServer } = yield* Effect.promise(() => import("node:http"))
        const seen: Array<string> = []
        const server = createServer((request, response) => {
          seen.push(request.url ?? "")
          response.end(JSON.stringify({ status: "ok", dataDirectory: sandbox.dataDirectory }))
        })
        yield* Effect.acquireRelease(
          Effect.promise(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))),
          () => Effect.promise(() => new Promise((resolve) => server.close(resolve)))
        )
        const address = server.address()
        const port = typeof address === "object" ? String(address?.port) : ""
        assert.strictEqual((yield* command("env", "--port", port)).code, 1)
        assert.deepStrictEqual(seen, ["/_sandbox/health"])
      }).pipe(Effect.scoped)
    ))
})

describe("seed and reset", () => {
  it.live("fill a running sandbox and empty it", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox, target) {
      const picture = `${sandbox.url}/assets/images/SANDBOX:DEMOHUBBLE/info.json`
      const { code, stdout } = yield* command("seed", ...target)
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(
        stdout.trimEnd().split("\n"),
        ["DEMOBOOK", "DEMOLIMITED", "DEMOPICTURE"].map((name) => `${sandbox.url}/view/URN-3:SANDBOX:${name}`)
      )
      assert.strictEqual((yield* call(picture)).status, 200)
      assert.strictEqual((yield* command("reset", ...target)).stdout, `The sandbox at ${sandbox.url} is empty\n`)
      assert.strictEqual((yield* call(picture)).status, 404)
      const again = yield* command("seed", "--json", ...target)
      assert.match(String(at(parse(again.stdout), "manifests", 0, "manifest")), /URN-3:SANDBOX:DEMOBOOK:MANIFEST:3$/)
      yield* sandbox.faults.add({ match: { op: "PutObject" }, times: 1, effect: { type: "throttle" } })
      const failed = yield* command("seed", ...target)
      assert.deepStrictEqual([failed.code, /refused with 500: The demo seed could not/.test(failed.stderr)], [1, true])
    })))
})

describe("exec", () => {
  it.live("runs a command with a sandbox of its own, seeded, and ends with its code", () =>
    Effect.gen(function*() {
      const out = join(yield* temporaryDirectory, "out")
      const { code, stderr, stdout } = yield* command(
        "exec",
        "--seed",
        "demo",
        ...node(`fetch(process.env.LTS_IIIF_ASSET_URL + "/SANDBOX:DEMOHUBBLE/info.json").then(({ status }) => {
          require("fs").writeFileSync(${JSON.stringify(out)}, process.env.LTS_IIIF_MANIFEST_URL)
          console.log(status)
          process.exitCode = 7
        })`)
      )
      assert.deepStrictEqual([code, stdout, stderr], [7, "200\n", ""])
      yield* Effect.flip(call(readFileSync(out, "utf8")))
    }).pipe(Effect.scoped))

  it.live("uses the sandbox that runs in the folder already, and else starts one there", () =>
    Effect.gen(function*() {
      const dataDirectory = yield* temporaryDirectory
      const print = node(`console.log(process.env.LTS_IIIF_MANIFEST_URL)`)
      const url = yield* withSandbox(
        Effect.fnUntraced(function*(sandbox) {
          const { code, stdout } = yield* command("exec", "--data", dataDirectory, ...print)
          assert.deepStrictEqual([code, stdout], [0, `${sandbox.url}\n`])
          assert.strictEqual((yield* call(`${sandbox.url}/_sandbox/health`)).status, 200)
          return sandbox.url
        }),
        { dataDirectory }
      )
      assert.strictEqual((yield* command("exec", "--data", dataDirectory, ...print)).stdout, `${url}\n`)
    }).pipe(Effect.scoped))

  it.live("brings the seed in before its faults strike, and leaves a sandbox that runs without them", () =>
    Effect.gen(function*() {
      const statuses = node(`Promise.all([
        fetch(process.env.LTS_IIIF_ASSET_URL + "/SANDBOX:DEMOHUBBLE/info.json"),
        fetch(process.env.LTS_IIIF_INGEST_URL + "/version")
      ]).then((replies) => console.log(...replies.map(({ status }) => status)))`)
      const own = yield* command("exec", "--seed", "demo", "--fault", "plain-404", ...statuses)
      assert.deepStrictEqual([own.code, own.stdout, own.stderr], [0, "200 404\n", ""])
      const dataDirectory = yield* temporaryDirectory
      const refused = yield* Effect.provide(
        command("exec", "--data", dataDirectory, "--fault", "plain-404", ...statuses),
        Sandbox.layer({ dataDirectory })
      )
      assert.deepStrictEqual([refused.code, refused.stdout], [1, ""])
      assert.match(refused.stderr, /A sandbox runs there already: switch faults on at http/)
    }).pipe(Effect.scoped))

  it.live("keeps keys from the command that would take precedence, as the lines for a shell do", () =>
    Effect.gen(function*() {
      const names = "$AWS_PROFILE$AWS_SESSION_TOKEN$LTS_IIIF_PRIVATE_KEY_STRING"
      const own = "export AWS_PROFILE=me AWS_SESSION_TOKEN=mine LTS_IIIF_PRIVATE_KEY_STRING=key"
      const exec = `${process.execPath} ${BIN} exec -- sh -c 'printf "<${names}>"'`
      assert.strictEqual((yield* program("sh", ["-c", `${own}; ${exec}`])).stdout, "<>")
      yield* withSandbox(Effect.fnUntraced(function*(_, target) {
        const shell = yield* command("env", ...target)
        assert.strictEqual((yield* program("sh", ["-c", `${own}\n${shell.stdout}\nprintf "<${names}>"`])).stdout, "<>")
      }))
    }))

  it.live("says that there is no such command, and ends as one that a signal has ended", () =>
    Effect.gen(function*() {
      const missing = yield* command("exec", "--", "no-such-command-here")
      assert.strictEqual(missing.code, 1)
      assert.match(missing.stderr, /The command no-such-command-here cannot be run: there is no such command/)
      assert.strictEqual((yield* command("exec", ...node(`process.kill(process.pid, "SIGKILL")`))).code, 137)
    }))

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it.live(`passes ${signal} on, waits for the command, and removes the temporary folder`, () =>
      Effect.gen(function*() {
        const out = join(yield* temporaryDirectory, "out")
        const code = `process.on("${signal}", () => {
          require("fs").writeFileSync(${JSON.stringify(out)}, process.env.LTS_IIIF_PRIVATE_KEY_PATH)
          process.exit(5)
        })
        setInterval(() => {}, 1000)
        console.log("ready")`
        const child = spawn(process.execPath, [BIN, "exec", ...node(code)], { stdio: ["ignore", "pipe", "inherit"] })
        const ended = new Promise<number | null>((resolve) => child.once("close", resolve))
        yield* Effect.promise(() => new Promise((resolve) => createInterface(child.stdout).once("line", resolve)))
        child.kill(signal)
        assert.strictEqual(yield* Effect.promise(() => ended), 5)
        assert.throws(() => readFileSync(readFileSync(out, "utf8")), /ENOENT/)
      }).pipe(Effect.scoped))
  }

  it.live("leaves Ctrl-C at a terminal to the terminal, which sends it to the command as well", () =>
    Effect.gen(function*() {
      const terminal = `data:text/javascript,${
        encodeURIComponent(`import tty from "node:tty"
        import { syncBuiltinESMExports } from "node:module"
        tty.isatty = () => true
        syncBuiltinESMExports()`)
      }`
      // Signals that come at once are handled in any order, so the second SIGTERM ends it.
      const code = `const counts = { SIGINT: 0, SIGTERM: 0 }
        process.on("SIGINT", () => void counts.SIGINT++)
        process.on("SIGTERM", () => {
          console.log("SIGTERM")
          if (++counts.SIGTERM === 2) setImmediate(() => process.exit(10 + counts.SIGINT))
        })
        setInterval(() => {}, 1000)
        console.log("ready")`
      const child = spawn(process.execPath, ["--import", terminal, BIN, "exec", ...node(code)], {
        stdio: ["ignore", "pipe", "inherit"]
      })
      const ended = new Promise<number | null>((resolve) => child.once("close", resolve))
      const lines = createInterface(child.stdout)
      const line = () => Effect.promise(() => new Promise((resolve) => lines.once("line", resolve)))
      yield* line()
      const terminated = line()
      child.kill("SIGINT")
      child.kill("SIGTERM")
      yield* terminated
      child.kill("SIGTERM")
      assert.strictEqual(yield* Effect.promise(() => ended), 10)
    }))
})

/** A client that makes mistakes. */
const mistaken = Effect.fnUntraced(function*(sandbox: Client.Running) {
  yield* put(sandbox, "images/ONE.png", yield* png(30, 20))
  const job = yield* ingest(sandbox, ingestRequest([{ id: "ONE", width: 30, height: 20 }]))
  yield* jobStatus(sandbox, job.id)
  yield* call(`${sandbox.url}/_s3/it/x`)
  yield* call(`${sandbox.url}/assets/images/SANDBOX:TWO/info.json`)
  yield* sandbox.awaitRequest(({ ended, op }) => op === "ImageInfo" && ended !== undefined)
})

describe("logs", () => {
  it.live("prints a line for each request, with notes below it", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox, target) {
      yield* mistaken(sandbox)
      const { code, stdout } = yield* command("logs", ...target)
      assert.strictEqual(code, 0)
      const text = stdout.replaceAll(/^\S+T\S+Z /gm, "").replaceAll(/[0-9a-f]{24}/g, "ID")
      assert.deepStrictEqual(text.split("\n"), [
        `200 PUT /_s3/${sandbox.s3.bucket}/images/ONE.png PutObject`,
        "    The object has no Content-Type, so that it is no image to anyone: send image/png (content-type)",
        "200 POST /admin/ingest/initialize Initialize",
        "200 GET /admin/ingest/jobstatus/ID JobStatus",
        "403 GET /_s3/it/x GetObject",
        "    AccessDenied: Access Denied",
        "404 GET /assets/images/SANDBOX:TWO/info.json ImageInfo",
        "    No such image",
        ""
      ])
      const problems = (yield* command("logs", "--problems", ...target)).stdout
      assert.strictEqual(problems.match(/^\S+Z/gm)?.length, 3)
      assert.notInclude(problems, "Initialize")
      const lines = (yield* command("logs", "--json", ...target)).stdout.trimEnd().split("\n").map(parse)
      assert.deepStrictEqual(lines.map((line) => at(line, "op")), [
        "PutObject",
        "Initialize",
        "JobStatus",
        "GetObject",
        "ImageInfo"
      ])
      assert.strictEqual(at(lines[0], "notes", 0, "rule"), "content-type")
      assert.include((yield* command("logs", "--all", ...target)).stdout, "/_sandbox/requests Control")
      assert.notInclude((yield* command("logs", "--all", ...target)).stdout, "Bearer ey")
    })))

  const follow = (...target: ReadonlyArray<string>) => {
    const child = spawn(process.execPath, [BIN, "logs", "--follow", ...target], { stdio: ["ignore", "pipe", "pipe"] })
    let stderr = ""
    child.stderr.on("data", (chunk) => void (stderr += chunk))
    const ended = new Promise((resolve) => child.once("close", (code) => resolve([code, stderr])))
    const line = new Promise<string>((resolve) => createInterface(child.stdout).once("line", resolve))
    return { child, ended, line }
  }

  it.live("follows, and ends quietly when the sandbox stops", () =>
    Effect.gen(function*() {
      const { ended } = yield* withSandbox(Effect.fnUntraced(function*(sandbox, target) {
        const started = follow(...target)
        yield* sandbox.awaitRequest(({ path }) => path === "/_sandbox/requests?follow")
        yield* call(`${sandbox.url}/admin/ingest/version`)
        assert.match(yield* Effect.promise(() => started.line), /200 GET \/admin\/ingest\/version Version$/)
        return started
      }))
      assert.deepStrictEqual(yield* Effect.promise(() => ended), [0, ""])
    }))

  it.live("ends quietly when its reader has gone", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox, target) {
      const { child, ended, line } = follow(...target)
      yield* sandbox.awaitRequest(({ path }) => path === "/_sandbox/requests?follow")
      yield* call(`${sandbox.url}/admin/ingest/version`)
      yield* Effect.promise(() => line)
      child.stdout.destroy()
      yield* call(`${sandbox.url}/admin/ingest/version`)
      assert.deepStrictEqual(yield* Effect.promise(() => ended), [0, ""])
    })))
})
