/** Ours: the complete upload path of `ingestProgram` (probing, journal, checksums), through the `Upload` service. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as ImageSource from "@iiif-ingest/core/image/ImageSource"
import * as Upload from "@iiif-ingest/core/upload/Upload"
import * as Effect from "effect/Effect"
import { Uploads, withJournal } from "../support/ours.ts"
import { files, more } from "../support/upload.ts"

/** How many images to upload at a time, instead of the default. */
const [concurrency] = more

const program = Effect.gen(function*() {
  const upload = yield* Upload.Upload
  const outcomes = yield* upload.all(files.map((path) => ImageSource.file(path)))
  for (const outcome of outcomes) if (outcome._tag === "Failed") return yield* outcome.error
})

const options = concurrency === undefined ? {} : { concurrency: Number(concurrency) }

NodeRuntime.runMain(withJournal(program.pipe(Effect.provide(Uploads(options)))))
