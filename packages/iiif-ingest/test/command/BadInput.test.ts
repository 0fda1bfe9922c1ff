/** What is wrong with files, folders, disks and plans, each told in one message by the command itself. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { fileURLToPath } from "node:url"
import { writeSmallFiles } from "../../../../test/support/pictures.ts"
import { client, command, folder, here, layer as sandboxed } from "./support/command.ts"

const unprivileged = fileURLToPath(new URL("support/unprivileged.mjs", import.meta.url))

/** A folder with pictures, the plan of it and the environment to apply it in. */
const planned = (prefix: string) =>
  Effect.gen(function*() {
    const { env, sandbox, state } = yield* client
    const cwd = yield* folder
    const pages = Path.join(cwd, "pages")
    Fs.mkdirSync(pages)
    yield* Effect.promise(() => writeSmallFiles(pages, 2))
    const plan = Path.join(cwd, "plan.json")
    const made = yield* here(["plan", pages, "-o", plan, "--asset-prefix", prefix], { env })
    assert.strictEqual(made.code, 0, made.stdout + made.stderr)
    return { cwd, env, pages, plan, sandbox, state }
  })

/** The environment of a user who may read the key of the sandbox and nothing of root's. */
const forNobody = (env: Readonly<Record<string, string>>) => {
  const { LTS_IIIF_PRIVATE_KEY_PATH: path = "", ...others } = env
  return {
    ...others,
    LTS_IIIF_PRIVATE_KEY_STRING: Fs.readFileSync(path, "utf8"),
    NODE_OPTIONS: `--import ${unprivileged}`
  }
}

const isOneMessage = (stderr: string) => {
  assert.strictEqual(stderr.trimEnd().split("\n").length, 1, stderr)
  assert.match(stderr, /^iiif-ingest: /)
}

