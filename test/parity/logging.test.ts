/** What a run logs, and by which switch: `References.MinimumLogLevel`, which stands at Info where nobody changes it. */
import { assert, describe, it } from "@effect/vitest"
import { IngestImage, IngestProgram } from "@iiif-ingest/core"
import { Effect, References } from "effect"
import { capturing } from "../../packages/core/test/support/logs.ts"
import { pathOf } from "../support/pictures.ts"
import { everythingSaid } from "./support/everythingSaid.ts"
import { inMemory } from "./support/memory.ts"

const ingest = IngestProgram.ingestProgram({
  images: [IngestImage.file(pathOf("coffee.png"))],
  manifest: { name: "LOGGED", label: "Logged" },
  verify: false
})

const linesAt = (level: "Info" | "Debug") =>
  capturing(ingest).pipe(
    Effect.map(([, lines]) => lines),
    Effect.provideService(References.MinimumLogLevel, level),
    Effect.provide(inMemory())
  )

describe("logging", () => {
  it.effect("a run that goes well says nothing", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* linesAt("Info"), [])
    }))

  it.effect("Debug says what was uploaded, what was sent, what came back, and how the job is doing", () =>
    Effect.gen(function*() {
      const lines = yield* linesAt("Debug")
      const [uploaded, sending, answered, job] = lines
      assert.match(uploaded ?? "", /images\/coffee\.png: sent, \d+ bytes, CRC-32 \d+/)
      assert.match(sending ?? "", /initialize: sending[^]*"identifier":"AT:coffee"/)
      assert.match(answered ?? "", /initialize: answered/)
      assert.match(job ?? "", /job \w{24}: success/)
      assert.lengthOf(lines, 4)
    }))

  it.live("no level says a token or a key, over sockets either", () =>
    Effect.gen(function*() {
      const { lines, report, said, secrets } = yield* everythingSaid
      assert.strictEqual(report.manifest._tag, "Served")
      assert.isAbove(lines.length, 3)
      assert.isAbove(secrets.length, 10)
      for (const secret of secrets) assert.notInclude(said, secret)
      assert.notMatch(said, /Bearer|eyJ[\w-]{8,}|AWS4-HMAC/)
    }))
})
