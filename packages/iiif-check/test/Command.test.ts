/** The command on files, folders and standard input. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync } from "node:child_process"
import * as Fs from "node:fs"
import { writeFile } from "node:fs/promises"
import * as Path from "node:path"
import { PassThrough } from "node:stream"
import { main } from "../src/internal/main.ts"
import { check, folderOf, linesOf, validManifest, validText } from "./support/command.ts"

const summaryOf = (stdout: string): string => stdout.trimEnd().split("\n").at(-1) ?? ""

const broken = `{
  "@context": "http://iiif.io/api/presentation/3/context.json",
  "type": "Manifest",
  "id": "manifest.json",
  "label": { "en": ["A"] },
  "items": []
}
`

/** A canvas without an image is allowed, and hardly meant. */
const doubtful = () => {
  const canvas = { id: "https://example.org/manifest/canvas/a", type: "Canvas", width: 640, height: 427 }
  return JSON.stringify({ ...validManifest(), items: [{ ...canvas, items: [] }] }, null, 2)
}

describe("iiif-check", () => {
  it.live("shows a finding with its lines, and what to do", () =>
    Effect.gen(function*() {
      const cwd = yield* folderOf({ "book.json": broken })
      const { code, stderr, stdout } = yield* check(["book.json"], { cwd })
      assert.strictEqual(code, 1)
      assert.strictEqual(stderr, "")
      assert.include(
        stdout,
        [
          "book.json:4:3: error: id: it is \"manifest.json\" [id-uri]",
          "  3 |   \"type\": \"Manifest\",",
          "  4 |   \"id\": \"manifest.json\",",
          "    |   ^^^^^^^^^^^^^^^^^^^^^",
          "  5 |   \"label\": { \"en\": [\"A\"] },",
          "  expected: an http or https URI"
        ].join("\n")
      )
      assert.match(stdout, /^ {2}remedy: .+\n {2}see: Presentation 3\.0, /m)
      assert.notInclude(stdout, "\u001b")
      assert.strictEqual(
        summaryOf(stdout),
        "1 document: 0 valid, 1 with errors, 0 with warnings only, 0 that could not be checked"
      )
    }))

  it.live("ends with 0 for what is valid, 1 for errors, 2 for what cannot be read", () =>
    Effect.gen(function*() {
      const cwd = yield* folderOf({ "valid.json": validText(), "broken.json": broken, "doubtful.json": doubtful() })
      const codeOf = (...args: ReadonlyArray<string>) => Effect.map(check(args, { cwd }), ({ code }) => code)
      assert.strictEqual(yield* codeOf("valid.json"), 0)
      assert.strictEqual(yield* codeOf("doubtful.json"), 0)
      assert.strictEqual(yield* codeOf("doubtful.json", "--warnings-as-errors"), 1)
      assert.strictEqual(yield* codeOf("valid.json", "broken.json"), 1)
      assert.strictEqual(yield* codeOf("broken.json", "missing.json", "valid.json"), 2)
    }))

  it.live("goes on after each kind of document that is none", () =>
    Effect.gen(function*() {
      const cwd = yield* folderOf({
        "1-empty.json": " \n",
        "2-latin1.json": Buffer.from("{\n  \"label\": \"caf\u00e9!\"\n}", "latin1"),
        "3-utf16.json": Buffer.from("\ufeff{}", "utf16le"),
        "4-html.json": "\n<!doctype html>",
        "5-comma.json": "{\n  \"a\": [1, 2,],\n}",
        "6-cut.json": validText().slice(0, -30),
        "7-large.json": " ".repeat(1024 * 1024 + 1),
        "8-bom.json": `\ufeff${validText()}`,
        "9-presentation2.json": "{\n  \"@type\": \"sc:Manifest\"\n}"
      })
      const { code, stdout } = yield* check(["--json", "--max-size", "1", "."], { cwd })
      assert.strictEqual(code, 2)
      const lines = linesOf(stdout)
      assert.deepStrictEqual(
        lines.map(({ findings: [first], name, problem, status }) => [
          name.slice(0, 1),
          status,
          first?.code ?? problem?.code,
          first?.line,
          first?.column
        ]),
        [
          ["1", "errors", "not-json", 1, 1],
          ["2", "errors", "not-json", 2, 16],
          ["3", "errors", "not-json", 1, 1],
          ["4", "errors", "not-json", 2, 1],
          ["5", "errors", "not-json", 2, 13],
          ["6", "errors", "not-json", lines[5]?.findings[0]?.line, lines[5]?.findings[0]?.column],
          ["7", "unchecked", "too-large", undefined, undefined],
          ["8", "valid", undefined, undefined, undefined],
          ["9", "errors", "presentation-2", 2, 3]
        ]
      )
      assert.deepStrictEqual(lines.flatMap(({ findings, problem }) => findings[0]?.message ?? problem?.detail ?? []), [
        "the document is empty",
        "the byte 0xe9 is not UTF-8",
        "it is UTF-16, not UTF-8",
        "it is an HTML or XML page, not JSON",
        "there is a comma before ]",
        lines[5]?.findings[0]?.message,
        "it is larger than 1 MiB: raise the limit with --max-size",
        "it is a Presentation 2 manifest"
      ])
      assert.match(lines[5]?.findings[0]?.message ?? "", /^the text ends here|no end$/)
    }))

  it.live("reads standard input, named or not", () =>
    Effect.gen(function*() {
      for (const args of [[], ["-"]]) {
        const { code, stdout } = yield* check([...args, "--json"], { stdin: broken })
        assert.strictEqual(code, 1)
        const [line] = linesOf(stdout)
        assert.strictEqual(line?.name, "<stdin>")
        assert.deepInclude(line?.findings.map(({ code, line }) => [code, line]) ?? [], ["id-uri", 4])
      }
      const empty = yield* check([], { stdin: "" })
      assert.strictEqual(empty.code, 1)
      assert.include(empty.stdout, "the document is empty")
    }))

  it.live("refuses what is no command line, on standard error", () =>
    Effect.gen(function*() {
      for (
        const [args, message] of [
          [["--bogus"], "--bogus"],
          [["--max", "x"], "--max"],
          [["--max-size", "0"], "--max-size"],
          [["--timeout", "-1"], "--timeout"],
          [["-", "-"], "only once"]
        ] as const
      ) {
        const { code, stderr, stdout } = yield* check(args)
        assert.strictEqual(code, 2)
        assert.strictEqual(stdout, "")
        assert.match(stderr, /^iiif-check: .+\niiif-check --help shows what there is\n$/)
        assert.include(stderr, message)
      }
    }))

  it.live("asks for something to check on a terminal, where it would have to be typed", () =>
    Effect.gen(function*() {
      const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
      const streams = { stdin: () => stdin, stdout, stderr, isInteractive: true, isTerminal: true }
      assert.strictEqual(yield* main([], streams), 2)
      assert.strictEqual(stdout.read(), null)
      assert.match(String(stderr.read()), /^iiif-check: name a file, a folder or a URL to check\n/)
    }))

  it.live("says in its help what the exit codes mean", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* check(["--help"])
      assert.strictEqual(code, 0)
      assert.strictEqual(stderr, "")
      assert.match(stdout, /0 if no document has errors; 1 if one has; 2 if one could not be read/)
    }))

  it.live("shows errors only, or as many findings as asked for", () =>
    Effect.gen(function*() {
      const cwd = yield* folderOf({ "a.json": doubtful(), "b.json": broken })
      const all = yield* check(["."], { cwd })
      assert.match(all.stdout, /^a\.json:\d+:\d+: warning: /m)
      const quiet = yield* check(["--quiet", "."], { cwd })
      assert.notInclude(quiet.stdout, "warning: ")
      assert.include(quiet.stdout, "b.json:4:3: error: ")
      assert.strictEqual(summaryOf(quiet.stdout), summaryOf(all.stdout))
      const counted = yield* check(["-q", "--warnings-as-errors", "."], { cwd })
      assert.match(counted.stdout, /^a\.json:\d+:\d+: warning: /m)
      const one = yield* check(["--max", "1", "b.json"], { cwd })
      assert.match(one.stdout, /^b\.json: \d+ more findings? (?:is|are) not shown \(--max\)$/m)
      assert.lengthOf(one.stdout.match(/^b\.json:\d+:\d+: /gm) ?? [], 1)
      const json = yield* check(["--json", "--max", "1", "b.json"], { cwd })
      const [line] = linesOf(json.stdout)
      assert.lengthOf(line?.findings ?? [], 1)
      assert.strictEqual((line?.notListed ?? 0) + 1, (line?.errors ?? 0) + (line?.warnings ?? 0))
    }))

  it.live("prints JSON lines and nothing else on standard output", () =>
    Effect.gen(function*() {
      const cwd = yield* folderOf({ "a.json": validText(), "b.json": doubtful(), "c.json": broken })
      const { stderr, stdout } = yield* check(["--json", "c.json", "a.json", "b.json", "none.json"], { cwd })
      assert.deepStrictEqual(linesOf(stdout).map(({ name, status }) => [name, status]), [
        ["c.json", "errors"],
        ["a.json", "valid"],
        ["b.json", "warnings"],
        ["none.json", "unchecked"]
      ])
      assert.strictEqual(
        stderr,
        "4 documents: 1 valid, 1 with errors, 1 with warnings only, 1 that could not be checked\n"
      )
      assert.strictEqual((yield* check(["--json", "--quiet", "a.json"], { cwd })).stderr, "")
    }))

  it.live("escapes what a terminal would act on, wherever it comes from", () =>
    Effect.gen(function*() {
      const nasty = "\u001b[2J\u009b31m\u202e\u2028\u0007"
      const json = JSON.stringify({ ...validManifest(), [nasty]: 1, id: nasty, label: { [nasty]: ["x"] } }, null, 2)
        .replaceAll("\\u001b", "\u009b")
      const cwd = yield* folderOf({ [`a${nasty}.json`]: json, [`b${nasty}.json`]: `{"a": "${nasty}` })
      const missing = `none${nasty}.json`
      const { stdout } = yield* check([".", missing], { cwd })
      assert.notMatch(stdout, /[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}]/u)
      assert.include(stdout, "a\\u{1b}[2J\\u{9b}31m\\u{202e}\\u{2028}\\u{7}.json:")
      assert.include(stdout, "none\\u{1b}[2J\\u{9b}31m\\u{202e}\\u{2028}\\u{7}.json: cannot be checked")
      const lines = yield* check(["--json", ".", missing], { cwd })
      assert.notMatch(lines.stdout, /[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}]/u)
      assert.strictEqual(linesOf(lines.stdout)[0]?.name, `a${nasty}.json`)
      const usage = yield* check([`--${nasty}`])
      assert.notMatch(usage.stderr, /[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}]/u)
    }))

  it.live("uses colors if asked to, and not because of NO_COLOR or a pipe", () =>
    Effect.gen(function*() {
      const cwd = yield* folderOf({ "b.json": broken })
      assert.include((yield* check(["--color", "b.json"], { cwd, env: { NO_COLOR: "1" } })).stdout, "\u001b[1;31merror")
      assert.notInclude((yield* check(["--no-color", "b.json"], { cwd })).stdout, "\u001b")
      assert.notInclude((yield* check(["b.json"], { cwd, env: { FORCE_COLOR: "1" } })).stdout, "\u001b")
    }))

  it.live("cuts the line of a minified document around the place", () =>
    Effect.gen(function*() {
      const manifest = { ...validManifest(), summary: { en: ["x".repeat(5_000_000)] }, navDate: "yesterday" }
      const cwd = yield* folderOf({ "long.json": JSON.stringify({ ...manifest, start: { id: 1 } }) })
      const { stdout } = yield* check(["long.json"], { cwd })
      assert.isBelow(stdout.length, 4000)
      assert.match(stdout, /^ {2}1 \| …x{26}"\]\},"navDate":"yesterday",.*$/m)
      assert.match(stdout, /^ {4}\| {32}\^{21}\n/m)
    }))

  it.live("ends quietly when its output is not read to the end", () =>
    Effect.gen(function*() {
      const files = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`${n}.json`, broken]))
      const cwd = yield* folderOf(files)
      const { code, stderr } = yield* check(["."], {
        cwd,
        during: ({ stdout }) => Effect.sync(() => stdout?.once("data", () => stdout.destroy()))
      })
      assert.strictEqual(stderr, "")
      assert.strictEqual(code, 1)
    }))
})

