/** The contract holds for the sandbox, and covers FIDELITY.md. */
import { assert, describe, it } from "@effect/vitest"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { variables } from "../../packages/sandbox/src/internal/connection.ts"
import type { SandboxOptions } from "../../packages/sandbox/src/Sandbox.ts"
import { root } from "../docs/support/workspace.ts"
import { checks } from "./checks.ts"
import { notesOf, rowsOf, run } from "./support/contract.ts"
import { namesOf } from "./support/sample.ts"
import { fromVariables } from "./support/settings.ts"
import { unheld } from "./unheld.ts"

const isRule = (line: string | undefined) => line?.startsWith("| --") ?? false

/** What the first cell of each row says. */
const rows: ReadonlyArray<string> = readFileSync(join(root, "packages/sandbox/FIDELITY.md"), "utf8").split("\n")
  .filter((line, index, lines) => line.startsWith("| ") && !isRule(line) && !isRule(lines[index + 1]))
  .map((line) => line.split(/(?<!\\)\|/)[1]?.trim() ?? "")

const beginnings = [...checks.flatMap((check) => check.rows), ...Object.keys(unheld)]

const RUN = join(root, "test/contract/run.ts")
const DAY = "2026-11-22"

const contract = (options: SandboxOptions, isWriting: boolean) =>
  Sandbox.Sandbox.use((sandbox) =>
    Effect.promise(async () => {
      const settings = fromVariables("sandbox", variables(sandbox))
      const results = await run(settings, isWriting ? namesOf("1") : undefined)
      return { settings, results, rows: rowsOf(results, settings, DAY), notes: notesOf(results, settings) }
    })
  ).pipe(Effect.provide(Sandbox.Sandbox.layer(options)))

describe("the contract", () => {
  it.live("holds for the sandbox", () =>
    Effect.gen(function*() {
      const { notes, results, rows } = yield* contract({}, true)
      assert.deepStrictEqual({ rows, notes }, { rows: [], notes: [] })
      assert.strictEqual(results.length, checks.length)
    }))

  it.live("writes nothing unless it is told to", () =>
    Sandbox.Sandbox.use(Effect.fnUntraced(function*(sandbox) {
      const settings = fromVariables("sandbox", variables(sandbox))
      const results = yield* Effect.promise(() => run(settings, undefined))
      for (const { check, outcome } of results) {
        assert.strictEqual(outcome.is, check.kind === "asks" ? "held" : "skipped", check.name)
      }
      assert.deepStrictEqual(yield* sandbox.jobs.list, [])
      assert.deepStrictEqual(yield* sandbox.requests({ method: "PUT" }), [])
      const accepted = (yield* sandbox.requests({ op: "Initialize" })).filter(({ status = 0 }) => status < 400)
      assert.deepStrictEqual(accepted, [])
    })).pipe(Effect.provide(Sandbox.Sandbox.layer())))

  it.live("tells what differs as rows for FIDELITY.md", () =>
    Effect.gen(function*() {
      const { notes, rows } = yield* contract({
        faults: [
          { match: { op: "Version" }, effect: { type: "status", status: 503, body: "down" } },
          { match: { op: "JobStatus" }, times: 1, effect: { type: "reset" } },
          { match: { op: "Image" }, effect: { type: "redirect", location: "/a|b" } }
        ]
      }, false)
      assert.deepStrictEqual(rows, [
        `| the status of the version is 503 (the version needs no token; sandbox, ${DAY}) | observed |`,
        `| the version is not the field version of a JSON object (the version needs no token; sandbox, ${DAY}) | observed |`
      ])
      assert.include(notes[0], "broken: a job's status needs no token")
    }))

  it.live("tells no secret, whatever a service repeats", () =>
    Sandbox.Sandbox.use((sandbox) =>
      Effect.sync(() => {
        const settings = fromVariables("sandbox", variables(sandbox))
        const [check] = checks
        assert.isDefined(check)
        if (check === undefined) return
        const secrets = [
          settings.privateKey.trim(),
          settings.s3?.secretAccessKey ?? "none",
          "aaaaaaaaaaaa.bbbbbbbbbbbb.cccccc"
        ]
        const differences = secrets.map((secret) => `it said ${secret} | and more`)
        const found = [
          ...rowsOf([{ check, outcome: { is: "differs", differences } }], settings, DAY),
          ...notesOf(secrets.map((why) => ({ check, outcome: { is: "broken" as const, why } })), settings)
        ]
        assert.strictEqual(found.length, 6)
        for (const line of found) {
          assert.match(line, /<(?:secret|token|key)>/)
          for (const secret of secrets) assert.isFalse(line.includes(secret.slice(0, 30)), line)
          assert.notMatch(line, /\n|BEGIN/)
        }
      })
    ).pipe(Effect.provide(Sandbox.Sandbox.layer())))
})

const command = (env: Readonly<Record<string, string>>, ...args: ReadonlyArray<string>) =>
  Effect.callback<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>((resume) => {
    const child = spawn(process.execPath, [RUN, ...args], { env, stdio: ["ignore", "pipe", "pipe"] })
    const [stdout, stderr]: [Array<string>, Array<string>] = [[], []]
    child.stdout.on("data", (chunk) => stdout.push(String(chunk)))
    child.stderr.on("data", (chunk) => stderr.push(String(chunk)))
    child.once("close", (code) => resume(Effect.succeed({ code, stdout: stdout.join(""), stderr: stderr.join("") })))
    return Effect.sync(() => child.kill())
  })

describe("npm run contract", () => {
  it.live("asks the service that the variables name, and prints rows", () =>
    Sandbox.Sandbox.use(Effect.fnUntraced(function*(sandbox) {
      const known = variables(sandbox)
      const all = yield* command(known, "--env", "sandbox", "--write")
      const count = checks.length
      assert.deepStrictEqual(all, {
        code: 0,
        stdout: "",
        stderr: `${count} of ${count} checks hold in sandbox; 0 differences\n`
      })
      yield* sandbox.faults.add({ match: { op: "Version" }, effect: { type: "throttle" } })
      const one = yield* command(known)
      assert.strictEqual(one.code, 1)
      assert.match(one.stdout, /^\| the status of the version is 429 .* \| observed \|$/m)
    })).pipe(Effect.provide(Sandbox.Sandbox.layer())))

  it.live("refuses to write to prod, and says what it lacks", () =>
    Effect.gen(function*() {
      assert.include((yield* command({}, "--env", "prod", "--write")).stderr, "--write is not for prod")
      assert.include((yield* command({}, "--env", "qa")).stderr, "Set LTS_IIIF_ACCOUNT")
      assert.include((yield* command({})).stderr, "Use --env")
    }))
})

describe("FIDELITY.md", () => {
  it("has no row without a check or a reason why there is none (a new row needs a line in checks or unheld.ts)", () => {
    assert.isAbove(rows.length, 40)
    assert.deepStrictEqual(rows.filter((row) => !beginnings.some((beginning) => row.startsWith(beginning))), [])
  })

  it("has the row of every check and reason, and only one", () => {
    for (const beginning of beginnings) {
      assert.deepStrictEqual(rows.filter((row) => row.startsWith(beginning)).length, 1, beginning)
    }
    const twice = Object.keys(unheld).filter((row) => checks.some((check) => check.rows.includes(row)))
    assert.deepStrictEqual(twice, [])
  })
})
