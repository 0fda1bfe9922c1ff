/** Ours: the complete upload path of `ingestProgram` (probing, journal, checksums), through the `Upload` service. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as S3Client from "@iiif-ingest/aws/S3Client"
import * as ImageSource from "@iiif-ingest/core/image/ImageSource"
import * as Upload from "@iiif-ingest/core/upload/Upload"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Uploads, withJournal } from "../support/ours.ts"
import { files, more } from "../support/upload.ts"

/**
 * The other ways of uploading that are measured: `concurrency=N`, `bodies=commands` (all bodies by the SDK's commands),
 * `stream` (each file is sent as soon as it is probed, by `Upload.stream`).
 */
const options = new Map(more.map((option): [string, string] => {
  const [name = "", value = ""] = option.split("=")
  return [name, value]
}))
const concurrency = options.get("concurrency")
const images = files.map((path) => ImageSource.file(path))

const fail = (outcome: Upload.AssetOutcome) => outcome._tag === "Failed" ? Effect.fail(outcome.error) : Effect.void

const program = Effect.gen(function*() {
  // loaded as in the other cases even if there are no files: the SDK is part of the start-up
  const { client } = yield* S3Client.S3Client
  yield* client
  const upload = yield* Upload.Upload
  yield* options.has("stream")
    ? Stream.runForEach(upload.stream(Stream.fromIterable(images)), fail)
    : Effect.flatMap(upload.all(images), Effect.forEach(fail, { discard: true }))
})

const uploads = Uploads({
  upload: concurrency === undefined ? {} : { concurrency: Number(concurrency) },
  store: options.get("bodies") === "commands" ? { bodies: "commands" } : {}
})

NodeRuntime.runMain(withJournal(Effect.provide(program, uploads)))
