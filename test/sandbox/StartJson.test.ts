/** A client is filled from what `iiif-ingest-sandbox start --json` prints, and from nothing else. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, Schema } from "effect"
import { Credentials, IngestClient, IngestImage, ingestProgram, IngestReport, Live } from "iiif-ingest"
import { withVariables } from "../../packages/core/test/support/config.ts"
import { Printed, Settings } from "../../packages/sandbox/test/support/printed.ts"
import { start } from "../support/child.ts"
import { pathOf } from "../support/pictures.ts"

const decodeSettings = Schema.decodeUnknownSync(Settings)
const decode = Schema.decodeUnknownEffect(Printed)

const options = Effect.gen(function*() {
  const sandbox = yield* start(process.execPath, ["packages/sandbox/src/bin.ts", "start", "--json", "--port", "0"])
  const { issuer, kid, privateKeyPath, s3, ...rest } = yield* decode(yield* Effect.promise(() => sandbox.firstLine))
  const live: Live.Options = {
    config: decodeSettings(rest),
    credentials: { issuer, kid, key: Credentials.keyFile(privateKeyPath) },
    s3: {
      region: s3.region,
      credentials: { accessKeyId: s3.accessKeyId, secretAccessKey: Redacted.make(s3.secretAccessKey) }
    },
    journal: "memory"
  }
  return live
})

const run = (name: string) => ({
  images: [IngestImage.file(pathOf("coffee.png"))],
  manifest: { name, label: "Coffee" }
})

describe("iiif-ingest-sandbox start --json", () => {
  it.live("fills Live.layer", () =>
    Effect.gen(function*() {
      const report = yield* ingestProgram(run("LIVE")).pipe(Effect.provide(Live.layer(yield* options)))
      assert.isTrue(IngestReport.isComplete(report), IngestReport.describe(report))
    }).pipe(withVariables({}), Effect.scoped))

  it.live("fills IngestClient", () =>
    Effect.gen(function*() {
      const client = IngestClient.fromEnvironment(yield* options)
      const report = yield* Effect.promise(() => client.ingest(run("CLIENT")).finally(() => client.dispose()))
      assert.isTrue(IngestReport.isComplete(report), IngestReport.describe(report))
    }).pipe(Effect.scoped))
})
