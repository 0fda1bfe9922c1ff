/**
 * Detects that a file changed without reading it.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import type { FileInfo } from "./FileStat.ts"
import type { ImageHeaderError } from "./ImageHeader.ts"
import { statRegularFile } from "./internal/fileInfo.ts"

/**
 * The size in bytes and, for a file, the time of its last modification (milliseconds since 1970) and its
 * `FileStat.identity`, if the platform gives one.
 *
 * What it promises: a file whose fingerprints are the `same` at two times has the same bytes, unless it was changed
 * with its size, modification time, inode and ctime all kept. A file system may do that (one that simulates ctime, a
 * clock that is set back, two changes within one tick of the kernel's clock); nothing but reading the file could tell.
 *
 * @category models
 * @since 0.1.0
 */
export const Fingerprint = Schema.Struct({
  size: Schema.Int,
  modifiedMillis: Schema.optionalKey(Schema.Finite),
  identity: Schema.optionalKey(Schema.String)
})

/**
 * @category models
 * @since 0.1.0
 */
export type Fingerprint = typeof Fingerprint.Type

/**
 * The fingerprint of a file that was inspected.
 *
 * @category constructors
 * @since 0.1.0
 */
export const of = ({ identity, modifiedMillis, size }: Omit<FileInfo, "type">): Fingerprint => ({
  size,
  ...(modifiedMillis === undefined ? {} : { modifiedMillis }),
  ...(identity === undefined ? {} : { identity })
})

/**
 * The current fingerprint of a regular file. Fails as {@link ImageHeader.fromFile} does if there is no such file, if
 * permission is denied, or if it is not a regular file.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ofFile = (path: string): Effect.Effect<Fingerprint, ImageHeaderError, FileSystem.FileSystem> =>
  Effect.map(statRegularFile(path), of)

/**
 * How two fingerprints of one file compare: `same`, `different` in size or modification time, or `doubtful` if these
 * are kept but the identity is not, or is not known: then only the bytes can tell.
 *
 * @example
 * ```ts
 * import { Fingerprint } from "@iiif-ingest/core"
 *
 * Fingerprint.compare({ size: 9, modifiedMillis: 1, identity: "7:100" }, { size: 9, modifiedMillis: 1, identity: "7:200" })
 * // => "doubtful"
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const compare = (a: Fingerprint, b: Fingerprint): "same" | "different" | "doubtful" => {
  if (a.size !== b.size || a.modifiedMillis !== b.modifiedMillis) return "different"
  return a.identity !== undefined && a.identity === b.identity ? "same" : "doubtful"
}

/**
 * Whether a file with the second fingerprint may be the one with the first: nothing that is known of both differs.
 * Stores compare with it before they send.
 *
 * @category guards
 * @since 0.1.0
 */
export const mayBeSame = (a: Fingerprint, b: Fingerprint): boolean =>
  a.size === b.size &&
  (a.modifiedMillis === undefined || a.modifiedMillis === b.modifiedMillis) &&
  (a.identity === undefined || b.identity === undefined || a.identity === b.identity)
