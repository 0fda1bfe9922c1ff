/**
 * Reads a small file at one go.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { FileInfo } from "./FileStat.ts"

/**
 * The largest file that is read at one go, in bytes.
 *
 * @category models
 * @since 0.1.0
 */
export const smallFile = 1024 * 1024

/**
 * A regular file as it was opened, with all its bytes if it was small enough. The bytes belong to `info`: the file was
 * the same before and after they were read.
 *
 * @category models
 * @since 0.1.0
 */
export interface OpenedFile {
  readonly info: FileInfo
  readonly bytes?: Uint8Array
}

/**
 * - `read` opens a regular file once, and reads it if it has at most `limit` bytes. It yields `undefined` if it does not
 *   know better than `FileStat` and `FileSystem`, which then say what is wrong: there is no such file, it is not a
 *   regular one, it was changed while it was read.
 * - `release` takes back the bytes of a file, so that their memory is used again. Only for bytes that nothing holds any
 *   more.
 *
 * @category models
 * @since 0.1.0
 */
export interface Service {
  readonly read: (path: string, limit: number) => Effect.Effect<OpenedFile | undefined>
  readonly release: (bytes: Uint8Array) => void
}

/**
 * How small files are read at one go. By default none are: each step of the usual way is a call of Effect's
 * `FileSystem`. `NodeFiles.layer` of `@iiif-ingest/node` provides a reader.
 *
 * @category services
 * @since 0.1.0
 */
export const FileReader: Context.Reference<Service> = Context.Reference<Service>(
  "@iiif-ingest/core/image/FileReader",
  { defaultValue: () => ({ read: () => Effect.undefined, release: () => {} }) }
)
