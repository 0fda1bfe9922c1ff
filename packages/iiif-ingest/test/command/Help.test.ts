/** The help of every command as it is printed, and docs/command.md, which has the same flags. */
import { assert, describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Fs from "node:fs"
import { exitCodes } from "../../src/internal/command/exitCodes.ts"
import { here } from "./support/command.ts"

const docs = Fs.readFileSync(new URL("../../../../docs/command.md", import.meta.url), "utf8")

const commands = [
  "ingest",
  "plan",
  "apply",
  "update",
  "withdraw",
  "verify",
  "audit",
  "report",
  "upload",
  "manifest",
  "submit",
  "status",
  "check",
  "token",
  "service"
]

const help = (args: ReadonlyArray<string>) =>
  Effect.map(here([...args, "--help"]), ({ code, stderr, stdout }) => {
    assert.strictEqual(code, 0)
    assert.strictEqual(stderr, "")
    return stdout
  })

/** A part of a page, from its heading to the next one. */
const partOf = (text: string, heading: RegExp): string => {
  const [, ...rest] = text.split(heading)
  return (rest.join("") || "").split(/^(?:#+ |[A-Z ]+$)/m)[0] ?? ""
}

const flagsIn = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/^(?: {2}|\| `)(--[a-z-]+)/gm)].flatMap(([, flag]) => flag === undefined ? [] : [flag])

describe("the help", () => {
  it.effect("of the command lists all of its commands", () =>
    Effect.gen(function*() {
      const text = yield* help([])
      yield* Effect.promise(() => expect(text).toMatchFileSnapshot("help/iiif-ingest.txt"))
      const listed = partOf(text, /^SUBCOMMANDS$/m).split("\n").flatMap((line) =>
        /^ {2}([a-z]+) /.exec(line)?.[1] ?? []
      )
      assert.deepStrictEqual(listed, commands)
      assert.deepStrictEqual(flagsIn(partOf(docs, /^## Every command$/m)), [
        ...flagsIn(partOf(text, /^FLAGS$/m)),
        ...flagsIn(partOf(text, /^GLOBAL FLAGS$/m))
      ])
    }))

  it.effect.each(commands)(
    "of %s is as it was, and has the flags of the documentation",
    (name) =>
      Effect.gen(function*() {
        const text = yield* help([name])
        yield* Effect.promise(() => expect(text).toMatchFileSnapshot(`help/${name}.txt`))
        assert.deepStrictEqual(
          flagsIn(partOf(docs, new RegExp(`^### ${name}$`, "m"))),
          flagsIn(partOf(text, /^FLAGS$/m))
        )
      })
  )

  it("is complete: each exit code is in the documentation", () => {
    for (const code of Object.values(exitCodes)) assert.match(docs, new RegExp(`^\\| ${code} \\|`, "m"))
  })
})
