import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { type Asset, AssetError, CannotCompare, IdTaken } from "../../image/Asset.ts"
import * as Crc32 from "../../image/Crc32.ts"
import { Hashes } from "../../image/Fixity.ts"
import { location } from "../../image/ImageSource.ts"
import type { UploadRecord } from "../Journal.ts"
import type { StoredObject } from "../ObjectStore.ts"
import type { ObjectStoreError } from "../ObjectStoreError.ts"
import { compare, type Verdict } from "./compare.ts"
import { withRetries } from "./engine.ts"
import type { Task } from "./task.ts"

/** What the store has under the key of an image; `unknown` if access to that information is denied. */
export const inspect = (
  { asset, engine }: Task
): Effect.Effect<StoredObject | "absent" | "unknown", ObjectStoreError> =>
  withRetries(engine, "head", asset.key, engine.store.head(asset.key)).pipe(
    Effect.map(Option.getOrElse(() => "absent" as const)),
    Effect.catchReason("ObjectStoreError", "AccessDenied", () => Effect.succeed("unknown" as const))
  )

/**
 * Whether the store still has the object that the journal recorded: the ETag or the bytes are the same. If access to
 * that information is denied, the journal is trusted.
 */
export const isStillStored = Effect.fnUntraced(function*(
  task: Task,
  record: UploadRecord & { readonly crc32: Crc32.Crc32 }
): Effect.fn.Return<boolean, AssetError | ObjectStoreError, FileSystem.FileSystem> {
  const found = yield* inspect(task)
  if (found === "absent") return false
  if (found === "unknown") {
    yield* task.warn(
      `${task.asset.key}: the store does not say whether it is still there (HTTP 403: no permission to ask, or wrong ` +
        "AWS keys); according to the journal an earlier run uploaded it, so it was not sent again"
    )
    return true
  }
  if (found.size !== task.asset.fingerprint.size) return false
  if (found.crc32 !== undefined) return found.crc32 === record.crc32
  if (found.etag !== undefined && found.etag === record.etag) return true
  const verdict = yield* compare(task, found)
  return verdict._tag === "Same" && verdict.crc32 === record.crc32
})

/** Whether the store has an object with the image's bytes; `crc32` is theirs. */
export const isStored = Effect.fnUntraced(function*(
  task: Task,
  crc32: Crc32.Crc32
): Effect.fn.Return<boolean, AssetError | ObjectStoreError, FileSystem.FileSystem> {
  const found = yield* inspect(task)
  return typeof found === "object" && (yield* compare(task, found, crc32))._tag === "Same"
})

/** Who put the object there: someone else; this run or an earlier one, perhaps; this run, perhaps with wrong bytes. */
export type Occupant = "another" | "perhapsUs" | "usCorrupted"

/** What to do with an object under the key; `Gone` if it is no longer there. */
export type Decision =
  | { readonly _tag: "Keep"; readonly crc32: Crc32.Crc32; readonly etag?: string }
  | { readonly _tag: "Replace" }
  | { readonly _tag: "Gone" }

const refused = (asset: Asset, reason: IdTaken | CannotCompare) =>
  new AssetError({ source: location(asset.source), reason })

const idTaken = ({ asset }: Task) => refused(asset, new IdTaken({ key: asset.key }))

/** Reads an object to compare its bytes. */
const readBack = Effect.fnUntraced(function*(
  task: Task
): Effect.fn.Return<Verdict, AssetError | ObjectStoreError, FileSystem.FileSystem> {
  const { asset, engine } = task
  const hashes = yield* Hashes
  const reading = Stream.runFold(
    engine.store.read(asset.key),
    () => ({ size: 0, crc32: Crc32.empty }),
    ({ crc32, size }, chunk) => ({ size: size + chunk.length, crc32: hashes.crc32(crc32, chunk) })
  )
  const remote = yield* Effect.catchReason(
    withRetries(engine, "read", asset.key, reading),
    "ObjectStoreError",
    "AccessDenied",
    () => Effect.fail(refused(asset, new CannotCompare({ key: asset.key, why: "reading it was denied" })))
  )
  const local = yield* task.crc32
  const isSame = remote.size === asset.fingerprint.size && remote.crc32 === local
  return isSame ? { _tag: "Same", crc32: local } : { _tag: "Different" }
})

const mayReplace = ({ engine, mayReplace }: Task): boolean => mayReplace && engine.existing !== "fail"

/** Finds out whether an object has the bytes of the image, by reading it if nothing else tells and it matters. */
const verdictOn = Effect.fnUntraced(function*(
  task: Task,
  found: StoredObject | "unknown",
  known: Crc32.Crc32 | undefined
): Effect.fn.Return<Verdict, AssetError | ObjectStoreError, FileSystem.FileSystem> {
  const { asset, engine } = task
  const told: Verdict = found === "unknown" ? { _tag: "Unknown" } : yield* compare(task, found, known)
  if (told._tag !== "Unknown" || mayReplace(task)) return told
  if (engine.uncertain === "readBack") return yield* readBack(task)
  return yield* refused(asset, new CannotCompare({ key: asset.key, why: "the store does not tell enough of them" }))
})

/**
 * Decides what to do with an object that exists under the key: `found`, if the store was asked about it. `known` is the
 * CRC-32 of the image, if it is known.
 */
export const decide = Effect.fnUntraced(function*(
  task: Task,
  occupant: Occupant,
  { found: asked, known }: { readonly found?: StoredObject | undefined; readonly known?: Crc32.Crc32 } = {}
): Effect.fn.Return<Decision, AssetError | ObjectStoreError, FileSystem.FileSystem> {
  if (task.engine.existing === "fail" && occupant === "another") return yield* idTaken(task)
  const found = asked ?? (yield* inspect(task))
  if (found === "absent") return { _tag: "Gone" }
  const verdict = yield* verdictOn(task, found, known)
  if (verdict._tag !== "Same") {
    return mayReplace(task) || occupant === "usCorrupted" ? { _tag: "Replace" } : yield* idTaken(task)
  }
  const etag = found === "unknown" ? undefined : found.etag
  return { _tag: "Keep", crc32: verdict.crc32, ...(etag === undefined ? {} : { etag }) }
})
