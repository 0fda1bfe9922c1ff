import { assert, it } from "@effect/vitest"
import manifest from "../../package.json" with { type: "json" }
import { userAgent } from "../../src/internal/userAgent.ts"

it("names the version that is published", () => {
  assert.strictEqual(userAgent, `iiif-ingest/${manifest.version}`)
})
