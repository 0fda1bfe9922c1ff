/**
 * The sandbox's S3 endpoint: a strict, streaming subset of Amazon S3 with path-style URLs below a base path.
 *
 * Attach it to both the `request` and the `checkContinue` event of a `node:http` server; otherwise a client that sends
 * `Expect: 100-continue` cannot be rejected before it sends its body.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import { createHash } from "node:crypto"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { Ids } from "../ids.ts"
import { describe } from "../log/cause.ts"
import { openBody } from "./body.ts"
import type { Context } from "./context.ts"
import { S3Error, s3Error, type StorageError } from "./errors.ts"
import { operationOf } from "./operation.ts"
import { ensureBucket } from "./operations/buckets.ts"
import { operations } from "./operations/table.ts"
import type { ObjectRecord } from "./records.ts"
import { header, parseRequest, type S3Request } from "./request.ts"
import { errorResponse, type Replied, type S3Response, sendResponse } from "./response.ts"
import { type Payload, type S3Credential, verifySignature } from "./sigv4.ts"
import { openStore, type Store } from "./store.ts"

export type { S3Credential } from "./sigv4.ts"

/** An object as the sandbox's workers see it. */
export interface S3Object {
  /** A file with exactly the object's bytes. It never changes; it is removed when the object is replaced or deleted. */
  readonly file: string
  readonly size: number
  /** Without quotes. */
  readonly etag: string
  readonly contentType: string
  /** CRC-32 of the whole object in base64; always present. */
  readonly crc32?: string
  readonly metadata: Readonly<Record<string, string>>
  readonly lastModified: Date
}

/** A line of a listing. */
export interface ListedObject {
  readonly bucket: string
  readonly key: string
  readonly size: number
  readonly contentType: string
  /** Milliseconds since 1970. */
  readonly lastModified: number
}

export interface S3EndpointOptions {
  /** Stores all data across restarts; created if missing. Only one endpoint may use it at a time. */
  readonly directory: string
  readonly region: string
  /** For example `/_s3`: request paths are `/_s3/BUCKET/KEY`, and signatures cover the whole path. */
  readonly basePath: string
  /** Looks up a credential for each request; undefined for an unknown key. */
  readonly credential: (accessKeyId: string, sessionToken: string | undefined) => S3Credential | undefined
  /** Where upload ids come from. */
  readonly ids: Ids
}

export interface S3Endpoint {
  /** The operation's name in the S3 API (`PutObject`, `UploadPart`, ...), or `Unknown`. */
  readonly operation: (request: IncomingMessage) => string
  /** Handles the request; errors become S3's XML, so the effect never fails. */
  readonly handle: (request: IncomingMessage, response: ServerResponse, replied?: Replied) => Effect.Effect<void>
  /** Replies with this error to any request, without reading the body first. */
  readonly refuse: (
    request: IncomingMessage,
    response: ServerResponse,
    error: { readonly status: number; readonly code: string; readonly message: string },
    replied?: Replied
  ) => Effect.Effect<void>
  readonly object: (bucket: string, key: string) => Effect.Effect<Option.Option<S3Object>>
  /** All buckets by name, and the objects of each in listing order. */
  readonly buckets: () => ReadonlyArray<{ readonly name: string; readonly objects: ReadonlyArray<ListedObject> }>
  /** Creates a bucket unless it exists. */
  readonly createBucket: (bucket: string) => Effect.Effect<void>
  /** Deletes all objects and uploads; buckets remain. */
  readonly reset: Effect.Effect<void>
  /** Reads its entries again after `replace` has replaced them; that returns the contents that it has added. */
  readonly load: Store["load"]
}

const EMPTY_SHA256 = createHash("sha256").digest("hex")

