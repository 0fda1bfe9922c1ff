/** Buckets, objects and uploads below one directory; every change is an index entry replaced as a whole. */
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import { type FileHandle, open } from "node:fs/promises"
import { join } from "node:path"
import { type Blob, type Blobs, openBlobs } from "./blobs.ts"
import { type DurableMap, openDurableMap } from "./durableMap.ts"
import { type S3Error, s3Error, StorageError } from "./errors.ts"
import { compareKeys } from "./listing.ts"
import { BucketRecord, ObjectRecord, PartRecord, recordName, UploadRecord } from "./records.ts"

/** Asked at the moment of a change: may the object that is there now (or its absence) be replaced? */
export type Check = (current: ObjectRecord | undefined) => Effect.Effect<void, S3Error>

export interface Store {
  readonly blobs: Blobs
  readonly buckets: DurableMap<BucketRecord>
  readonly uploads: DurableMap<UploadRecord>
  readonly parts: DurableMap<PartRecord>
  readonly bucket: (name: string) => Effect.Effect<BucketRecord, S3Error>
  readonly find: (bucket: string, key: string) => ObjectRecord | undefined
  readonly get: (bucket: string, key: string) => Effect.Effect<ObjectRecord, S3Error>
  /** The object as it is now, with its content open: it can be read to the end even when it is replaced meanwhile. */
  readonly open: (bucket: string, key: string) => Effect.Effect<OpenObject, S3Error | StorageError>
  /** A bucket's objects in the order of listings. */
  readonly list: (bucket: string) => ReadonlyArray<ObjectRecord>
  readonly put: (object: ObjectRecord, blob: Blob, check: Check) => Effect.Effect<void, S3Error | StorageError>
  readonly delete: (bucket: string, key: string, check: Check) => Effect.Effect<void, S3Error | StorageError>
  /** One change at a time: what was checked still holds when it is written. */
  readonly exclusive: <A, E, R>(change: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  readonly reset: Effect.Effect<void, StorageError>
}

interface OpenObject {
  readonly record: ObjectRecord
  readonly content: FileHandle
}

const isMissing = (cause: unknown): boolean => cause instanceof Error && "code" in cause && cause.code === "ENOENT"

/** Drops what a crash left behind: entries without content, parts without upload, content without entry. */
const recover = Effect.fnUntraced(function*(
  blobs: Blobs,
  objects: DurableMap<ObjectRecord>,
  uploads: DurableMap<UploadRecord>,
  parts: DurableMap<PartRecord>
) {
  const present = yield* blobs.ids
  for (const object of Array.from(objects.values()).filter(({ content }) => !present.has(content))) {
    yield* objects.remove(recordName(object.bucket, object.key))
  }
  const lost = (part: PartRecord) => !present.has(part.content) || uploads.get(part.upload) === undefined
  for (const part of Array.from(parts.values()).filter(lost)) yield* parts.remove(partName(part.upload, part.number))
  yield* blobs.sweep(new Set([...objects.values(), ...parts.values()].map(({ content }) => content)))
})

/** Upload ids are the endpoint's own, so they may be part of a name. */
export const partName = (upload: string, number: number): string => `${upload}-${number}`

export const openStore = Effect.fnUntraced(function*(directory: string) {
  const blobs = yield* openBlobs(join(directory, "content"))
  const buckets = yield* openDurableMap(join(directory, "buckets"), BucketRecord)
  const objects = yield* openDurableMap(join(directory, "objects"), ObjectRecord)
  const uploads = yield* openDurableMap(join(directory, "uploads"), UploadRecord)
  const parts = yield* openDurableMap(join(directory, "parts"), PartRecord)
  yield* recover(blobs, objects, uploads, parts)

  const lock = yield* Semaphore.make(1)
  const exclusive: Store["exclusive"] = (change) => Effect.uninterruptible(change).pipe(lock.withPermits(1))
  const sorted = new Map<string, ReadonlyArray<ObjectRecord>>()
  const find = (bucket: string, key: string) => objects.get(recordName(bucket, key))

  const bucket = (name: string) =>
    Effect.suspend(() => {
      const record = buckets.get(recordName(name))
      return record === undefined ? Effect.fail(s3Error("NoSuchBucket", { BucketName: name })) : Effect.succeed(record)
    })

  const get = Effect.fnUntraced(function*(name: string, key: string) {
    yield* bucket(name)
    return find(name, key) ?? (yield* s3Error("NoSuchKey", { Key: key }))
  })

  const openObject: Store["open"] = Effect.fnUntraced(function*(name, key) {
    for (;;) {
      const record = yield* get(name, key)
      const path = blobs.fileOf(record.content)
      const opened = yield* Effect.tryPromise({
        try: () => open(path, "r"),
        catch: (cause) => new StorageError({ action: "read", path, cause })
      }).pipe(Effect.result)
      if (opened._tag === "Success") return { record, content: opened.success }
      // Replaced between look-up and opening: look again. Missing though still named: that is an error.
      if (!isMissing(opened.failure.cause) || find(name, key) === record) return yield* opened.failure
    }
  })

  const put: Store["put"] = (object, blob, check) =>
    Effect.gen(function*() {
      yield* bucket(object.bucket)
      const current = find(object.bucket, object.key)
      yield* check(current)
      yield* objects.set(recordName(object.bucket, object.key), object)
      blob.keep()
      sorted.delete(object.bucket)
      if (current !== undefined) yield* blobs.remove(current.content)
    }).pipe(exclusive)

  const remove: Store["delete"] = (name, key, check) =>
    Effect.gen(function*() {
      yield* bucket(name)
      const current = find(name, key)
      yield* check(current)
      if (current === undefined) return
      yield* objects.remove(recordName(name, key))
      sorted.delete(name)
      yield* blobs.remove(current.content)
    }).pipe(exclusive)

  const list = (name: string): ReadonlyArray<ObjectRecord> => {
    const known = sorted.get(name) ??
      Array.from(objects.values()).filter((object) => object.bucket === name).sort((a, b) => compareKeys(a.key, b.key))
    sorted.set(name, known)
    return known
  }

  const reset = Effect.gen(function*() {
    // Only content that an entry names: an upload that is under way keeps its file and may still end well.
    const contents = [...objects.values(), ...parts.values()].map(({ content }) => content)
    for (const object of Array.from(objects.values())) yield* objects.remove(recordName(object.bucket, object.key))
    for (const part of Array.from(parts.values())) yield* parts.remove(partName(part.upload, part.number))
    for (const upload of Array.from(uploads.values())) yield* uploads.remove(upload.id)
    sorted.clear()
    yield* Effect.forEach(contents, blobs.remove, { discard: true })
  }).pipe(exclusive)

  const store: Store = {
    blobs,
    buckets,
    uploads,
    parts,
    bucket,
    find,
    get,
    open: openObject,
    list,
    put,
    delete: remove,
    exclusive,
    reset
  }
  return store
})