layer(sandboxed, { excludeTestServices: true })("the command", (it) => {
  describe("says in one message", () => {
    it.effect("that the disk is full, or there is no folder, where it should write", () =>
      Effect.gen(function*() {
        const { env, pages, plan } = yield* planned("full")
        const full = yield* here(["plan", pages, "-o", "/dev/full", "--asset-prefix", "full"], { env })
        assert.strictEqual(full.code, 2)
        isOneMessage(full.stderr)
        assert.match(full.stderr, /\/dev\/full cannot be written: the disk is full: free some space, then run again$/m)
        const nowhere = yield* here(["report", plan, "--csv", Path.join(pages, "none/report.csv")], { env })
        assert.strictEqual(nowhere.code, 2)
        isOneMessage(nowhere.stderr)
        assert.match(nowhere.stderr, /report\.csv cannot be written: its folder does not exist$/m)
        assert.match(
          (yield* here(["report", plan, "--csv", pages], { env })).stderr,
          /cannot be written: it is a folder$/m
        )
      }))

    it.effect("that the home may not be written, and what to do", () =>
      Effect.gen(function*() {
        const { cwd, env, plan } = yield* planned("home")
        const home = Path.join(cwd, "home")
        Fs.mkdirSync(home)
        Fs.chmodSync(home, 0o555)
        Fs.chmodSync(cwd, 0o755)
        const ended = yield* command(["apply", plan], {
          env: { ...forNobody(env), HOME: home, XDG_STATE_HOME: Path.join(home, "state") }
        })
        assert.strictEqual(ended.code, 7, ended.stderr)
        isOneMessage(ended.stderr)
        assert.match(ended.stderr, /for lack of permission: .*--journal FILE/)
      }), 60_000)

    it.effect("that another process has the batch, which ends as if there was no other", () =>
      Effect.gen(function*() {
        const { env, plan, sandbox } = yield* planned("two")
        const slow = { match: { op: "PutObject" }, effect: { type: "delay", millis: 1_500 } } as const
        yield* sandbox.faults.add(slow)
        const isPut = (path: string) => path.includes("/twopage")
        let second = { code: null as number | null, stdout: "", stderr: "" }
        const first = yield* command(["apply", plan], {
          env,
          during: () =>
            Effect.gen(function*() {
              yield* sandbox.awaitRequest(({ op, path }) => op === "PutObject" && isPut(path))
              second = yield* command(["apply", plan], { env })
            })
        })
        yield* sandbox.faults.remove(slow)
        assert.strictEqual(first.code, 0, first.stderr)
        assert.strictEqual(second.code, 7, second.stdout + second.stderr)
        isOneMessage(second.stderr)
        assert.match(second.stderr, /is in use by process \d+ since .*: wait until it ends/)
        const puts = (yield* sandbox.requests({ method: "PUT" })).filter(({ path }) => isPut(path))
        assert.strictEqual(puts.length, 2)
      }), 60_000)
  })

  describe("of a plan stops on Ctrl-C", () => {
    it.effect("says how to go on, and posts and sends nothing twice when it does", () =>
      Effect.gen(function*() {
        const { env, pages, plan, sandbox } = yield* planned("stop")
        yield* Effect.promise(() => writeSmallFiles(pages, 12))
        assert.strictEqual((yield* here(["plan", pages, "-o", plan, "--asset-prefix", "stop"], { env })).code, 0)
        const slow = { match: { op: "PutObject" }, effect: { type: "delay", millis: 150 } } as const
        yield* sandbox.faults.add(slow)
        const isPut = (path: string) => path.includes("/stoppage")
        const stopped = yield* command(["apply", plan, "--uploads", "2"], {
          env,
          during: (child) =>
            Effect.andThen(
              sandbox.awaitRequest(({ op, path, status }) => op === "PutObject" && isPut(path) && status === 200),
              Effect.sync(() => child.kill("SIGINT"))
            )
        })
        yield* sandbox.faults.remove(slow)
        yield* sandbox.awaitIdle
        assert.strictEqual(stopped.code, 130, stopped.stderr)
        assert.include(stopped.stderr, `To go on:\n  iiif-ingest apply ${plan} --uploads 2\n`)
        const puts = (yield* sandbox.requests({ method: "PUT" })).filter(({ path }) => isPut(path))
        const arrived = puts.filter(({ status }) => status === 200).map(({ path }) => path)
        assert.isBelow(arrived.length, 12)
        const again = yield* command(["apply", plan], { env })
        assert.strictEqual(again.code, 0, again.stderr)
        const later = (yield* sandbox.requests({ method: "PUT" })).filter(({ path }) => isPut(path)).slice(puts.length)
        assert.deepStrictEqual(later.filter(({ path }) => arrived.includes(path)), [])
      }), 60_000)
  })

  describe("refuses a plan", () => {
    it.effect("of another release, another environment, edited apart, or cut off", () =>
      Effect.gen(function*() {
        const { env, plan, sandbox } = yield* planned("edited")
        const text = Fs.readFileSync(plan, "utf8")
        const changes: ReadonlyArray<readonly [string, RegExp]> = [
          [text.replace("\"version\": 1", "\"version\": 0"), /it is 0, made by an older release.*make the plan again/],
          [text.replace("\"version\": 1", "\"version\": 2"), /newer release/],
          [text.replace("\"environment\": \"sandbox\"", "\"environment\": \"qa\""), /the plan is for qa, and this is/],
          [text.replace("images/editedpage001", "images/else"), /images\/else.* is not the key of .*edited apart/],
          [
            text.replace("\"file\":\"page-001.png\",\"id\"", "\"file\":\"../page-001.png\",\"id\""),
            /leaves|climbs|outside/
          ],
          [text.slice(0, 300), /it is not JSON/]
        ]
        for (const [changed, message] of changes) {
          assert.notStrictEqual(changed, text, String(message))
          Fs.writeFileSync(plan, changed)
          const { code, stderr } = yield* here(["apply", plan], { env })
          assert.strictEqual(code, 2, `${message}: ${stderr}`)
          assert.match(stderr, message)
        }
        assert.deepStrictEqual((yield* sandbox.requests()).filter(({ path }) => path.includes("editedpage")), [])
      }))
  })

  describe("asks before it", () => {
    it.effect("applies or updates a plan in prod, and does nothing where the answer is no", () =>
      Effect.gen(function*() {
        const { env, plan, sandbox } = yield* planned("prod")
        const text = Fs.readFileSync(plan, "utf8")
        Fs.writeFileSync(plan, text.replace("\"environment\": \"sandbox\"", "\"environment\": \"prod\""))
        const unasked = yield* here(["apply", plan, "--env", "prod"], { env })
        assert.strictEqual(unasked.code, 2)
        assert.match(unasked.stderr, /this ingests 2 images in 1 manifest in prod: there is no terminal.*say --yes/)
        const refused = yield* here(["apply", plan, "--env", "prod"], { env, typed: "n\n" })
        assert.strictEqual(refused.code, 2)
        assert.match(refused.stderr, /in prod\. Go on\? \[y\/N\][^]*nothing was done, since the answer was no/)
        const agreed = yield* here(["apply", plan, "--env", "prod", "--yes"], { env })
        // past the question, prod takes no address of a sandbox
        assert.strictEqual(agreed.code, 3)
        assert.match(agreed.stderr, /environment prod does not accept a sandbox/)
        assert.deepStrictEqual((yield* sandbox.requests()).filter(({ path }) => path.includes("prodpage")), [])
      }))
  })

  describe("names in a folder", () => {
    it.effect("all that may not be read (in an unprivileged process)", () =>
      Effect.gen(function*() {
        const { cwd, env, pages } = yield* planned("closed")
        for (const path of [cwd, pages]) Fs.chmodSync(path, 0o755)
        const rows = ["page-001.png", "closed/1.png", "page-002.png"].map((file) => `${file},M,m`)
        const sheet = Path.join(pages, "pages.csv")
        Fs.writeFileSync(sheet, ["file,manifest,manifest label", ...rows].join("\n"))
        Fs.mkdirSync(Path.join(pages, "closed"))
        Fs.chmodSync(Path.join(pages, "closed"), 0)
        Fs.chmodSync(Path.join(pages, "page-001.png"), 0)
        const state = yield* folder
        Fs.chmodSync(state, 0o777)
        const nobody = { ...forNobody(env), HOME: state, XDG_STATE_HOME: state }
        const { code, stdout } = yield* command(["plan", sheet], { env: nobody })
        assert.strictEqual(code, 1, stdout)
        assert.match(stdout, /row 2, file \(A2\): the file cannot be read: permission denied/)
        assert.match(stdout, /row 3, file \(A3\): .*closed" cannot be listed: permission denied/)
        Fs.chmodSync(sheet, 0)
        const unread = yield* command(["plan", sheet], { env: nobody })
        assert.strictEqual(unread.code, 2)
        isOneMessage(unread.stderr)
        assert.match(unread.stderr, /pages\.csv cannot be read as the input of a batch: permission denied/)
      }), 60_000)

    it.effect("links that lead back, and soon gives up links that lead to each other", () =>
      Effect.gen(function*() {
        const { env, pages } = yield* planned("loops")
        const link = (to: string, at: string) => Fs.symlinkSync(to, Path.join(pages, at))
        link(".", "self")
        link("none", "nowhere")
        const loops = yield* here(["plan", pages, "--asset-prefix", "loops"], { env })
        assert.strictEqual(loops.code, 0, loops.stdout)
        assert.match(loops.stdout, /self: the file is left out: it links back to a folder that contains it/)
        const all = Array.from({ length: 12 }, (_, n) => `d${n}`)
        for (const name of all) Fs.mkdirSync(Path.join(pages, name))
        for (const name of all) for (const other of all) if (name !== other) link(`../${other}`, `${name}/${other}`)
        for (const args of [["plan", pages], ["ingest", pages]]) {
          const { code, stderr, stdout } = yield* here(args, { env })
          assert.strictEqual(code, args[0] === "plan" ? 1 : 2)
          assert.match(
            stdout + stderr,
            /cannot be listed: its links lead to each other, in more than 1000 ways; remove/
          )
        }
      }), 60_000)
  })
})
