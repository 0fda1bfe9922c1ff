/** Every code block of the pages for readers compiles and runs, and names only commands that exist. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { run, start } from "../support/child.ts"
import { type Block, blocksIn, blocksOf, isProgram } from "./support/blocks.ts"
import { binOf, commandsIn, problemsOf } from "./support/commands.ts"
import * as Runner from "./support/runner.ts"
import { pages, root } from "./support/workspace.ts"

/** What is neither run nor checked: output, wire formats, and programs of the Python client. */
const inert = new Set(["text", "output", "python"])

const blocks = pages.flatMap(blocksOf)

const ofLanguage = (language: string) => blocks.filter((block) => block.language === language)

const node = (args: ReadonlyArray<string>) => ["--import", "tsx", ...args]

/** Starts a sandbox with its command, and returns the variables that it prints. */
const sandboxVariables = Effect.gen(function*() {
  const bin = binOf("iiif-ingest-sandbox") ?? ""
  const { process: child } = yield* start(process.execPath, node([bin, "start", "--port", "0"]))
  const banner = yield* Effect.promise(() =>
    new Promise<string>((resolve) => {
      let text = ""
      child.stdout?.on("data", (chunk: string) => {
        text += chunk
        if (/^export AWS_SECRET_ACCESS_KEY=.*\n/m.test(text)) resolve(text)
      })
    })
  )
  return Object.fromEntries(Array.from(banner.matchAll(/^export (\w+)=(.*)$/gm), ([, name, value]) => [name, value]))
})

/** Scans for programs that ingest `scans/001.tif` and `scans/002.tif`. */
const scans = { "001.tif": "falcon9-strips.tif", "002.tif": "retina-pyramid.tif" }

/** Runs a block as a user would: in a folder of its own, in a process of its own, on a sandbox. */
const runProgram = (runner: Runner.Runner, block: Block) =>
  Effect.gen(function*() {
    const cwd = Fs.mkdtempSync(Path.join(runner.folder, "program-"))
    Fs.mkdirSync(Path.join(cwd, "scans"))
    for (const [name, image] of Object.entries(scans)) {
      Fs.copyFileSync(Path.join(root, "examples/images", image), Path.join(cwd, "scans", name))
    }
    const env = { ...yield* sandboxVariables, LTS_IIIF_JOURNAL: Path.join(cwd, "journal.sqlite") }
    const { code, stderr, stdout } = yield* run(process.execPath, node([runner.fileOf(block)]), { cwd, env })
    assert.strictEqual(code, 0, stdout + stderr)
    assert.match(stdout, /: served, \d+ x \d+$/m)
    assert.notMatch(stdout, /refused|not /)
  }).pipe(Effect.scoped)

const withoutChance = (line: string) => line.replace(/\b[0-9a-f]{24}\b|(?<=127\.0\.0\.1:)\d+/, "...")

describe("code blocks", () => {
  let runner: Runner.Runner

  beforeAll(() => {
    runner = Runner.open(ofLanguage("ts"))
  })

  afterAll(() => runner.close())

  for (const block of ofLanguage("ts")) {
    it(block.origin, async () => {
      if (!isProgram(block)) return await runner.run(block)
      runner.check(block)
      await Effect.runPromise(runProgram(runner, block))
    }, 120_000)
  }

  for (const { code, origin } of ofLanguage("sh")) {
    it(`${origin} names commands that exist`, () => {
      const commands = commandsIn(code)
      assert.isAbove(commands.length, 0)
      assert.deepStrictEqual(commands.flatMap(problemsOf), [])
    })
  }

  for (const { code, origin } of ofLanguage("json")) it(`${origin} is JSON`, () => void JSON.parse(code))

  it("are in languages that are tested, or are inert", () => {
    const known = new Set(["ts", "sh", "json", ...inert])
    assert.deepStrictEqual(blocks.filter(({ language }) => !known.has(language)).map(({ origin }) => origin), [])
  })

  it("README.md quotes what `npm start` prints", () =>
    Effect.gen(function*() {
      const { stdout } = yield* run(process.execPath, node(["examples/01-quickstart.ts"]))
      const printed = new Set(stdout.split("\n").map(withoutChance))
      const quoted = blocks.find(({ language, origin }) => language === "text" && origin.startsWith("README.md:"))
      const lines = quoted?.code.trimEnd().split("\n").filter((line) => line !== "...") ?? []
      assert.isAbove(lines.length, 10)
      assert.deepStrictEqual(lines.filter((line) => !printed.has(withoutChance(line))), [])
    }).pipe(Effect.runPromise), 60_000)

  it("use flags that the workspace's own commands have", () =>
    Effect.gen(function*() {
      const used = ofLanguage("sh").flatMap(({ code }) => commandsIn(code)).flatMap(
        ({ args: [name = "", ...args] }) => {
          const bin = binOf(name)
          return bin === undefined ? [] : [[bin, ...args]]
        }
      )
      assert.isAbove(used.length, 0)
      const commands = new Map(used.map((command) => [command.join(" "), command])).values()
      for (const [bin = "", subcommand = "", ...args] of commands) {
        const { code, stderr, stdout } = yield* run(process.execPath, node([bin, subcommand, "--help"]))
        assert.strictEqual(code, 0, stderr)
        for (const flag of args.filter((arg) => arg.startsWith("--"))) assert.include(stdout, flag)
      }
    }).pipe(Effect.runPromise), 60_000)
})

describe("the checks of code blocks", () => {
  const problems = (script: string) => commandsIn(script).flatMap(problemsOf)

  it("find blocks at any depth, with their lines", () => {
    const found = blocksIn("docs/a.md", "text\n\n```ts\n1\n```\n- item\n\n  ~~~~\n  a\n  ```\n  ~~~~\n")
    assert.deepStrictEqual(found, [
      { language: "ts", name: "docs.a-4", origin: "docs/a.md:4", code: "1\n" },
      { language: "", name: "docs.a-9", origin: "docs/a.md:9", code: "a\n```\n" }
    ])
    assert.throws(() => blocksIn("a.md", "```ts\n"), "a.md:1: the block is not closed")
  })

  it("accept commands that exist", () => {
    const install = "npm install --save-dev @iiif-ingest/sandbox effect && A=b npx tsx \\\n examples/live.ts"
    const curl = "curl -d '[{ \"a; b\": 1 }]' -H \"X: $(cat mps/token)\" http://127.0.0.1/x"
    assert.deepStrictEqual(problems(`npm start  # it's tested\n${install}\n${curl}`), [])
  })

  it("reject commands, scripts, packages and files that do not exist", () => {
    assert.deepStrictEqual(
      problems("npm run nothing | pip install x; npx nothing; npm install express; npx tsx a/b.ts"),
      [
        "there is no npm script nothing",
        "unknown command pip",
        "no package has the command nothing",
        "cannot install express",
        "there is no file a/b.ts"
      ]
    )
  })
})
