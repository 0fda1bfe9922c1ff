import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { join } from "node:path"

const run = (how: string) =>
  spawnSync(process.execPath, [
    "--disable-warning=ExperimentalWarning",
    join(import.meta.dirname, "support/main.ts"),
    how
  ], { encoding: "utf8", env: {} })

describe("Main.run", () => {
  it("prints an error that the user can mend as its message, without a stack", () => {
    const { status, stderr, stdout } = run("settings")
    assert.deepStrictEqual([status, stdout], [1, ""])
    assert.match(stderr, /^the configuration is incomplete or invalid:\n {2}LTS_IIIF_ENVIRONMENT: is not set/)
    assert.notMatch(stderr, /^\s+at |ERROR|undefined/m)
  })

  it("keeps the exit code of an error, and shows no secret of its message", () => {
    assert.deepInclude(run("refused"), { status: 3, stdout: "", stderr: "refused: <redacted>\n" })
  })

  it("prints a mistake of the program with its stack", () => {
    const { status, stderr, stdout } = run("defect")
    assert.strictEqual(status, 1)
    assert.match(stdout + stderr, /TypeError: a mistake\n\s+at /)
  })

  it("is silent otherwise", () => {
    assert.deepInclude(run("success"), { status: 0, stdout: "", stderr: "" })
    assert.deepInclude(run("interrupted"), { status: 130, stdout: "", stderr: "" })
  })
})
