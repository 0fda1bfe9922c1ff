/**
 * Retries live in one value, `RetryPolicy`: waits, counts and limits of everything that is tried again. Here a sandbox
 * says "slow down" three times before it takes an image, and a policy of our own outlasts it.
 *
 *     tsx examples/03-own-retry-policy.ts
 */
import { Sandbox } from "@iiif-ingest/sandbox"
import { Console, Effect, Path } from "effect"
import { IngestImage, IngestProgram, Main, RetryPolicy } from "iiif-ingest"
import { withSandbox } from "./support/sandboxLayers.ts"
import { showReport } from "./support/show.ts"

const patient: RetryPolicy.Policy = {
  ...RetryPolicy.standard,
  upload: RetryPolicy.backoff({ first: "10 millis", longest: "100 millis", times: 8 })
}

const program = Effect.gen(function*() {
  const path = yield* Path.Path
  const sandbox = yield* Sandbox.Sandbox
  yield* sandbox.faults.add({ match: { op: "PutObject" }, times: 3, effect: { type: "throttle" } })

  const report = yield* IngestProgram.ingestProgram({
    images: [IngestImage.file(path.join(import.meta.dirname, "images/coffee.png"), { label: "Coffee" })],
    manifest: { name: "PATIENCE", label: "Patience" }
  })

  const puts = (yield* sandbox.requests()).filter((request) => request.op === "PutObject")
  yield* Console.log(`S3 answered ${puts.map((request) => request.status).join(", ")}`)
  yield* showReport(report)
}).pipe(Effect.provideService(RetryPolicy.RetryPolicy, patient))

Main.run(Effect.provide(program, withSandbox))
