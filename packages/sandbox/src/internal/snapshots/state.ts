/**
 * The whole state of a sandbox: emptied, kept in a snapshot, and brought back. A change of the whole is noted before it
 * begins, so that a sandbox that is killed in the middle of one ends it at its next start.
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Semaphore from "effect/Semaphore"
import { join } from "node:path"
import type { BadSnapshotName, Unreadable } from "../../SandboxError.ts"
import { StorageFailed, UnknownSnapshot } from "../../SandboxError.ts"
import type { Assets } from "../ingest/assets.ts"
import type { Jobs } from "../jobs/jobs.ts"
import * as Cause from "../log/cause.ts"
import type { Manifests } from "../presentation/manifests.ts"
import type { S3Endpoint } from "../s3/endpoint.ts"
import type { StorageError } from "../s3/errors.ts"
import * as Files from "../state/files.ts"
import type { Snapshots } from "./snapshots.ts"

export interface State {
  readonly reset: Effect.Effect<void, StorageFailed>
  readonly snapshot: (name: string) => Effect.Effect<void, BadSnapshotName | StorageFailed>
  readonly restore: (name: string) => Effect.Effect<void, UnknownSnapshot | StorageFailed>
}

/** The folders of the state: jobs name assets, assets their pyramids, and the endpoint's entries their content. */
const DOCUMENTS = ["jobs", "submissions", "manifests", "assets"]
const S3_DOCUMENTS = ["s3/objects", "s3/parts", "s3/uploads", "s3/buckets"]
const DERIVATIVES = "derivatives"
const CONTENT = "s3/content"
export const FOLDERS: ReadonlyArray<string> = [...DOCUMENTS, ...S3_DOCUMENTS, DERIVATIVES, CONTENT]

const toStorageFailed = (
  error: PlatformError | StorageError | Unreadable | StorageFailed
): StorageFailed => {
  if (error._tag === "StorageFailed") return error
  return new StorageFailed({ detail: error._tag === "PlatformError" ? Cause.ofPlatform(error) : error.message })
}

export const make = Effect.fnUntraced(function*(options: {
  readonly fs: FileSystem.FileSystem
  readonly directory: string
  readonly bucket: string
  readonly jobs: Jobs
  readonly assets: Assets
  readonly manifests: Manifests
  readonly s3: S3Endpoint
  readonly snapshots: Snapshots
  /** What is only in memory: sessions, faults, the log. */
  readonly forget: () => void
}): Effect.fn.Return<State, PlatformError | StorageFailed> {
  const { assets, fs, jobs, manifests, s3, snapshots } = options
  const lock = yield* Semaphore.make(1)
  const marker = join(options.directory, "changing")

  const empty = Effect.gen(function*() {
    yield* jobs.reset
    yield* assets.reset
    yield* manifests.reset
    yield* s3.reset
  })

  /**
   * Files are added before what names them, and removed after it, so that requests meanwhile find the state before or
   * that after.
   */
  const bringBack = Effect.fnUntraced(function*(name: string) {
    const replaced = (folders: ReadonlyArray<string>) =>
      Effect.forEach(folders, (folder) => snapshots.replace(name, folder), { discard: true })
    yield* s3.load(Effect.tap(snapshots.add(name, CONTENT), replaced(S3_DOCUMENTS)))
    yield* snapshots.add(name, DERIVATIVES)
    yield* replaced(DOCUMENTS)
    yield* assets.load
    yield* manifests.load
    yield* jobs.load
  })

  const replace = (name: string | undefined) =>
    Effect.gen(function*() {
      yield* name === undefined ? empty : bringBack(name)
      yield* s3.createBucket(options.bucket)
      options.forget()
    })

  const noted = (name: string | undefined) =>
    (name === undefined ? Effect.void : snapshots.check(name, [...DOCUMENTS, ...S3_DOCUMENTS])).pipe(
      Effect.andThen(Files.writeAtomic(fs, marker, name ?? "")),
      Effect.andThen(replace(name)),
      Effect.andThen(fs.remove(marker, { force: true })),
      Effect.mapError(toStorageFailed)
    )

  const change = (name: string | undefined) =>
    // Jobs go on before a new one can begin, which else would be started twice, and go on where nothing was changed.
    jobs.exclusively(Effect.ensuring(noted(name), jobs.resume)).pipe(Effect.uninterruptible, lock.withPermits(1))

  if (yield* fs.exists(marker)) {
    const name = yield* fs.readFileString(marker)
    yield* noted(snapshots.names().includes(name) ? name : undefined)
  }
  return {
    reset: change(undefined),
    snapshot: (name) => lock.withPermits(1)(snapshots.take(name)),
    restore: (name) => Effect.andThen(snapshots.ensure(name), change(name))
  }
})
