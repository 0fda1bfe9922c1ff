/**
 * The program that the tests of batches kill. It applies a plan with a durable journal and bounded jobs. Its argument is
 * JSON ({@link BatchOrder}); at its end it writes its report.
 */
import { NodeHttpClient, NodeRuntime, NodeServices } from "@effect/platform-node"
import { S3Client, S3ObjectStore } from "@iiif-ingest/aws"
import {
  Apply,
  BatchProgram,
  Credentials,
  IngestProgram,
  MpsConfig,
  Plan,
  RetryPolicy,
  TokenSigner
} from "@iiif-ingest/core"
import { HttpDelivery, HttpLtsClient } from "@iiif-ingest/lts-http"
import { NodeFiles, NodeJournal } from "@iiif-ingest/node"
import { Duration, Effect, Layer, Logger, Redacted } from "effect"
import * as Fs from "node:fs"
import { shortPolicy } from "../support/policies.ts"
import type { BatchOrder } from "./batchProtocol.ts"

// the argument is made from a value of this type
const order: BatchOrder = JSON.parse(process.argv[2] ?? "{}")

const { endpoint, region } = order.s3
const credentials = { accessKeyId: order.s3.accessKeyId, secretAccessKey: Redacted.make(order.secretAccessKey) }

const base = Layer.mergeAll(
  MpsConfig.layer(order.settings),
  Credentials.layer({ issuer: order.issuer, kid: order.kid, key: Credentials.keyFile(order.privateKeyPath) })
).pipe(Layer.provideMerge(NodeServices.layer))

const ports = Layer.mergeAll(
  S3ObjectStore.layer().pipe(Layer.provide(S3Client.layer({ endpoint, region, credentials }))),
  HttpLtsClient.layer().pipe(Layer.provide(TokenSigner.layer)),
  HttpDelivery.layer(),
  NodeJournal.layer({ path: order.journal }),
  NodeFiles.layer
).pipe(Layer.provide(NodeHttpClient.layerUndici), Layer.provideMerge(base))

const program = Effect.gen(function*() {
  const plan = yield* Effect.fromResult(Plan.decode(Fs.readFileSync(order.plan, "utf8")))
  const report = yield* (yield* Apply.Apply).run(plan, { root: plan.root, jobsInFlight: order.jobsInFlight })
  Fs.writeFileSync(order.report, JSON.stringify(report))
}).pipe(
  Effect.provideService(RetryPolicy.RetryPolicy, {
    ...shortPolicy,
    deliveryLimit: Duration.millis(order.deliveryMillis)
  }),
  Effect.provide(
    BatchProgram.layer.pipe(
      Layer.provideMerge(IngestProgram.layer({ upload: { concurrency: order.concurrency } })),
      Layer.provideMerge(ports)
    )
  ),
  Effect.provideService(Logger.LogToStderr, true)
)

NodeRuntime.runMain(program)
