/** An ingest program in full, for a bundler: what it does not use is left out. Without arguments it only starts. */
import * as IngestProgram from "@iiif-ingest/core/IngestProgram"
import * as IngestImage from "@iiif-ingest/core/mps/IngestImage"
import * as IngestReport from "@iiif-ingest/core/mps/IngestReport"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Live from "iiif-ingest/Live"
import * as Main from "iiif-ingest/Main"

const [, , ...paths] = process.argv

const program = IngestProgram.ingestProgram({
  images: paths.map((path) => IngestImage.file(path)),
  manifest: { name: "BENCH", label: "Bench" }
}).pipe(
  Effect.flatMap((report) => Console.log(IngestReport.describe(report))),
  Effect.provide(Live.layerConfig)
)

if (paths.length > 0) Main.run(program)
