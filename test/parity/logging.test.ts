/** What a run logs, depending on `References.MinimumLogLevel`, which is Info by default. */
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
  it.effect("a successful run logs nothing at Info", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* linesAt("Info"), [])
    }))

  it.effect("Debug logs what was uploaded, the request, the reply, and the job's state", () =>
    Effect.gen(function*() {
      const lines = yield* linesAt("Debug")
      const [uploaded, sending, answered, job] = lines
      assert.match(uploaded ?? "", /images\/coffee\.png: sent, \d+ bytes, CRC-32 \d+/)
      assert.match(sending ?? "", /initialize: sending[^]*"identifier":"AT:coffee"/)
      assert.match(answered ?? "", /initialize: answered/)
      assert.match(job ?? "", /job \w{24}: success/)
      assert.lengthOf(lines, 4)
    }))

  it.live("no level logs a token or a key, even over sockets", () =>
    Effect.gen(function*() {
      const { lines, output, report, secrets } = yield* everythingSaid
      assert.strictEqual(report.manifest._tag, "Served")
      assert.isAbove(lines.length, 3)
      assert.isAbove(secrets.length, 10)
      for (const secret of secrets) assert.notInclude(output, secret)
      assert.notMatch(output, /Bearer|eyJ[\w-]{8,}|AWS4-HMAC/)
    }))
})
