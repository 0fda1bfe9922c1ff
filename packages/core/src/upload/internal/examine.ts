import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { AssetError } from "../../image/Asset.ts"
import * as Crc32 from "../../image/Crc32.ts"
import { Hashes } from "../../image/Fixity.ts"
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

/** Whether there turned out to be no object when it was to be read. */
const isAbsent = ({ reason }: ObjectStoreError): boolean => reason._tag === "Rejected" && reason.evidence.status === 404

export const etagOf = (found: StoredObject | "unknown"): Pick<StoredObject, "etag"> =>
  found === "unknown" || found.etag === undefined ? {} : { etag: found.etag }

/** What the store tells of an object, compared with the image. */
export const told = (
  task: Task,
  found: StoredObject | "unknown",
  known: Crc32.Crc32 | undefined
): Effect.Effect<Verdict, AssetError, FileSystem.FileSystem> =>
  found === "unknown" ? Effect.succeed({ _tag: "Unknown" }) : compare(task, found, known)

/** An object is read in one request, however large it is: each GiB of it may take as long as another request. */
const gibibyte = 1024 ** 3

/** Reads an object to compare its bytes, unless reading is denied. */
const readBack = Effect.fnUntraced(function*(
  task: Task
): Effect.fn.Return<Verdict | "absent", AssetError | ObjectStoreError, FileSystem.FileSystem> {
  const { asset, engine } = task
  const hashes = yield* Hashes
  const reading = Stream.runFold(
    engine.store.read(asset.key),
    () => ({ size: 0, crc32: Crc32.empty }),
    ({ crc32, size }, chunk) => ({ size: size + chunk.length, crc32: hashes.crc32(crc32, chunk) })
  )
  const remote = yield* withRetries(engine, "read", asset.key, reading, Math.ceil(asset.fingerprint.size / gibibyte))
    .pipe(
      Effect.catchReason("ObjectStoreError", "AccessDenied", () => Effect.succeed("unknown" as const)),
      Effect.catchIf(isAbsent, () => Effect.succeed("absent" as const))
    )
  if (remote === "absent") return remote
  if (remote === "unknown") return { _tag: "Unknown" }
  const local = yield* task.crc32
  const isSame = remote.size === asset.fingerprint.size && remote.crc32 === local
  return isSame ? { _tag: "Same", crc32: local } : { _tag: "Different" }
})

/**
 * Finds out whether an object has the bytes of the image, by reading it if nothing else tells and that is allowed.
 * `known` is the CRC-32 of the image, if it is known.
 */
export const verdictOn = Effect.fnUntraced(function*(
  task: Task,
  found: StoredObject | "unknown",
  known: Crc32.Crc32 | undefined
): Effect.fn.Return<Verdict | "absent", AssetError | ObjectStoreError, FileSystem.FileSystem> {
  const verdict = yield* told(task, found, known)
  return verdict._tag === "Unknown" && task.engine.uncertain === "readBack" ? yield* readBack(task) : verdict
})
