import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Fs from "node:fs"
import * as Net from "node:net"
import * as Path from "node:path"
import * as Compiler from "./support/compiler.ts"
import { examplesOf, floating, withAssertions } from "./support/examples.ts"
import { onlyLoopback } from "./support/loopback.ts"
import { modules } from "./support/workspace.ts"

const examples = modules.flatMap(examplesOf)

describe("examples in doc comments", () => {
  let folder: string
  let compiler: Compiler.Compiler
  let undo: () => void

  const fileOf = (name: string): string => Path.join(folder, `${name}.ts`)

  beforeAll(() => {
    folder = Compiler.makeFolder()
    for (const { code, name } of examples) Fs.writeFileSync(fileOf(name), code)
    compiler = Compiler.open(folder, examples.map(({ name }) => fileOf(name)))
    undo = onlyLoopback()
  })

  afterAll(() => {
    undo()
    compiler.close()
    Fs.rmSync(folder, { recursive: true })
  })

  for (const example of examples) {
    it(example.origin, async () => {
      const file = fileOf(example.name)
      const { checker, program } = compiler.project
      const problems = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
      assert.deepStrictEqual(problems.map(({ text }) => text), [])
      const source = program.getSourceFile(file)
      assert(source !== undefined)
      assert.deepStrictEqual(floating(example, source, checker), [])
      const runnable = fileOf(`${example.name}.run`)
      Fs.writeFileSync(runnable, withAssertions(example, source))
      await import(/* @vite-ignore */ runnable)
    })
  }

  it("can only connect to loopback", () => {
    assert.throws(() => Net.connect(80, "192.0.2.1"), "An example connects to 192.0.2.1")
    assert.throws(() => new Net.Socket().connect({ port: 80, host: "example.org" }), "example.org")
  })
})
