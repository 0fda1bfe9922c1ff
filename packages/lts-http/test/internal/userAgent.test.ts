import { assert, it } from "@effect/vitest"
import manifest from "../../package.json" with { type: "json" }
import { userAgent } from "../../src/internal/userAgent.ts"

it("the user agent has the version in package.json", () => {
  assert.strictEqual(userAgent, `iiif-ingest/${manifest.version}`)
})
