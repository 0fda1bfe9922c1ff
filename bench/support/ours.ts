/** The upload path of `ingestProgram` as shipped: with the SQLite journal, and all options at their defaults. */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as S3Client from "@iiif-ingest/aws/S3Client"
import * as S3ObjectStore from "@iiif-ingest/aws/S3ObjectStore"
import * as MpsConfig from "@iiif-ingest/core/config/MpsConfig"
import * as IngestProgram from "@iiif-ingest/core/IngestProgram"
import * as Upload from "@iiif-ingest/core/upload/Upload"
import * as NodeFiles from "@iiif-ingest/node/NodeFiles"
import * as NodeJournal from "@iiif-ingest/node/NodeJournal"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { credentials, endpoint } from "./upload.ts"

const folder = Fs.mkdtempSync(Path.join(Os.tmpdir(), "iiif-ingest-bench-journal-"))

/** Removes the journal when the program has ended. */
export const withJournal = <A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.ensuring(program, Effect.sync(() => Fs.rmSync(folder, { recursive: true })))

const Config = MpsConfig.layer({
  environment: "sandbox",
  account: "at",
  space: "bench",
  namespace: "at",
  agent: "at",
  // The sink knows the objects of earlier runs, but not their bytes.
  keyPrefix: `run${process.pid}`,
  s3Endpoint: endpoint
})

const client = S3Client.layer({
  endpoint,
  region: "us-east-1",
  credentials: { ...credentials, secretAccessKey: Redacted.make(credentials.secretAccessKey) }
})

export const Uploads = (options: { readonly upload?: Upload.Options; readonly store?: S3ObjectStore.Options } = {}) =>
  IngestProgram.layerUpload(options.upload).pipe(
    Layer.provide([
      S3ObjectStore.layer(options.store),
      NodeJournal.layer({ path: Path.join(folder, "journal.sqlite") })
    ]),
    Layer.provide(Config),
    Layer.provideMerge(client),
    Layer.provide(NodeFileSystem.layer),
    Layer.merge(NodeFiles.layer)
  )
