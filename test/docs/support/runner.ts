/** Compiles examples together, and runs each of them as a module of its own. */
import { assert } from "@effect/vitest"
import * as Fs from "node:fs"
import * as Path from "node:path"
import type { SourceFile } from "typescript/unstable/ast"
import * as Compiler from "./compiler.ts"
import { type Example, floating, withAssertions } from "./examples.ts"
import { onlyLoopback } from "./loopback.ts"

export interface Runner {
  /** A folder inside the workspace, which holds the examples. */
  readonly folder: string
  /** The file of an example. */
  readonly fileOf: (example: Example) => string
  /** Fails if an example does not compile, or does not await one of its promises or effects. */
  readonly check: (example: Example) => SourceFile
  /** Checks an example and runs it in this process, with its `// =>` comments as assertions. */
  readonly run: (example: Example) => Promise<void>
  readonly close: () => void
}

/** Writes and compiles the examples. Until the runner is closed, this process can only connect to loopback. */
export const open = (examples: ReadonlyArray<Example>): Runner => {
  assert.strictEqual(new Set(examples.map(({ name }) => name)).size, examples.length, "two examples have one name")
  const folder = Compiler.makeFolder()
  const fileOf = ({ name }: Example): string => Path.join(folder, `${name}.ts`)
  for (const example of examples) Fs.writeFileSync(fileOf(example), example.code)
  const compiler = Compiler.open(folder, examples.map(fileOf))
  const undo = onlyLoopback()

  const check = (example: Example): SourceFile => {
    const file = fileOf(example)
    const { checker, program } = compiler.project
    const problems = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
    assert.deepStrictEqual(problems.map(({ text }) => text), [])
    const source = program.getSourceFile(file)
    assert(source !== undefined)
    assert.deepStrictEqual(floating(example, source, checker), [])
    return source
  }

  return {
    folder,
    fileOf,
    check,
    run: async (example) => {
      const runnable = Path.join(folder, `${example.name}.run.ts`)
      Fs.writeFileSync(runnable, withAssertions(example, check(example)))
      await import(/* @vite-ignore */ runnable)
    },
    close: () => {
      undo()
      compiler.close()
      Fs.rmSync(folder, { recursive: true })
    }
  }
}