describe("iiif-check on named pipes", () => {
  const pipeIn = (cwd: string) => {
    const path = Path.join(cwd, "pipe")
    execFileSync("mkfifo", [path])
    return path
  }

  it.live("reads what is written", () =>
    Effect.gen(function*() {
      const pipe = pipeIn(yield* folderOf({}))
      const { code, stdout } = yield* check([pipe], {
        during: () => Effect.promise(() => writeFile(pipe, broken))
      })
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
        Effect.map(check(["--json", ...args], { cwd }), ({ stdout }) => linesOf(stdout).map(({ name }) => name))
      assert.deepStrictEqual(yield* named("."), ["a/1/deep.json", "a/2.JSON", "b.json", "empty.json/inner.json"])
      assert.deepStrictEqual(yield* named(".", "--extensions", "jsonld, txt"), ["a.txt", "c.jsonld"])
      assert.deepStrictEqual(yield* named("a.txt", ".hidden.json", "a"), [
        "a.txt",
        ".hidden.json",
        "a/1/deep.json",
        "a/2.JSON"
      ])
    }))

  it.live("says that a folder has no documents", () =>
    Effect.gen(function*() {
      const cwd = yield* folderOf({ "a/readme.txt": "text", ".hidden.json": "{}" })
      const { code, stdout } = yield* check(["."], { cwd })
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
      const { code, stdout } = yield* check(["--json", "."], { cwd })
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
      const { stdout } = yield* check(["--json", "."], { cwd })
      Fs.chmodSync(Path.join(cwd, "b"), 0o700)
      assert.deepStrictEqual(linesOf(stdout).map(({ name, problem }) => [name, problem?.code]), [
        ["a.json", "unreadable"],
        ["b", "unreadable"]
      ])
    }))
})
