import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { generateKeyPairSync } from "node:crypto"
import { existsSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { Sandbox } from "../src/Sandbox.ts"
import * as Scenarios from "../src/Scenarios.ts"
import { at, call, ingest, ingestRequest, initialize, jobId, jobStatus, png, put } from "./support/client.ts"
import { temporaryDirectory } from "./support/files.ts"
import { Printed } from "./support/printed.ts"

const BIN = fileURLToPath(new URL("../src/bin.ts", import.meta.url))

const decodeConnection = Schema.decodeUnknownEffect(Printed, { onExcessProperty: "error" })

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command as a child process that is killed when the scope closes. */
const launch = (...args: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(process.execPath, [BIN, ...args], { stdio: ["ignore", "pipe", "pipe"] })
      const output = { stdout: "", stderr: "" }
      child.stdout.on("data", (chunk) => void (output.stdout += chunk))
      child.stderr.on("data", (chunk) => void (output.stderr += chunk))
      const ended = new Promise<Ended>((resolve) =>
        child.once("close", (code, signal) => resolve({ code, signal, ...output }))
      )
      const firstLine = new Promise<string>((resolve) =>
        createInterface(child.stdout).once("line", resolve).once("close", () => resolve(""))
      )
      return { child, ended, firstLine }
    }),
    ({ child, ended }) => Effect.promise(() => (child.kill("SIGKILL"), ended))
  )

const stop = (child: ChildProcess, ended: Promise<Ended>, signal: NodeJS.Signals) =>
  Effect.promise(() => (child.kill(signal), ended)).pipe(Effect.timeout("2 seconds"))

const startJson = Effect.fnUntraced(function*(...args: ReadonlyArray<string>) {
  const { child, ended, firstLine } = yield* launch("start", "--json", ...args)
  const connection = yield* decodeConnection(yield* Effect.promise(() => firstLine))
  return { child, ended, connection }
})

