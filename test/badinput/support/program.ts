/**
 * A program like those of the examples, on the environment that its variables name: the images given by path (or one
 * that never comes to its end, as `endless`) the whole way.
 *
 * `main` runs it as a program should be run. `crash` does so too, and then runs it again as nobody should: the promise's
 * rejection is left alone, so that Node prints it and ends the process.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as RetryPolicy from "@iiif-ingest/core/base/RetryPolicy"
import * as IngestProgram from "@iiif-ingest/core/IngestProgram"
import * as IngestReport from "@iiif-ingest/core/IngestReport"
import * as IngestImage from "@iiif-ingest/core/mps/IngestImage"
import * as Upload from "@iiif-ingest/core/upload/Upload"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as References from "effect/References"
import * as Stream from "effect/Stream"
import { onEnvironment } from "../../../examples/support/environmentLayers.ts"
import { showProgress, showReport } from "../../../examples/support/show.ts"
import { shortPolicy } from "../../support/policies.ts"

const [how, ...paths] = process.argv.slice(2)

const endless = IngestImage.stream(Stream.fromEffect(Effect.andThen(Console.log("reading"), Effect.never)), {
  name: "endless.tif"
})

const images = paths.map((path) => path === "endless" ? endless : IngestImage.file(path))

const program = Effect.gen(function*() {
  const report = yield* IngestProgram.ingestProgram({ images, manifest: { name: "CHILD", label: "A child's" } }).pipe(
    showProgress
  )
  yield* showReport(report)
  if (IngestReport.isComplete(report)) return
  // What is wrong with the images is in the report: once more one by one, for the error itself.
  yield* Upload.Upload.use((upload) =>
    upload.stream(Stream.fromIterable(images.map(({ source }) => source))).pipe(
      Stream.runForEach((outcome) => outcome._tag === "Failed" ? Effect.fail(outcome.error) : Effect.void)
    )
  )
}).pipe(
  Effect.provideService(RetryPolicy.RetryPolicy, shortPolicy),
  Effect.provide(onEnvironment),
  Effect.provideService(References.MinimumLogLevel, "All")
)

if (how === "main") NodeRuntime.runMain(program)
else {
  NodeRuntime.runMain(program, {
    teardown: () => {
      process.stdout.write("and now as nobody should\n")
      void Effect.runPromise(program)
    }
  })
}
