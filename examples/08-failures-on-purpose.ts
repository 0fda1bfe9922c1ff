/**
 * The sandbox fails on request, so that you see what a program does then before the service does it. Here S3 asks
 * to slow down, and the job says that all is well although one of the two images is not served.
 *
 *     tsx examples/08-failures-on-purpose.ts
 */
import { Sandbox } from "@iiif-ingest/sandbox"
import { Console, Duration, Effect, Path } from "effect"
import { IngestImage, IngestProgram, Main, RetryPolicy } from "iiif-ingest"
import { withSandbox } from "./support/sandboxLayers.ts"
import { showReport } from "./support/show.ts"

/** An image may be late, by up to ten minutes of the standard policy, which nobody wants to watch. */
const impatient: RetryPolicy.Policy = { ...RetryPolicy.standard, deliveryLimit: Duration.seconds(1) }

const program = Effect.gen(function*() {
  const path = yield* Path.Path
  const sandbox = yield* Sandbox.Sandbox
  const file = (name: string, id: string) =>
    IngestImage.file(path.join(import.meta.dirname, "images", name), { id, label: id })

  // A scenario by its name, and trouble by the id of an asset.
  yield* sandbox.faults.set(["s3-slowdown"])
  const report = yield* IngestProgram.ingestProgram({
    images: [file("coffee.png", "COFFEE"), file("falcon9-dscovr.jpg", "FALCONSBXDEAD")],
    manifest: { name: "TROUBLE", label: "Trouble" }
  })
  yield* showReport(report)

  const jobs = yield* sandbox.jobs.list
  yield* Console.log(`\nThe job says: ${jobs.map(({ state }) => state).join(", ")}. A viewer says:`)
  const served = sandbox.assertServed(`${sandbox.url}/URN-3:${sandbox.namespace}:TROUBLE`)
  yield* Effect.flatMap(
    Effect.flip(served),
    ({ problems }) => Effect.forEach(problems, ({ canvas, problem }) => Console.log(`canvas ${canvas}: ${problem}`))
  )
}).pipe(Effect.provideService(RetryPolicy.RetryPolicy, impatient))

Main.run(Effect.provide(program, withSandbox))
