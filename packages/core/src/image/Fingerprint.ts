/**
 * What tells one state of a file from another without reading it.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import type { ImageHeaderError } from "./ImageHeader.ts"
import { infoOf, sizeAndTime } from "./internal/fileInfo.ts"

/**
 * A length in bytes and, for a file, the time of its last modification (milliseconds since 1970).
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
 * The fingerprint of a regular file as it is now. It fails where {@link ImageHeader.fromFile} would: no such file, no
 * permission, not a regular file.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ofFile = (path: string): Effect.Effect<Fingerprint, ImageHeaderError, FileSystem.FileSystem> =>
  Effect.map(infoOf(path), sizeAndTime)
