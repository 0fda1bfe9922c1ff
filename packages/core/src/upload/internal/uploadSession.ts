import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import type { Asset } from "../../image/Asset.ts"
import type { UploadRecord } from "../Journal.ts"
import type { PartReceipt, UploadSession } from "../ObjectStore.ts"
import { attempted, type Engine, infoOf, isSameFile, journalled } from "./uploadEngine.ts"

/** S3's limit on the number of parts. */
const maximumParts = 10_000

const mebibyte = 1024 * 1024

/** How long whoever interrupts an upload waits for its parts to be taken back. */
export const finalizerLimit: Duration.Input = "2 seconds"

/** Makes an effect interruptible again. */
export type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** A multipart upload that was begun, and the parts of it that have arrived. */
export interface Begun {
  readonly session: UploadSession
  readonly partSize: number
  readonly parts: ReadonlyArray<PartReceipt>
}

/** What is taken back does not wait until the store has room for it. */
const atOnce = { limit: identity }

/** The configured part size, or in whole MiB as much more as 10,000 parts need. */
const partSizeFor = (size: number, configured: number): number =>
  Math.max(configured, Math.ceil(size / maximumParts / mebibyte) * mebibyte)

/** An upload that an earlier run began of the very same file. */
export const beginningOf = (record: UploadRecord | undefined, asset: Asset): Begun | undefined =>
  record?.session === undefined || record.partSize === undefined || !isSameFile(record, asset)
    ? undefined
    : { session: record.session, partSize: record.partSize, parts: record.parts }

/**
 * Takes a multipart upload back: the store would keep and charge its parts. One that the store no longer knows is taken
 * back already. Where it cannot be done the report says so; the journal keeps it until the image is sent anew.
 */
export const takeBack = (
  engine: Engine,
  asset: Asset,
  session: UploadSession,
  limit: Duration.Input = Duration.infinity
): Effect.Effect<void> =>
  attempted(atOnce, "abort", asset.key, engine.store.abort(session)).pipe(
    Effect.catchReason("ObjectStoreError", "NoSuchUpload", () => Effect.void),
    Effect.andThen(journalled(engine, asset, {})),
    Effect.timeout(limit),
    Effect.catch((error) =>
      engine.warn(`parts of ${asset.key} that were sent could not be taken back and may be charged: ${error.message}`)
    )
  )

/** Begins anew; to be run where it cannot be interrupted but by `restore`. What was begun is journalled, or taken back. */
export const begin = Effect.fnUntraced(function*(engine: Engine, asset: Asset, restore: Restore) {
  const partSize = partSizeFor(asset.fingerprint.size, engine.partSize)
  const session = yield* restore(attempted(engine, "begin", asset.key, engine.store.begin(asset.key, infoOf(asset))))
  yield* journalled(engine, asset, { session, partSize }).pipe(
    Effect.onError(() => takeBack(engine, asset, session, finalizerLimit))
  )
  const begun: Begun = { session, partSize, parts: [] }
  return begun
})
