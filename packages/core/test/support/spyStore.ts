/** The in-memory object store with a spy: records every call, which a test can delay, fail or answer differently. */
import type { Journal } from "@iiif-ingest/core/upload/Journal"
import * as Journals from "@iiif-ingest/core/upload/Journal"
import * as ObjectStore from "@iiif-ingest/core/upload/ObjectStore"
import { ObjectStoreError } from "@iiif-ingest/core/upload/ObjectStoreError"
import { Effect, Layer, Stream } from "effect"

export interface Call {
  readonly operation: ObjectStoreError["operation"]
  readonly key: string
  readonly partNumber?: number
  readonly bytes?: number
  readonly ifAbsent?: boolean
}

export type Around = <A>(
  call: Call,
  inner: Effect.Effect<A, ObjectStoreError>
) => Effect.Effect<A, ObjectStoreError>

export const failure = (call: Call, reason: ObjectStoreError["reason"]) =>
  Effect.fail(new ObjectStoreError({ operation: call.operation, key: call.key, reason }))

/** Formats a call: `put images/a.tif`, `putPart images/a.tif 2`. */
export const show = (call: Call): string =>
  `${call.operation} ${call.key}${call.partNumber === undefined ? "" : ` ${call.partNumber}`}`

export const spyOn = (store: ObjectStore.ObjectStore["Service"], calls: Array<Call>, around: Around) => {
  const record = <A>(call: Call, inner: Effect.Effect<A, ObjectStoreError>) =>
    Effect.suspend(() => {
      calls.push(call)
      return around(call, inner)
    })
  const conditional = (options: ObjectStore.WriteOptions | undefined) => ({ ifAbsent: options?.ifAbsent === true })
  return ObjectStore.ObjectStore.of({
    bucket: store.bucket,
    head: (key) => record({ operation: "head", key }, store.head(key)),
    read: (key) => Stream.unwrap(record({ operation: "read", key }, Effect.succeed(store.read(key)))),
    put: (key, body, info, options) =>
      record(
        { operation: "put", key, bytes: ObjectStore.bodyLength(body), ...conditional(options) },
        store.put(key, body, info, options)
      ),
    begin: (key, info) => record({ operation: "begin", key }, store.begin(key, info)),
    putPart: (session, partNumber, body) =>
      record(
        { operation: "putPart", key: session.key, partNumber, bytes: ObjectStore.bodyLength(body) },
        store.putPart(session, partNumber, body)
      ),
    complete: (session, parts, whole, options) =>
      record(
        { operation: "complete", key: session.key, ...conditional(options) },
        store.complete(session, parts, whole, options)
      ),
    abort: (session) => record({ operation: "abort", key: session.key }, store.abort(session))
  })
}

export const layer = (calls: Array<Call>, around: Around = (_, inner) => inner) =>
  Layer.effect(
    ObjectStore.ObjectStore,
    Effect.map(ObjectStore.ObjectStore, (store) => spyOn(store, calls, around))
  ).pipe(Layer.provide(ObjectStore.layerMemory))

/** An in-memory journal that claims to be durable, like one on disk. */
export const durableJournal: Layer.Layer<Journal> = Layer.effect(
  Journals.Journal,
  Effect.map(Journals.Journal, (journal) => ({ ...journal, durable: true }))
).pipe(Layer.provide(Journals.layerMemory))
