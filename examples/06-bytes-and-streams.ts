/**
 * An image need not be a file: it may be bytes in memory, or a stream that can run again. Both get the same checks as a
 * file: size and format are read from the header, here in place of anything being said of them.
 *
 *     tsx examples/06-bytes-and-streams.ts
 */
import { Effect, FileSystem, Path } from "effect"
import { IngestImage, IngestProgram, Main } from "iiif-ingest"
import { withSandbox } from "./support/sandboxLayers.ts"
import { showProgress, showReport } from "./support/show.ts"

const program = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const folder = path.join(import.meta.dirname, "images")

  const bytes = yield* fs.readFile(path.join(folder, "coffee.png"))
  const stream = fs.stream(path.join(folder, "retina-pyramid.tif"))

  const report = yield* IngestProgram.ingestProgram({
    images: [
      IngestImage.bytes(bytes, { name: "coffee.png", label: "From memory" }),
      IngestImage.stream(stream, { name: "retina.tif", label: "From a stream" })
    ],
    manifest: { label: "Bytes and streams" }
  }).pipe(showProgress)
  yield* showReport(report)
})

Main.run(Effect.provide(program, withSandbox))
