import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import { type Asset, AssetError, CannotCompare, IdTaken } from "../../image/Asset.ts"
import type { Crc32 } from "../../image/Crc32.ts"
import { location } from "../../image/ImageSource.ts"
import type { UploadRecord } from "../Journal.ts"
import type { StoredObject } from "../ObjectStore.ts"
import type { ObjectStoreError } from "../ObjectStoreError.ts"
import { etagOf, inspect, told, verdictOn } from "./examine.ts"
import { likeness, type Task } from "./task.ts"

/**
 * Whether the store still has the object that the journal recorded: the ETag or the bytes are the same. If neither
 * asking nor reading is allowed, the journal is trusted, unless what is uncertain is to be refused.
 */
export const isStillStored = Effect.fnUntraced(function*(
  task: Task,
  record: UploadRecord & { readonly crc32: Crc32 }
): Effect.fn.Return<boolean, AssetError | ObjectStoreError, FileSystem.FileSystem> {
  const found = yield* inspect(task)
  if (found === "absent") return false
  if (found !== "unknown") {
    if (found.size !== task.asset.fingerprint.size) return false
    if (found.crc32 !== undefined) return found.crc32 === record.crc32
    if (found.etag !== undefined && found.etag === record.etag) return true
  }
  // An object that has been replaced since is read only once: when it is decided what to do with it.
  const verdict = yield* (found === "unknown" ? verdictOn : told)(task, found, undefined)
  if (verdict === "absent") return false
  if (verdict._tag !== "Unknown") return verdict._tag === "Same" && verdict.crc32 === record.crc32
  if (found !== "unknown" || task.engine.uncertain === "refuse") return false
  yield* task.warn(
    `${task.asset.key}: the store does not say whether it is still there (HTTP 403: no permission to ask, or wrong ` +
      "AWS keys); according to the journal an earlier run uploaded it, so it was not sent again"
  )
  return true
})

/** The ETag of the object under the key if it has the image's bytes, whose CRC-32 is `crc32`. */
export const findStored = Effect.fnUntraced(function*(
  task: Task,
  crc32: Crc32
): Effect.fn.Return<Pick<StoredObject, "etag"> | undefined, AssetError | ObjectStoreError, FileSystem.FileSystem> {
  const found = yield* inspect(task)
  if (found === "absent") return undefined
  const verdict = yield* verdictOn(task, found, crc32)
  return verdict === "absent" || verdict._tag !== "Same" ? undefined : etagOf(found)
})

/**
 * Who put the object there: someone else; this run or an earlier one, perhaps; or this run, with corrupted bytes, if it
 * has this ETag.
 */
export type Occupant = "another" | "perhapsUs" | { readonly corrupted: string }

/** Who may have put an object where one was found after so many attempts of this run to put one. */
export const occupantAfter = ({ asset, earlier }: Task, attempts: number): "another" | "perhapsUs" => {
  const wasTried = earlier !== undefined && likeness(asset, earlier) !== "different"
  return attempts > 1 || wasTried ? "perhapsUs" : "another"
}

/** What to do with an object under the key; `Gone` if it is no longer there. */
export type Decision =
  | { readonly _tag: "Keep"; readonly crc32: Crc32; readonly etag?: string }
  | { readonly _tag: "Replace" }
  | { readonly _tag: "Gone" }

const refused = (asset: Asset, reason: IdTaken | CannotCompare) =>
  new AssetError({ source: location(asset.source), reason })

const idTaken = ({ asset }: Task) => refused(asset, new IdTaken({ key: asset.key }))

/** An object may be replaced if that was asked for, or if its ETag says that this run has put it, corrupted. */
const mayReplace = ({ engine, mayReplace }: Task, occupant: Occupant, found: StoredObject | "unknown"): boolean =>
  (mayReplace && engine.existing !== "fail") ||
  (typeof occupant === "object" && typeof found === "object" && found.etag !== undefined &&
    found.etag === occupant.corrupted)

/** Why an object that cannot be compared is refused. */
const whyUnknown = ({ engine }: Task): string =>
  engine.uncertain === "readBack" ? "reading it was denied" : "the store does not tell enough of them"

/**
 * Decides what to do with an object that exists under the key: `found`, if the store was asked about it. `known` is the
 * CRC-32 of the image, if it is known.
 */
export const decide = Effect.fnUntraced(function*(
  task: Task,
  occupant: Occupant,
  { found: asked, known }: { readonly found?: StoredObject | undefined; readonly known?: Crc32 } = {}
): Effect.fn.Return<Decision, AssetError | ObjectStoreError, FileSystem.FileSystem> {
  if (task.engine.existing === "fail" && occupant === "another") return yield* idTaken(task)
  const found = asked ?? (yield* inspect(task))
  if (found === "absent") return { _tag: "Gone" }
  const replaceable = mayReplace(task, occupant, found)
  // An object that may be replaced is not read to find out whether that is necessary.
  const verdict = yield* (replaceable ? told : verdictOn)(task, found, known)
  if (verdict === "absent") return { _tag: "Gone" }
  if (verdict._tag === "Same") return { _tag: "Keep", crc32: verdict.crc32, ...etagOf(found) }
  if (replaceable) return { _tag: "Replace" }
  return yield* verdict._tag === "Different"
    ? idTaken(task)
    : refused(task.asset, new CannotCompare({ key: task.asset.key, why: whyUnknown(task) }))
})
