/** The command on folders, pipes and whatever else a file may be, and what it does at Ctrl-C. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync } from "node:child_process"
import * as Fs from "node:fs"
import { writeFile } from "node:fs/promises"
import { createServer, type Server } from "node:net"
import * as Path from "node:path"
import { broken, check, checkHere, folderOf, linesOf, validManifest, validText } from "./support/command.ts"

/** A socket of the file system, which is closed with the scope. */
const listeningAt = (path: string) =>
  Effect.acquireRelease(
    Effect.callback<Server>((resume) => {
      const server = createServer().listen(path, () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.callback<void>((resume) => void server.close(() => resume(Effect.void)))
  )

describe("iiif-check on named pipes", () => {
  const pipeIn = (cwd: string) => {
    const path = Path.join(cwd, "pipe")
    execFileSync("mkfifo", [path])
    return path
  }

  it.live("reads what is written", () =>
    Effect.gen(function*() {
      const pipe = pipeIn(yield* folderOf({}))
      const [{ code, stdout }] = yield* Effect.all([
        checkHere([pipe]),
        Effect.promise(() => writeFile(pipe, broken))
      ], { concurrency: 2 })
      assert.strictEqual(code, 1)
      assert.include(stdout, `${pipe}:4:3: error: id: `)
    }))

  it.live("stops waiting for somebody who writes at Ctrl-C", () =>
    Effect.gen(function*() {
      const cwd = yield* folderOf({ "a.json": broken })
      const { code, stdout } = yield* check(["a.json", pipeIn(cwd)], {
        cwd,
        // once the first document is printed, the second is waited for
        during: (child) => Effect.sync(() => child.stdout?.once("data", () => child.kill("SIGINT")))
      })
      assert.strictEqual(code, 130)
      assert.match(stdout, /^a\.json:4:3: /)
    }))

  it.live("does not open those in a folder, nor what else is no file, and says so", () =>
    Effect.gen(function*() {
      const cwd = yield* folderOf({ "a.json": validText() })
      execFileSync("mkfifo", [Path.join(cwd, "pipe.json"), Path.join(cwd, "other")])
      Fs.symlinkSync("pipe.json", Path.join(cwd, "linked.json"))
      Fs.symlinkSync("/dev/zero", Path.join(cwd, "zero.json"))
      yield* listeningAt(Path.join(cwd, "socket.json"))
      const { code, stdout } = yield* checkHere(["--json", "."], { cwd })
      assert.strictEqual(code, 2)
      const pipe = "it is a named pipe, which is read only if it is named on the command line"
      assert.deepStrictEqual(linesOf(stdout).map(({ name, problem, status }) => [name, problem?.detail ?? status]), [
        ["a.json", "valid"],
        ["linked.json", pipe],
        ["pipe.json", pipe],
        ["socket.json", "it is a socket, not a file"],
        ["zero.json", "it is a device, not a file"]
      ])
      assert.deepStrictEqual(linesOf(stdout).flatMap(({ problem }) => problem?.code ?? []), Array(4).fill("unreadable"))
    }).pipe(Effect.scoped))
})

describe("iiif-check at Ctrl-C", () => {
  it.live("ends with 130 in the middle of a long check, whatever was found before", () =>
    Effect.gen(function*() {
      const items = Array.from({ length: 60_000 }, () => ({ type: "Canvas", items: [{ type: "AnnotationPage" }] }))
      const long = JSON.stringify({ ...validManifest(), items })
      const cwd = yield* folderOf({ "a.json": broken, "b.json": long, "c.json": long, "d.json": long })
      const { code, stderr, stdout } = yield* check(["--json", "."], {
        cwd,
        during: (child) => Effect.sync(() => child.stdout?.once("data", () => child.kill("SIGINT")))
      })
      assert.strictEqual(code, 130)
      assert.strictEqual(stderr, "")
      assert.deepStrictEqual(linesOf(stdout).map(({ name }) => name), ["a.json"])
    }))
})

describe("iiif-check on folders", () => {
  it.live("finds documents by their ending, in order, at any depth, and not what is hidden", () =>
    Effect.gen(function*() {
      const cwd = yield* folderOf({
        "b.json": validText(),
        "a/2.JSON": validText(),
        "a/1/deep.json": validText(),
        "a.txt": "text",
        "c.jsonld": validText(),
        ".hidden.json": "no",
        ".git/a.json": "no",
        "empty.json/inner.json": validText()
      })
      const named = (...args: ReadonlyArray<string>) =>
        Effect.map(checkHere(["--json", ...args], { cwd }), ({ stdout }) => linesOf(stdout).map(({ name }) => name))
      assert.deepStrictEqual(yield* named("."), ["a/1/deep.json", "a/2.JSON", "b.json", "empty.json/inner.json"])
      assert.deepStrictEqual(yield* named(".", "--extensions", "jsonld, txt"), ["a.txt", "c.jsonld"])
      assert.deepStrictEqual(yield* named("a.txt", ".hidden.json", "a"), [
        "a.txt",
        ".hidden.json",
        "a/1/deep.json",
        "a/2.JSON"
      ])
    }))

  it.live.skipIf(process.platform !== "linux")(
    "reads names that are not UTF-8, and shows their bytes",
    () =>
      Effect.gen(function*() {
        const cwd = yield* folderOf({ "caf\u00e9/a.json": validText(), "x\ufffd.json": broken, "x.json": validText() })
        const bytes = (name: string) => Buffer.concat([Buffer.from(`${cwd}/`), Buffer.from(name, "latin1")])
        for (const folder of ["d\u00e9\u001b", "d\u00e9\u001b/\u00ff"]) Fs.mkdirSync(bytes(folder))
        for (
          const name of ["x\u00e9.json", "x\u00ea.json", "d\u00e9\u001b/\u00ff/b.json", "d\u00e9\u001b/\u00ff.json"]
        ) {
          Fs.writeFileSync(bytes(name), validText())
        }
        const { code, stdout } = yield* checkHere(["--json", "."], { cwd })
        assert.strictEqual(code, 1)
        assert.deepStrictEqual(linesOf(stdout).map(({ name, status }) => [name, status]), [
          ["caf\u00e9/a.json", "valid"],
          ["d\\xe9\u001b/\\xff/b.json", "valid"],
          ["d\\xe9\u001b/\\xff.json", "valid"],
          ["x.json", "valid"],
          ["x\\xe9.json", "valid"],
          ["x\\xea.json", "valid"],
          ["x\ufffd.json", "errors"]
        ])
        const absolute = yield* checkHere(["--json", cwd], {})
        assert.deepStrictEqual(
          linesOf(absolute.stdout).map(({ name }) => name.slice(cwd.length + 1)),
          linesOf(stdout).map(({ name }) => name)
        )
        const people = yield* checkHere(["--max", "0", ".", "y\ufffd.json"], { cwd })
        assert.include(
          people.stdout,
          "y\ufffd.json: cannot be checked: there is no file or folder of this name in UTF-8: "
        )
      })
  )

  it.live("says that a folder has no documents", () =>
    Effect.gen(function*() {
      const cwd = yield* folderOf({ "a/readme.txt": "text", ".hidden.json": "{}" })
      const { code, stdout } = yield* checkHere(["."], { cwd })
      assert.strictEqual(code, 2)
      assert.include(stdout, ".: cannot be checked: there is no *.json in this folder\n")
    }))

  it.live("follows links, each folder once, and names those that lead nowhere", () =>
    Effect.gen(function*() {
      const cwd = yield* folderOf({ "real/a.json": validText(), "outside.txt": validText() })
      Fs.symlinkSync("..", Path.join(cwd, "real/up"))
      Fs.symlinkSync("real", Path.join(cwd, "again"))
      Fs.symlinkSync("outside.txt", Path.join(cwd, "linked.json"))
      Fs.symlinkSync("nowhere", Path.join(cwd, "lost.json"))
      Fs.symlinkSync("round.json", Path.join(cwd, "round.json"))
      const { code, stdout } = yield* checkHere(["--json", "."], { cwd })
      assert.strictEqual(code, 2)
      assert.deepStrictEqual(linesOf(stdout).map(({ name, problem, status }) => [name, problem?.code ?? status]), [
        ["again/a.json", "valid"],
        ["linked.json", "valid"],
        ["lost.json", "not-found"],
        ["round.json", "unreadable"]
      ])
    }))

  it.live.skipIf(process.getuid?.() === 0)("names what may not be read", () =>
    Effect.gen(function*() {
      const cwd = yield* folderOf({ "a.json": validText(), "b/c.json": validText() })
      Fs.chmodSync(Path.join(cwd, "a.json"), 0)
      Fs.chmodSync(Path.join(cwd, "b"), 0)
      const { stdout } = yield* checkHere(["--json", "."], { cwd })
      Fs.chmodSync(Path.join(cwd, "b"), 0o700)
      assert.deepStrictEqual(linesOf(stdout).map(({ name, problem }) => [name, problem?.code]), [
        ["a.json", "unreadable"],
        ["b", "unreadable"]
      ])
    }))
})
