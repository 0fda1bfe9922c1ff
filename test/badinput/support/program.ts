/**
 * A program like the examples, configured by environment variables. It ingests the images at the given paths; `endless`
 * is an image whose stream never ends.
 *
 * `main` runs it with `runMain`. `crash` does so too, then runs it again without handling the promise's rejection, so
 * that Node prints it and ends the process.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as RetryPolicy from "@iiif-ingest/core/base/RetryPolicy"
import * as IngestProgram from "@iiif-ingest/core/IngestProgram"
import * as IngestImage from "@iiif-ingest/core/mps/IngestImage"
import * as IngestReport from "@iiif-ingest/core/mps/IngestReport"
import * as Upload from "@iiif-ingest/core/upload/Upload"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as References from "effect/References"
import * as Stream from "effect/Stream"
import { Live } from "iiif-ingest"
import { showProgress, showReport } from "../../../examples/support/show.ts"
import { shortPolicy } from "../../support/policies.ts"

const [mode, ...paths] = process.argv.slice(2)

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
  // The report only describes what is wrong with the images: upload them again to fail with the error itself.
  yield* Upload.Upload.use((upload) =>
    upload.stream(Stream.fromIterable(images.map(({ source }) => source))).pipe(
      Stream.runForEach((outcome) => outcome._tag === "Failed" ? Effect.fail(outcome.error) : Effect.void)
    )
  )
}).pipe(
  Effect.provideService(RetryPolicy.RetryPolicy, shortPolicy),
  Effect.provide(Live.layer({ journal: "memory" })),
  Effect.provideService(References.MinimumLogLevel, "All")
)

if (mode === "main") NodeRuntime.runMain(program)
else {
  NodeRuntime.runMain(program, {
    teardown: () => {
      process.stdout.write("and now unhandled\n")
      void Effect.runPromise(program)
    }
  })
}
