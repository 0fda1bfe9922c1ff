/**
 * The program that the tests kill. It uploads or ingests the files of a folder, with a durable journal. Its argument is
 * JSON ({@link Order}), and it prints one JSON value per line ({@link Line}).
 */
import { NodeFileSystem, NodeHttpClient, NodeRuntime } from "@effect/platform-node"
import { S3Client, S3ObjectStore } from "@iiif-ingest/aws"
import {
  Credentials,
  IngestImage,
  IngestProgram,
  IngestReport,
  MpsConfig,
  Progress,
  TokenSigner,
  Upload
} from "@iiif-ingest/core"
import { HttpDelivery, HttpLtsClient } from "@iiif-ingest/lts-http"
import { NodeFiles, NodeJournal } from "@iiif-ingest/node"
import { Effect, FileSystem, Layer, Logger, Redacted, Stream } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { short } from "../support/policies.ts"
import type { Line, Order } from "./protocol.ts"

// written synchronously, so that no printed line is lost when the process is killed
const print = (line: Line) => Effect.sync(() => void Fs.writeSync(1, `${JSON.stringify(line)}\n`))

// the argument is made from a value of this type
const order: Order = JSON.parse(process.argv[2] ?? "{}")

/** Reports files read in full through this service. Headers are read by position, and bodies bypass the service. */
const watchedFiles = Layer.effect(
  FileSystem.FileSystem,
  Effect.map(FileSystem.FileSystem, (fs) =>
    FileSystem.FileSystem.of({
      ...fs,
      stream: (path, options) =>
        Stream.concat(Stream.drain(Stream.fromEffect(print({ _tag: "Hashed", path }))), fs.stream(path, options))
    }))
).pipe(Layer.provide(NodeFileSystem.layer))

const { endpoint, region } = order.s3
const credentials = { accessKeyId: order.s3.accessKeyId, secretAccessKey: Redacted.make(order.secretAccessKey) }

const base = Layer.mergeAll(
  MpsConfig.layer(order.settings),
  Credentials.layer({ issuer: order.issuer, kid: order.kid, key: Credentials.keyFile(order.privateKeyPath) })
).pipe(Layer.provideMerge(watchedFiles))

const ports = Layer.mergeAll(
  S3ObjectStore.layer().pipe(Layer.provide(S3Client.layer({ endpoint, region, credentials }))),
  HttpLtsClient.layer().pipe(Layer.provide(TokenSigner.layer)),
  HttpDelivery.layer(),
  NodeJournal.layer({ path: order.journal }),
  NodeFiles.layer
).pipe(Layer.provide(NodeHttpClient.layerUndici), Layer.provideMerge(base))

const images = Fs.readdirSync(order.folder).sort().map((name) => IngestImage.file(Path.join(order.folder, name)))

const uploadAll = Effect.gen(function*() {
  const upload = yield* Upload.Upload
  yield* Stream.runForEach(
    upload.stream(Stream.fromIterable(images.map(({ source }) => source))),
    (outcome) =>
      outcome._tag === "Uploaded"
        ? print({
          _tag: "Uploaded",
          key: outcome.uploaded.asset.key,
          how: outcome.uploaded.how,
          crc32: outcome.uploaded.crc32,
          warnings: outcome.uploaded.asset.warnings
        })
        : print({ _tag: "Failed", source: outcome.source, problem: outcome.error.message })
  )
}).pipe(Effect.provide(
  IngestProgram.layerUpload(order.upload ?? {}).pipe(Layer.provideMerge(ports))
))

const ingestAll = (name: string) =>
  Effect.gen(function*() {
    const how: Array<string> = []
    const report = yield* IngestProgram.ingestProgram({
      images,
      manifest: { name, label: order.label ?? name },
      ...(order.onUnknownSubmit === undefined ? {} : { onUnknownSubmit: order.onUnknownSubmit })
    }).pipe(Effect.provide(Progress.layer((event) =>
      Effect.sync(() => void (event._tag === "Uploaded" && how.push(event.uploaded.how)))
    )))
    yield* print({
      _tag: "Reported",
      complete: IngestReport.isComplete(report),
      resubmitted: report.resubmitted,
      how,
      earlier: report.job?.earlier === true,
      ...(report.job === undefined ? {} : { jobId: report.job.id })
    })
  }).pipe(Effect.provide(IngestProgram.layer().pipe(Layer.provideMerge(ports))))

const program = (order.manifest === undefined ? uploadAll : ingestAll(order.manifest)).pipe(
  short,
  Effect.catch((error) => print({ _tag: "Ended", error: error._tag, message: error.message })),
  Effect.provideService(Logger.LogToStderr, true)
)

NodeRuntime.runMain(program)
