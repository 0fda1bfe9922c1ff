/** A store of one kind in front of the sandbox in the context: to upload to it, and to see what it then holds. */
import * as Sdk from "@aws-sdk/client-s3"
import { NodeServices } from "@effect/platform-node"
import { S3ObjectStore } from "@iiif-ingest/aws"
import { ImageSource, IngestProgram, Journal, MpsConfig, RetryPolicy, Upload } from "@iiif-ingest/core"
import { NodeFiles, NodeFixity } from "@iiif-ingest/node"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Layer, Option } from "effect"
import * as Fs from "node:fs"
import { sandboxSettings } from "../../../examples/support/sandboxLayers.ts"
import { s3Through } from "../../faults/support/batch.ts"
import * as Proxy from "../../faults/support/proxy.ts"
import * as Rules from "../../faults/support/rules.ts"
import { withClient } from "../../support/bucket.ts"
import { shortPolicy } from "../../support/policies.ts"
import type { Kind } from "./kinds.ts"

export const mebibyte = 1024 * 1024

export interface Options extends Upload.Options {
  readonly action: "create" | "update"
}

/** How an upload ended: how the image got into the store, or the reason why it did not. */
export interface Ended {
  readonly end: string
  readonly message: string
  readonly warnings: ReadonlyArray<string>
  /** The operations that it took, in order. */
  readonly requests: ReadonlyArray<string>
  /** Of the object that was there before. */
  readonly bytesRead: number
}

export interface World {
  /** Uploads a file as the image `id`; runs that share a journal are runs of one batch. */
  readonly upload: (
    path: string,
    id: string,
    options: Options,
    journal?: Journal.Journal["Service"]
  ) => Effect.Effect<Ended>
}

export const newJournal = Effect.provide(Journal.Journal, Journal.layerMemory, { local: true })

export const keyOf = (id: string): string => `images/${id}.tif`

const endOf = (outcome: Upload.AssetOutcome): Pick<Ended, "end" | "message" | "warnings"> => {
  if (outcome._tag === "Uploaded") {
    return { end: outcome.uploaded.how, message: "", warnings: outcome.uploaded.asset.warnings }
  }
  const { error, warnings } = outcome
  return { end: error._tag === "JournalError" ? error._tag : error.reason._tag, message: error.message, warnings }
}

/** The kind's refusals, which last as long as the scope. Faults are the sandbox's own. */
const refusing = ({ denies }: Kind, rules: ReadonlyArray<Rules.Rule>) =>
  Effect.flatMap(Sandbox.Sandbox, ({ faults }) =>
    Effect.acquireRelease(
      faults.set([
        ...denies.map((op) => ({ match: { op }, effect: { type: "deny" } as const })),
        ...rules.filter(Rules.isForSandbox)
      ]),
      () => faults.clear
    ))

/** Starts a store, with faults if rules are given, and a client of it. */
export const open = Effect.fnUntraced(function*(kind: Kind, rules: ReadonlyArray<Rules.Rule> = []) {
  const sandbox = yield* Sandbox.Sandbox
  yield* refusing(kind, rules)
  const seen: Array<{ readonly path: string; readonly op: string; readonly bytes: number }> = []
  const proxy = yield* Proxy.start(Number(new URL(sandbox.url).port), rules, ({ op, path }, reply) => {
    seen.push({ op, path, bytes: op === "GetObject" && reply.status === 200 ? reply.body.length : 0 })
    return kind.disguise?.({ op, path, method: "" }, reply) ?? reply
  })
  const ports = yield* Layer.build(
    S3ObjectStore.layer().pipe(
      Layer.provide(s3Through(proxy, sandbox, { s3: () => ({ checksums: kind.checksums }) })),
      Layer.provideMerge(MpsConfig.layer(sandboxSettings(sandbox))),
      Layer.provideMerge(Layer.mergeAll(NodeServices.layer, NodeFiles.layer, NodeFixity.layer))
    )
  )
  const upload: World["upload"] = (path, id, { action, ...options }, journal) =>
    Effect.gen(function*() {
      seen.length = 0
      const { all } = yield* Upload.Upload
      const [outcome] = yield* all([ImageSource.file(path, { id })], { mayReplace: () => action === "update" })
      return {
        ...endOf(outcome as Upload.AssetOutcome), // there is one for each image
        requests: seen.map(({ op }) => op),
        bytesRead: seen.reduce((sum, { bytes }) => sum + bytes, 0)
      }
    }).pipe(
      Effect.provideService(RetryPolicy.RetryPolicy, shortPolicy),
      Effect.provide(IngestProgram.layerUpload({ partSize: 5 * mebibyte, ...options })),
      Effect.provideServiceEffect(Journal.Journal, journal === undefined ? newJournal : Effect.succeed(journal)),
      Effect.provide(ports)
    )
  return { upload } satisfies World
})

const sendInParts = async (
  client: Sdk.S3Client,
  target: { readonly Bucket: string; readonly Key: string },
  bytes: Buffer,
  { checksum, partSize }: { readonly partSize: number; readonly checksum: Kind["othersChecksum"] }
) => {
  const sums = checksum === undefined ? {} : { ChecksumAlgorithm: "CRC32", ChecksumType: checksum } as const
  const { UploadId } = await client.send(new Sdk.CreateMultipartUploadCommand({ ...target, ...sums }))
  const Parts: Array<Sdk.CompletedPart> = []
  for (let from = 0; from < bytes.length; from += partSize) {
    const PartNumber = Parts.length + 1
    const Body = bytes.subarray(from, from + partSize)
    const sent = await client.send(new Sdk.UploadPartCommand({ ...target, UploadId, PartNumber, Body }))
    const { ChecksumCRC32, ETag } = sent
    Parts.push({ PartNumber, ETag, ...(checksum === undefined ? {} : { ChecksumCRC32 }) })
  }
  await client.send(new Sdk.CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }))
}

/** Puts an object as another tool does: in one request, or in parts of `partSize`. */
export const putByOthers = (kind: Kind, id: string, bytes: Buffer, partSize?: number) =>
  withClient(async (client, Bucket) => {
    const mode = kind.checksums === "whenSupported" ? "WHEN_SUPPORTED" : "WHEN_REQUIRED"
    client.config.requestChecksumCalculation = async () => mode
    const target = { Bucket, Key: keyOf(id) }
    if (partSize === undefined) await client.send(new Sdk.PutObjectCommand({ ...target, Body: bytes }))
    else await sendInParts(client, target, bytes, { partSize, checksum: kind.othersChecksum })
  })

/** The bytes of an object, whatever the store tells of it. */
export const held = (id: string) =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox.Sandbox
    const object = yield* sandbox.object(sandbox.s3.bucket, keyOf(id))
    return Option.getOrUndefined(Option.map(object, ({ file }) => Fs.readFileSync(file)))
  })

export const remove = (id: string) =>
  withClient((client, Bucket) => client.send(new Sdk.DeleteObjectCommand({ Bucket, Key: keyOf(id) })))
