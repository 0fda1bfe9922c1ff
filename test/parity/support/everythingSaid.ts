/** A complete run against the sandbox, with everything it logs at any level, and the secrets that must not be in it. */
import { IngestImage, IngestProgram } from "@iiif-ingest/core"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Redacted, References } from "effect"
import * as Fs from "node:fs"
import { withSandbox } from "../../../examples/support/sandboxLayers.ts"
import { pieces } from "../../../packages/core/test/support/keys.ts"
import { capturing } from "../../../packages/core/test/support/logs.ts"
import { pathOf } from "../../support/pictures.ts"
import { short } from "../../support/policies.ts"

export const everythingSaid = Effect.gen(function*() {
  const sandbox = yield* Sandbox.Sandbox
  const [report, lines] = yield* IngestProgram.ingestProgram({
    images: [IngestImage.file(pathOf("coffee.png"))],
    manifest: { name: "LOGGED", label: "Logged" }
  }).pipe(short, Effect.provideService(References.MinimumLogLevel, "All"), capturing)
  const secrets = [
    ...pieces(Fs.readFileSync(sandbox.privateKeyPath, "utf8")),
    Redacted.value(sandbox.s3.secretAccessKey)
  ]
  return { output: lines.join("\n"), lines, secrets, report }
}).pipe(Effect.provide(withSandbox))
