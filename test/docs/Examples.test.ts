import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Net from "node:net"
import { examplesOf } from "./support/examples.ts"
import * as Runner from "./support/runner.ts"
import { modules } from "./support/workspace.ts"

const examples = modules.flatMap(examplesOf)

describe("examples in doc comments", () => {
  let runner: Runner.Runner

  beforeAll(() => {
    runner = Runner.open(examples)
  })

  afterAll(() => runner.close())

  for (const example of examples) it(example.origin, () => runner.run(example))

  it("can only connect to loopback", () => {
    assert.throws(() => Net.connect(80, "192.0.2.1"), "An example connects to 192.0.2.1")
    assert.throws(() => new Net.Socket().connect({ port: 80, host: "example.org" }), "example.org")
  })
})
