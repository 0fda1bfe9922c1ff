/** The command line, what is printed, and what documents may be. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Fs from "node:fs"
import { broken, check, checkHere, folderOf, linesOf, validManifest, validText } from "./support/command.ts"

const summaryOf = (stdout: string): string => stdout.trimEnd().split("\n").at(-1) ?? ""

/** A canvas without an image is allowed, and hardly meant. */
const doubtful = () => {
  const canvas = { id: "https://example.org/manifest/canvas/a", type: "Canvas", width: 640, height: 427 }
  return JSON.stringify({ ...validManifest(), items: [{ ...canvas, items: [] }] }, null, 2)
}

describe("iiif-check", () => {
  it.live("shows a finding with its lines, and what to do", () =>
    Effect.gen(function*() {
      const cwd = yield* folderOf({ "book.json": broken })
      const { code, stderr, stdout } = yield* check(["book.json"], { cwd, env: { FORCE_COLOR: "1" } })
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
      const codeOf = (...args: ReadonlyArray<string>) => Effect.map(checkHere(args, { cwd }), ({ code }) => code)
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
      const { code, stdout } = yield* checkHere(["--json", "--max-size", "1", "."], { cwd })
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
        "it is a document of Presentation 2: its type is \"sc:Manifest\""
      ])
      assert.match(lines[5]?.findings[0]?.message ?? "", /^the text ends here|no end$/)
    }))

  it.live("reads standard input, named or not", () =>
    Effect.gen(function*() {
      for (const run of [checkHere(["--json"], { stdin: broken }), check(["--json", "-"], { stdin: broken })]) {
        const { code, stdout } = yield* run
        assert.strictEqual(code, 1)
        const [line] = linesOf(stdout)
        assert.strictEqual(line?.name, "<stdin>")
        assert.deepInclude(line?.findings.map(({ code, line }) => [code, line]) ?? [], ["id-uri", 4])
      }
      const empty = yield* checkHere([], { stdin: "" })
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
          [["--extensions", "", "."], "--extensions names no ending"],
          [["--extensions", ",, *.", "."], "--extensions names no ending"],
          [["--wizard"], "--wizard"],
          [["--jsn"], "iiif-check. Did you mean this? --json"],
          [["--log-level", "debug"], "--log-level"],
          [["-", "-"], "only once"]
        ] as const
      ) {
        const { code, stderr, stdout } = yield* checkHere(args)
        assert.strictEqual(code, 2)
        assert.strictEqual(stdout, "")
        assert.match(stderr, /^iiif-check: .+\niiif-check --help shows what there is\n$/)
        assert.include(stderr, message)
      }
      const own = yield* check(["--bogus"])
      assert.deepStrictEqual([own.code, own.stdout], [2, ""])
      assert.include(own.stderr, "--bogus")
    }))

  it.live("takes nothing that begins like an address for a file, and shows nothing of it", () =>
    Effect.gen(function*() {
      const cwd = yield* folderOf({ "hunter2:a@b.json": validText(), "http:/kept/a.json": validText() })
      for (
        const address of [
          "http:hunter2:tok3n@example.org",
          "HTTP:\\\\hunter2:tok3n@example.org",
          "https:/hunter2:tok3n@example.org/x",
          "http://hunter2:tok3n@[broken/",
          "//hunter2:tok3n@example.org/x",
          "s3:/tok3n/x",
          "hunter2:tok3n@example.org/x",
          "  http:hunter2:tok3n@example.org"
        ]
      ) {
        const { code, stderr, stdout } = yield* checkHere([address, "hunter2:a@b.json"], { cwd })
        assert.deepStrictEqual([code, stdout], [2, ""], address)
        assert.match(
          stderr,
          /^iiif-check: (?:https?:|\/\/)?… begins like an address and is none: write it as /i,
          address
        )
        assert.notMatch(stderr, /hunter2|tok3n/, address)
      }
      const files = yield* checkHere(["--json", "hunter2:a@b.json", "http:/kept", `/${cwd}/http:/kept/a.json`], { cwd })
      assert.deepStrictEqual(linesOf(files.stdout).map(({ status }) => status), ["valid", "valid", "valid"])
    }))

  it.live("asks for something to check on a terminal, where it would have to be typed", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* checkHere([], { isTerminal: true })
      assert.deepStrictEqual([code, stdout], [2, ""])
      assert.match(stderr, /^iiif-check: name a file, a folder or a URL to check\n/)
    }))

  it.live("lists in its help the options of the README, and what the exit codes mean", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* checkHere(["--help"])
      assert.strictEqual(code, 0)
      assert.strictEqual(stderr, "")
      assert.match(
        stdout,
        /0 if no document has errors; 1 if one has; 2 if one could not be read.*; 130 if interrupted/
      )
      const readme = Fs.readFileSync(new URL("../README.md", import.meta.url), "utf8")
      const options = (text: string) => [...new Set(text.match(/(?<![\w-])--[a-z][a-z-]*/g))].toSorted()
      const [, table = ""] = /## Options\n([^]*?)\n## /.exec(readme) ?? []
      assert.deepStrictEqual(options(stdout), options(table))
    }))

  it.live("shows errors only, or as many findings as asked for", () =>
    Effect.gen(function*() {
      const cwd = yield* folderOf({ "a.json": doubtful(), "b.json": broken })
      const all = yield* checkHere(["."], { cwd })
      assert.match(all.stdout, /^a\.json:\d+:\d+: warning: /m)
      const quiet = yield* checkHere(["--quiet", "."], { cwd })
      assert.notInclude(quiet.stdout, "warning: ")
      assert.include(quiet.stdout, "b.json:4:3: error: ")
      assert.strictEqual(summaryOf(quiet.stdout), summaryOf(all.stdout))
      const counted = yield* checkHere(["-q", "--warnings-as-errors", "."], { cwd })
      assert.match(counted.stdout, /^a\.json:\d+:\d+: warning: /m)
      const one = yield* checkHere(["--max", "1", "b.json"], { cwd })
      assert.match(one.stdout, /^b\.json: \d+ more findings? (?:is|are) not shown \(--max\)$/m)
      assert.lengthOf(one.stdout.match(/^b\.json:\d+:\d+: /gm) ?? [], 1)
      const json = yield* checkHere(["--json", "--max", "1", "b.json"], { cwd })
      const [line] = linesOf(json.stdout)
      assert.lengthOf(line?.findings ?? [], 1)
      assert.strictEqual((line?.notListed ?? 0) + 1, (line?.errors ?? 0) + (line?.warnings ?? 0))
    }))

  it.live("prints JSON lines and nothing else on standard output", () =>
    Effect.gen(function*() {
      const cwd = yield* folderOf({ "a.json": validText(), "b.json": doubtful(), "c.json": broken })
      const { stderr, stdout } = yield* checkHere(["--json", "c.json", "a.json", "b.json", "none.json"], { cwd })
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
      assert.strictEqual((yield* checkHere(["--json", "--quiet", "a.json"], { cwd })).stderr, "")
    }))

  it.live("escapes what a terminal would act on, wherever it comes from", () =>
    Effect.gen(function*() {
      const nasty = "\u001b[2J\u009b31m\u202e\u2028\u0007"
      const json = JSON.stringify({ ...validManifest(), [nasty]: 1, id: nasty, label: { [nasty]: ["x"] } }, null, 2)
        .replaceAll("\\u001b", "\u009b")
      const cwd = yield* folderOf({ [`a${nasty}.json`]: json, [`b${nasty}.json`]: `{"a": "${nasty}` })
      const missing = `none${nasty}.json`
      const { stdout } = yield* checkHere([".", missing], { cwd })
      assert.notMatch(stdout, /[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}]/u)
      assert.include(stdout, "a\\u{1b}[2J\\u{9b}31m\\u{202e}\\u{2028}\\u{7}.json:")
      assert.include(stdout, "none\\u{1b}[2J\\u{9b}31m\\u{202e}\\u{2028}\\u{7}.json: cannot be checked")
      const lines = yield* checkHere(["--json", ".", missing], { cwd })
      assert.notMatch(lines.stdout, /[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}]/u)
      assert.strictEqual(linesOf(lines.stdout)[0]?.name, `a${nasty}.json`)
      const usage = yield* checkHere([`--${nasty}`])
      assert.notMatch(usage.stderr, /[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}]/u)
    }))

  it.live("uses colors if asked to, and not because of NO_COLOR or a pipe", () =>
    Effect.gen(function*() {
      const cwd = yield* folderOf({ "b.json": broken })
      const red = "\u001b[1;31merror"
      const shown = (args: ReadonlyArray<string>, options: object) =>
        Effect.map(checkHere([...args, "b.json"], { cwd, ...options }), ({ stdout }) => stdout)
      assert.include(yield* shown([], { isTerminal: true }), red)
      assert.notInclude(yield* shown([], { isTerminal: true, env: { NO_COLOR: "1" } }), "\u001b")
      assert.include(yield* shown(["--color"], { env: { NO_COLOR: "1" } }), red)
      assert.notInclude(yield* shown(["--no-color"], { isTerminal: true }), "\u001b")
      assert.notInclude(yield* shown([], { env: { FORCE_COLOR: "1" } }), "\u001b")
    }))

  it.live("cuts the line of a minified document around the place", () =>
    Effect.gen(function*() {
      const manifest = { ...validManifest(), summary: { en: ["x".repeat(5_000_000)] }, navDate: "yesterday" }
      const cwd = yield* folderOf({ "long.json": JSON.stringify({ ...manifest, start: { id: 1 } }) })
      const { stdout } = yield* checkHere(["long.json"], { cwd })
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