describe("iiif-ingest-sandbox", () => {
  it.live("prints one JSON object, serves, and removes its temporary folder on Ctrl-C", () =>
    Effect.gen(function*() {
      const { child, connection, ended } = yield* startJson("--port", "0")
      assert.strictEqual(connection.s3.endpoint, `${connection.url}/_s3`)
      assert.deepStrictEqual([connection.issuer, connection.kid], ["sandbox", "sandboxdefault"])
      assert.strictEqual(statSync(connection.privateKeyPath).mode & 0o777, 0o600)
      assert.strictEqual((yield* call(`${connection.url}/admin/ingest/version`)).status, 200)
      const { code, stdout } = yield* stop(child, ended, "SIGINT")
      assert.strictEqual(code, 130)
      assert.strictEqual(stdout.trimEnd().split("\n").length, 1)
      assert.isFalse(existsSync(dirname(dirname(connection.privateKeyPath))))
      yield* Effect.flip(call(connection.url))
    }).pipe(Effect.scoped))

  it.live("ends at once on Ctrl-C while a picture is rendered", () =>
    Effect.gen(function*() {
      const data = yield* temporaryDirectory
      yield* Sandbox.use(Effect.fnUntraced(function*(sandbox) {
        yield* put(sandbox, "images/A.png", yield* png(600, 600))
        yield* ingest(sandbox, ingestRequest([{ id: "A", width: 600, height: 600 }]))
      })).pipe(Effect.provide(Sandbox.layer({ dataDirectory: data })))
      const { child, connection, ended } = yield* startJson("--data", data)
      const image = `${connection.url}/assets/images/3/SANDBOX:A/full`
      const render = yield* Effect.forkChild(Effect.flip(call(`${image}/^10000,10000/20/default.png`)))
      // What is large is rendered next to it.
      assert.strictEqual((yield* call(`${image}/100,/20/default.png`)).status, 200)
      yield* stop(child, ended, "SIGINT")
      yield* Fiber.join(render)
    }).pipe(Effect.scoped))

  it.live("keeps its port with --data, even after a kill, and rejects another", () =>
    Effect.gen(function*() {
      const data = join(yield* temporaryDirectory, "new", "folder")
      const first = yield* startJson("--data", data, "--port", "0")
      const second = yield* launch("start", "--data", data)
      assert.match((yield* Effect.promise(() => second.ended)).stderr, /used by another sandbox/)
      yield* stop(first.child, first.ended, "SIGKILL")
      const again = yield* startJson("--data", data)
      assert.strictEqual(again.connection.url, first.connection.url)
      yield* stop(again.child, again.ended, "SIGTERM")
      const refused = yield* launch("start", "--data", data, "--port", "1")
      const { code, stderr } = yield* Effect.promise(() => refused.ended)
      assert.strictEqual(code, 1)
      assert.match(stderr, /belongs to port \d+, not 1.*--rebase/s)
      assert.notMatch(stderr, /^\s+at /m)
    }).pipe(Effect.scoped))

  it.live("prints environment variables and reads trusted keys", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const pem = join(directory, "public.pem")
      const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
      writeFileSync(pem, publicKey.export({ type: "spki", format: "pem" }))
      const args = ["--port", "0", "--trust", `a=${pem}`, "--trust", `b=${pem}`, "--image-size", "warn"]
      const good = yield* launch("start", ...args, "--child-error-limit", "3")
      assert.match(yield* Effect.promise(() => good.firstLine), /^Local MPS sandbox at http:\/\/127\.0\.0\.1:\d+/)
      const { stdout } = yield* stop(good.child, good.ended, "SIGINT")
      assert.match(stdout, /^export LTS_IIIF_ENVIRONMENT=sandbox$/m)
      assert.match(stdout, /^export AWS_ACCESS_KEY_ID=SANDBOX[0-9A-F]{12}$/m)
      writeFileSync(pem, "no key")
      const bad = yield* launch("start", "--port", "0", "--trust", `a=${pem}`)
      const { code, stderr } = yield* Effect.promise(() => bad.ended)
      assert.deepStrictEqual([code, /The trusted key a cannot be read/.test(stderr)], [1, true])
    }).pipe(Effect.scoped))

  it.live("has scenarios on from the start, and lists them where a name is wrong", () =>
    Effect.gen(function*() {
      const { connection } = yield* startJson(
        "--port",
        "0",
        "--fault",
        "plain-404",
        "--fault",
        "slow",
        "--time-scale",
        "0"
      )
      const answer = yield* call(`${connection.url}/admin/ingest/version`)
      assert.deepStrictEqual([answer.status, answer.text], [404, "Not found"])
      const wrong = yield* launch("start", "--port", "0", "--fault", "plain404")
      const { code, stderr } = yield* Effect.promise(() => wrong.ended)
      assert.strictEqual(code, 1)
      assert.match(stderr, /no scenario plain404: did you mean plain-404\?/)
      for (const { name, title } of Scenarios.all) assert.include(stderr, `  ${name.padEnd(21)}${title}\n`)
      assert.notMatch(stderr, /^\s+at /m)
    }).pipe(Effect.scoped))

  it.live("registers namespaces and policy groups", () =>
    Effect.gen(function*() {
      const groups = join(yield* temporaryDirectory, "groups.json")
      const side = (size: number) => ({ width: size, height: size })
      const limits = { authenticated: side(30), public: side(15) }
      writeFileSync(groups, JSON.stringify({ staff: { policy: limits, thumbnail: limits } }))
      const args = ["--port", "0", "--namespace", "AT", "--namespace", "OTHER", "--policy-groups", groups]
      const { connection } = yield* startJson(...args)
      const secretAccessKey = Redacted.make(connection.s3.secretAccessKey)
      yield* put({ s3: { ...connection.s3, secretAccessKey } }, "images/ONE.png", yield* png(30, 20))
      const request = ingestRequest([{ id: "ONE", width: 30, height: 20, policy: { policyGroupName: "staff" } }])
      const answer = yield* initialize(connection, JSON.stringify(request).replace("SANDBOX:ONE", "at:ONE"))
      yield* Effect.repeat(jobStatus(connection, jobId(answer)), { until: (state) => state === "success" })
      const { json } = yield* call(`${connection.assetUrl}/3/AT:ONE/info.json`)
      assert.deepStrictEqual([at(json, "width"), at(json, "maxWidth")], [30, 15])

      writeFileSync(groups, JSON.stringify({ staff: { policy: limits } }))
      const wrong = yield* launch("start", ...args)
      const { code, stderr } = yield* Effect.promise(() => wrong.ended)
      assert.strictEqual(code, 1)
      assert.match(stderr, /The policy groups in .*groups\.json have another form.*thumbnail/s)
    }).pipe(Effect.scoped))

  it.live.skipIf(process.platform !== "linux")(
    "fails at once on a folder or a key that could take for ever",
    () =>
      Effect.gen(function*() {
        const below = yield* launch("start", "--port", "0", "--data", "/proc/x/y")
        assert.match((yield* Effect.promise(() => below.ended)).stderr, /cannot use its data directory: NotFound/)
        const pipe = join(yield* temporaryDirectory, "pipe.pem")
        execFileSync("mkfifo", [pipe])
        const waiting = yield* launch("start", "--port", "0", "--trust", `a=${pipe}`)
        assert.match((yield* Effect.promise(() => waiting.ended)).stderr, /The public key .* cannot be read/)
      }).pipe(Effect.scoped)
  )
})
