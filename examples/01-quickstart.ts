/**
 * Five real pictures, the whole way: header, upload to S3, manifest, signed request, job, verification. The service is
 * a sandbox that runs in this process on a free loopback port, and ends with it.
 *
 *     npm start
 */
import { Data, Effect, Path } from "effect"
import { IngestImage, IngestProgram, IngestReport, Main } from "iiif-ingest"
import { withSandbox } from "./support/sandboxLayers.ts"
import { showProgress, showReport } from "./support/show.ts"

const pictures = {
  "hubble-deep-field.jpg": "Hubble eXtreme Deep Field",
  "falcon9-dscovr.jpg": "Falcon 9 carrying DSCOVR",
  "falcon9-strips.tif": "Falcon 9 carrying DSCOVR, as a TIFF",
  "coffee.png": "Coffee",
  "retina-pyramid.tif": "Fundus photograph of a normal left eye"
}

class NotComplete extends Data.TaggedError("NotComplete") {
  override readonly message = "not everything is served: see the table"
}

const program = Effect.gen(function*() {
  const path = yield* Path.Path
  const images = Object.entries(pictures).map(([name, label]) =>
    IngestImage.file(path.join(import.meta.dirname, "images", name), { label })
  )
  const report = yield* IngestProgram.ingestProgram({
    images,
    manifest: {
      name: "FIVEPICTURES",
      label: "Five pictures",
      summary: "What the quick start of iiif-ingest sends",
      requiredStatement: { label: "Attribution", value: "NASA/ESA, SpaceX, Rachel Michetti, Mikael Häggström" },
      behavior: ["individuals"]
    }
  }).pipe(showProgress)
  yield* showReport(report)
  if (!IngestReport.isComplete(report)) return yield* new NotComplete()
})

Main.run(Effect.provide(program, withSandbox))
