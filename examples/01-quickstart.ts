/**
 * Five real pictures, the whole way: header, upload to S3, manifest, signed request, job, verification. The service is
 * a sandbox that runs in this process on a free loopback port, and ends with it, or on Ctrl-C where it is kept.
 *
 *     npm start
 *     npm start -- --keep
 */
import { Sandbox } from "@iiif-ingest/sandbox"
import { Console, Data, Effect, Path } from "effect"
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

const keep = process.argv.slice(2).includes("--keep")

/** The last lines: where the pictures can be looked at, and for how long. */
const showViewer = Effect.fnUntraced(function*(name: string) {
  const sandbox = yield* Sandbox.Sandbox
  yield* Console.log(`\nViewer    ${sandbox.viewerUrl(`URN-3:${sandbox.namespace}:${name}`)}`)
  if (!keep) return yield* Console.log("          stopped with this program: npm start -- --keep leaves it up")
  yield* Console.log("          up until Ctrl-C")
  return yield* Effect.never
})

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
  yield* showViewer("FIVEPICTURES")
})

Main.run(Effect.provide(program, withSandbox))
