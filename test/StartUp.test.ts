/** What a program loads at start-up, and what only once it is needed. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Path from "node:path"
import { variables } from "../packages/core/test/support/config.ts"
import { pem, rsa } from "../packages/core/test/support/keys.ts"
import { run } from "./support/child.ts"
import { pathOf } from "./support/pictures.ts"

const complete = {
  ...variables,
  LTS_IIIF_ISSUER: "atissuer",
  LTS_IIIF_KID: "atkid",
  LTS_IIIF_PRIVATE_KEY_STRING: pem(rsa().privateKey, "pkcs8"),
  NO_PROXY: "*"
}

describe.concurrent("the AWS SDK, undici and jose", () => {
  it.live.each(["iiif-ingest/Live", "iiif-ingest"])(
    "are not loaded with %s, but when the first of them is needed",
    (specifier) =>
      Effect.gen(function*() {
        const program = Path.join(import.meta.dirname, "programs", "loads.ts")
        const ended = yield* run(process.execPath, [program, specifier, pathOf("coffee.png")], { env: complete })
        assert.strictEqual(ended.code, 0, ended.stderr)
        assert.deepStrictEqual(JSON.parse(ended.stdout), {
          import: [],
          probe: [],
          token: ["jose"],
          head: ["@aws-sdk", "@smithy", "jose"],
          request: ["@aws-sdk", "@smithy", "jose", "undici"]
        })
      })
  )
})
