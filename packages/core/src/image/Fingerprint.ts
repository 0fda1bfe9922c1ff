/**
 * Detects that a file changed without reading it.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import type { ImageHeaderError } from "./ImageHeader.ts"
import { fingerprintOf, statRegularFile } from "./internal/fileInfo.ts"

/**
 * The size in bytes and, for a file, the time of its last modification (milliseconds since 1970).
 *
 * @category models
 * @since 0.1.0
 */
export const Fingerprint = Schema.Struct({
  size: Schema.Int,
  modifiedMillis: Schema.optionalKey(Schema.Finite)
})

/**
 * @category models
 * @since 0.1.0
 */
export type Fingerprint = typeof Fingerprint.Type

/**
 * The current fingerprint of a regular file. Fails as {@link ImageHeader.fromFile} does if there is no such file, if
 * permission is denied, or if it is not a regular file.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ofFile = (path: string): Effect.Effect<Fingerprint, ImageHeaderError, FileSystem.FileSystem> =>
  Effect.map(statRegularFile(path), fingerprintOf)
