import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Fs from "node:fs"
import * as Path from "node:path"
import * as Compiler from "./support/compiler.ts"
import { headProblems, undocumented } from "./support/docComments.ts"
import { modules, root } from "./support/workspace.ts"

describe("public exports", () => {
  let folder: string
  let compiler: Compiler.Compiler

  beforeAll(() => {
    folder = Compiler.makeFolder()
    compiler = Compiler.open(folder, modules.map((module) => Path.join(root, module)))
  })

  afterAll(() => {
    compiler.close()
    Fs.rmSync(folder, { recursive: true })
  })

  for (const module of modules) {
    it(`${module} is documented`, () => {
      const source = compiler.project.program.getSourceFile(Path.join(root, module))
      assert(source !== undefined)
      assert.deepStrictEqual([...headProblems(source.text), ...undocumented(compiler.project, source)], [])
    })
  }
})