/** A request without a body must declare the hash of an empty body. */
const checkEmpty = (request: S3Request, payload: Payload): Effect.Effect<void, S3Error> => {
  const hasBody = header(request, "transfer-encoding") !== undefined ||
    Number(header(request, "content-length") ?? 0) > 0
  if (hasBody || payload._tag !== "Hashed" || payload.sha256 === EMPTY_SHA256) return Effect.void
  const details = { ClientComputedContentSHA256: payload.sha256, S3ComputedContentSHA256: EMPTY_SHA256 }
  return Effect.fail(s3Error("XAmzContentSHA256Mismatch", details))
}

const run = Effect.fnUntraced(function*(
  message: IncomingMessage,
  response: ServerResponse,
  store: Store,
  options: S3EndpointOptions
) {
  const request = yield* Effect.fromResult(parseRequest(message, options.basePath))
  const payload = yield* verifySignature(request, options)
  yield* checkEmpty(request, payload)
  const name = operationOf(request)
  if (name === undefined) return yield* s3Error("MethodNotAllowed", { Method: request.method })
  if (name === "unsupported") return yield* s3Error("NotImplemented")
  const context: Context = {
    request,
    store,
    region: options.region,
    ids: options.ids,
    body: openBody(request, response, payload, { checksum: true }),
    bodyWithoutChecksum: openBody(request, response, payload, { checksum: false })
  }
  return yield* operations[name](context, request.bucket ?? "", request.key ?? "")
})

const internalText = (cause: Cause.Cause<StorageError>): string =>
  `The sandbox failed to handle this request (see its log): ${describe(Cause.squash(cause))}`

/** Replies to an internal failure with an error that names the cause, and logs it. */
const internalError = (cause: Cause.Cause<StorageError>, message: IncomingMessage): Effect.Effect<S3Response> =>
  Effect.logError("The S3 endpoint failed to handle a request", cause).pipe(
    Effect.as(errorResponse(s3Error("InternalError", {}, internalText(cause)), message))
  )

const toObject = (store: Store, record: ObjectRecord): S3Object => ({
  file: store.blobs.fileOf(record.content),
  size: record.size,
  etag: record.etag,
  contentType: record.description.contentType,
  crc32: record.crc32,
  metadata: record.description.metadata,
  lastModified: new Date(record.lastModified)
})

const toListed = ({ bucket, description, key, lastModified, size }: ObjectRecord): ListedObject => ({
  bucket,
  key,
  size,
  contentType: description.contentType,
  lastModified
})

/** Opens the endpoint with the data in its directory. */
export const make = (options: S3EndpointOptions): Effect.Effect<S3Endpoint, StorageError, Scope.Scope> =>
  Effect.map(openStore(options.directory), (store): S3Endpoint => ({
    operation: (message) => {
      const request = parseRequest(message, options.basePath)
      const name = Result.isSuccess(request) ? operationOf(request.success) : undefined
      return name === undefined || name === "unsupported" ? "Unknown" : name
    },
    handle: (message, response, replied) =>
      run(message, response, store, options).pipe(
        Effect.catchTag("S3Error", (error) => Effect.succeed(errorResponse(error, message))),
        Effect.catchCause((cause) => internalError(cause, message)),
        Effect.flatMap((answer) => sendResponse(message, response, answer, replied)),
        Effect.scoped,
        // An interruption abandons the connection, which also ends a body that is still being read.
        Effect.onInterrupt(() => Effect.sync(() => message.destroy()))
      ),
    refuse: (message, response, { code, message: text, status }, replied) =>
      sendResponse(
        message,
        response,
        errorResponse(new S3Error({ status, code, text, details: {}, headers: {} }), message),
        replied
      ),
    object: (bucket, key) =>
      Effect.sync(() =>
        Option.map(Option.fromUndefinedOr(store.find(bucket, key)), (record) => toObject(store, record))
      ),
    buckets: () =>
      Array.from(store.buckets.values(), ({ name }) => ({ name, objects: store.list(name).map(toListed) }))
        .sort((a, b) => a.name < b.name ? -1 : 1),
    createBucket: (bucket) => Effect.orDie(ensureBucket(store, bucket)),
    reset: Effect.orDie(store.reset),
    load: store.load
  }))
