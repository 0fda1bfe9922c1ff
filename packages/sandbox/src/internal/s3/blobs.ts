/**
 * Content files. A file is written once and never changed, and is part of an object only once an index entry names it,
 * so a lost connection, an error or a crash never leaves a partial object.
 */
import * as Effect from "effect/Effect"
import { randomUUID } from "node:crypto"
import { type FileHandle, mkdir, open, readdir, rm } from "node:fs/promises"
import { join } from "node:path"
import { attempt } from "./durableMap.ts"
import { type S3Error, type StorageError, storageError } from "./errors.ts"

/** A newly written content file that no index entry names yet. */
export interface Blob {
  readonly id: string
  readonly size: number
  /** Keeps the file; call it when storing the entry that names it. Otherwise `receive` removes the file at its end. */
  readonly keep: () => void
}

export interface Blobs {
  readonly fileOf: (id: string) => string
  /** Streams bytes to a new file and passes it to `use`; the file remains only if `use` keeps it. */
  readonly receive: <A, E>(
    bytes: AsyncIterable<Uint8Array>,
    use: (blob: Blob) => Effect.Effect<A, E>
  ) => Effect.Effect<A, E | S3Error | StorageError>
  readonly remove: (id: string) => Effect.Effect<void, StorageError>
  /** Removes every file except those in `used`. */
  readonly sweep: (used: ReadonlySet<string>) => Effect.Effect<void, StorageError>
  readonly ids: Effect.Effect<ReadonlySet<string>, StorageError>
}

/** Size of a write in bytes. Each write costs a thread pool round trip, and a socket delivers only 64 KiB at once. */
const WRITE_BYTES = 1024 * 1024

/** Fails on a short write, which Node reports only in the result. */
const writeAll = async (file: FileHandle, chunks: ReadonlyArray<Uint8Array>, length: number) => {
  const { bytesWritten } = await file.writev(chunks)
  if (bytesWritten !== length) throw new Error(`only ${bytesWritten} of ${length} bytes could be written`)
}

const writeFrom = async (path: string, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<number> => {
  let size = 0
  let pending: Array<Uint8Array> = []
  let length = 0
  const file = await open(path, "wx")
  const flush = async () => {
    signal.throwIfAborted()
    await writeAll(file, pending, length)
    size += length
    pending = []
    length = 0
  }
  try {
    for await (const chunk of bytes) {
      pending.push(chunk)
      length += chunk.length
      if (length >= WRITE_BYTES) await flush()
    }
    if (length > 0) await flush()
  } finally {
    await file.close()
    // An interrupted fiber does not wait for this promise, so the file is removed here.
    if (signal.aborted) await rm(path, { force: true })
  }
  return size
}

export const openBlobs = Effect.fnUntraced(function*(directory: string) {
  const fileOf = (id: string) => join(directory, id)
  const remove = (id: string) => attempt("remove", fileOf(id), () => rm(fileOf(id), { force: true }))
  const ids = Effect.map(attempt("list", directory, () => readdir(directory)), (files) => new Set(files))
  yield* attempt("create", directory, () => mkdir(directory, { recursive: true }))

  const blobs: Blobs = {
    fileOf,
    remove,
    ids,
    receive: (bytes, use) =>
      Effect.acquireUseRelease(
        Effect.sync(() => ({ id: randomUUID(), kept: false })),
        (pending) =>
          Effect.tryPromise({
            try: (signal) => writeFrom(fileOf(pending.id), bytes, signal),
            catch: storageError("write", fileOf(pending.id))
          }).pipe(
            Effect.flatMap((size) => use({ id: pending.id, size, keep: () => pending.kept = true }))
          ),
        (pending) => pending.kept ? Effect.void : remove(pending.id)
      ),
    sweep: Effect.fnUntraced(function*(used) {
      const unused = Array.from(yield* ids).filter((id) => !used.has(id))
      yield* Effect.forEach(unused, remove, { concurrency: 16, discard: true })
    })
  }
  return blobs
})
