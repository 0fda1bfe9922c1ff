/** Uploads a mixed batch through a proxy to the sandbox in the context, and inspects its bucket afterwards. */
import * as Sdk from "@aws-sdk/client-s3"
import { NodeServices } from "@effect/platform-node"
import { assert } from "@effect/vitest"
import { S3Client, S3ObjectStore } from "@iiif-ingest/aws"
import { ImageSource, IngestProgram, Journal, MpsConfig, RetryPolicy, Upload } from "@iiif-ingest/core"
import { Sandbox } from "@iiif-ingest/sandbox"
import { NodeHttpHandler } from "@smithy/node-http-handler"
import { Clock, Duration, Effect, FileSystem, Layer, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import * as Fs from "node:fs"
import * as http from "node:http"
import type * as net from "node:net"
import * as Path from "node:path"
import { crc32 } from "node:zlib"
import { sandboxSettings } from "../../../examples/support/sandboxLayers.ts"
import { openUploads } from "../../resume/support/openUploads.ts"
import { withClient } from "../../support/bucket.ts"
import { pathOf, writeLargeTiff } from "../../support/pictures.ts"
import { shortPolicy } from "../../support/policies.ts"
import * as Proxy from "./proxy.ts"
import * as Rules from "./rules.ts"

type Running = Sandbox.Sandbox["Service"]

const mebibyte = 1024 * 1024

/**
 * One file that is uploaded in parts, and three in one request each: below 1 MiB with the checksum in a header, above
 * that in a trailer.
 */
export const names = ["large.tif", "medium.tif", "coffee.png", "small.tif"] as const
export type Name = typeof names[number]

/** In bytes, for files whose body is sent as is. */
export const sizes = { "small.tif": 400 * 300 * 3 + 8 + 2 + 9 * 12 + 4 + 3 * 8 } as const

export const keyOf = (name: string): string => `images/${name}`

/** Creates the four files in a temporary folder. */
export const makeFolder = Effect.gen(function*() {
  const folder = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
  writeLargeTiff(Path.join(folder, "large.tif"), 2000, 2100)
  writeLargeTiff(Path.join(folder, "medium.tif"), 1000, 700)
  writeLargeTiff(Path.join(folder, "small.tif"), 400, 300)
  Fs.copyFileSync(pathOf("coffee.png"), Path.join(folder, "coffee.png"))
  return folder
})

/** What differs from a run without faults. */
export interface Setup {
  readonly s3?: (sandbox: Running) => S3Client.Options
  readonly adjust?: (client: Sdk.S3Client) => void
  readonly policy?: Partial<RetryPolicy.Policy>
  readonly upload?: Partial<Upload.Options>
  /** How long a connection may be idle, in milliseconds. */
  readonly stallMillis?: number
  /** Replaces the system's resolver. */
  readonly lookup?: net.LookupFunction
}

/** Connects to the proxy whatever port is requested, so that host and signature stay the server's. */
class ToProxy extends http.Agent {
  private readonly port: number
  constructor(port: number, lookup: net.LookupFunction | undefined) {
    super({ keepAlive: true, ...(lookup === undefined ? {} : { lookup }) } as http.AgentOptions) // passed on to node:net
    this.port = port
  }
  override createConnection(
    options: http.ClientRequestArgs,
    callback?: (error: Error | null, stream: net.Socket) => void
  ) {
    return super.createConnection({ ...options, port: this.port }, callback as never) // net.Socket is a stream.Duplex
  }
}

/** The client as shipped, except that it connects to the proxy. */
export const s3Through = (proxy: Proxy.Proxy, sandbox: Running, setup: Setup) =>
  Layer.effect(
    S3Client.S3Client,
    S3Client.S3Client.use(Effect.fnUntraced(function*(s3) {
      const client = yield* s3.client
      const { requestHandler } = client.config
      assert.instanceOf(requestHandler, NodeHttpHandler)
      client.config.requestHandler = new NodeHttpHandler({
        httpAgent: new ToProxy(proxy.port, setup.lookup),
        connectionTimeout: 5000,
        socketTimeout: setup.stallMillis ?? 10_000
      })
      setup.adjust?.(client)
      return { client: Effect.succeed(client) }
    }))
  ).pipe(Layer.provide(S3Client.layer({
    endpoint: sandbox.s3.endpoint,
    region: sandbox.s3.region,
    credentials: sandbox.s3,
    ...setup.s3?.(sandbox)
  })))

const layers = (proxy: Proxy.Proxy, sandbox: Running, setup: Setup) => {
  const isUnresolvable = setup.s3?.(sandbox).endpoint?.includes(".invalid") === true
  return IngestProgram.layerUpload({ partSize: 5 * mebibyte, concurrency: 3, partConcurrency: 1, ...setup.upload })
    .pipe(
      // S3ObjectStore.layer allows only loopback hosts in environment sandbox, whatever the resolver would return
      Layer.provide(isUnresolvable ? S3ObjectStore.layerBucket(sandbox.s3.bucket) : S3ObjectStore.layer()),
      Layer.provide([s3Through(proxy, sandbox, setup), Journal.layerMemory]),
      Layer.provide([MpsConfig.layer(sandboxSettings(sandbox)), SecureRandom.layerWebCrypto]),
      Layer.provideMerge(NodeServices.layer)
    )
}

/** The outcome for a file: `Uploaded`, or the reason of the failure and its message. */
interface End {
  readonly tag: string
  readonly message: string
  readonly crc32?: number
}

export interface Ended {
  readonly outcomes: ReadonlyMap<string, End>
  readonly requests: ReadonlyArray<Rules.Subject>
  readonly hits: ReadonlyArray<Rules.Hits>
  readonly lookups: number
  readonly millis: number
}

const endOf = (outcome: Upload.AssetOutcome): readonly [name: string, end: End] => {
  if (outcome._tag === "Uploaded") {
    const { asset, crc32 } = outcome.uploaded
    return [Path.basename(asset.key), { tag: "Uploaded", message: "", crc32: crc32 }]
  }
  const { error, source } = outcome
  const tag = error._tag === "JournalError" ? error._tag : error.reason._tag
  return [Path.basename(source), { tag, message: error.message }]
}

/** Uploads the files of a folder, and runs `meanwhile` concurrently. */
export const upload = (
  folder: string,
  rules: ReadonlyArray<Rules.Rule> = [],
  setup: Setup = {},
  meanwhile: (proxy: Proxy.Proxy) => Effect.Effect<void> = () => Effect.void
) =>
  Effect.scoped(Effect.gen(function*() {
    const sandbox = yield* Sandbox.Sandbox
    yield* sandbox.faults.set(rules.filter(Rules.isForSandbox))
    const proxy = yield* Proxy.start(Number(new URL(sandbox.url).port), rules)
    const images = names.map((name) => ImageSource.file(Path.join(folder, name)))
    let lookups = 0
    const lookup: net.LookupFunction | undefined = setup.lookup && ((host, options, done) => {
      lookups += 1
      setup.lookup?.(host, options, done)
    })
    const start = yield* Clock.currentTimeMillis
    const [outcomes] = yield* Effect.all(
      [
        Effect.flatMap(Upload.Upload, (upload) => upload.all(images)).pipe(
          Effect.provideService(RetryPolicy.RetryPolicy, {
            ...shortPolicy,
            attemptLimit: Duration.seconds(20),
            ...setup.policy
          }),
          Effect.provide(layers(proxy, sandbox, lookup === undefined ? setup : { ...setup, lookup }))
        ),
        meanwhile(proxy)
      ],
      { concurrency: 2 }
    )
    const millis = (yield* Clock.currentTimeMillis) - start
    const hits = [...yield* proxy.hits, ...yield* sandbox.faults.hits]
    const ended: Ended = {
      outcomes: new Map(outcomes.map(endOf)),
      requests: [...proxy.requests],
      hits,
      lookups,
      millis
    }
    return ended
  }))

const keys = withClient(async (client, bucket) =>
  ((await client.send(new Sdk.ListObjectsV2Command({ Bucket: bucket }))).Contents ?? []).map(({ Key }) => Key ?? "")
)

/** What is in the bucket: object names, and the number of incomplete uploads. */
export const bucket = Effect.gen(function*() {
  const objects = (yield* keys).map((key) => Path.basename(key)).toSorted()
  return { objects, open: (yield* openUploads).length }
})

/** Checks that an object equals its file by size, CRC-32 and bytes, and returns the CRC-32. */
export const same = (folder: string, name: string) =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox.Sandbox
    const object = Option.getOrThrow(yield* sandbox.object(sandbox.s3.bucket, keyOf(name)))
    const bytes = Fs.readFileSync(Path.join(folder, name))
    const sum = crc32(bytes)
    assert.strictEqual(object.size, bytes.length, name)
    assert.strictEqual(Buffer.from(object.crc32 ?? "", "base64").readUInt32BE(), sum, name)
    assert.isTrue(Fs.readFileSync(object.file).equals(bytes), name)
    return sum
  })

const makesAnObject = new Set(["PutObject", "CompleteMultipartUpload"])

/** No key was written twice. */
export const assertWrittenOnce = Effect.gen(function*() {
  const made = (yield* (yield* Sandbox.Sandbox).requests()).filter(({ op, status }) =>
    makesAnObject.has(op) && status === 200
  ).map(({ path }) => path.split("?", 1)[0])
  assert.deepStrictEqual(made.toSorted(), [...new Set(made)].toSorted())
})
