/**
 * Reads a small file at one go.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Ref from "effect/Ref"
import type { FileInfo } from "./FileStat.ts"

/**
 * The most bytes that a file may have to be read at one go: less than the smallest part, so that such a file is always
 * sent in one request.
 *
 * @category constants
 * @since 0.1.0
 */
export const maxBytes = 1024 * 1024

/**
 * A regular file, with all its bytes if it was small enough. The bytes belong to `info`: the file was the same before
 * and after they were read.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReadFile {
  readonly info: FileInfo
  readonly bytes?: Uint8Array
}

/**
 * How small files are read at one go. By default none are: each step of the usual way is a call of Effect's
 * `FileSystem`. `NodeFiles.layer` of `@iiif-ingest/node` provides a reader.
 *
 * - `read` inspects a regular file, and reads it if it has at most `limit` bytes. If they are only to be searched for a
 *   `header`, a file that another machine would have to send is not read. It yields `undefined` if it does not know
 *   better than `FileStat` and `FileSystem`, which then say what is wrong: there is no such file, it is not a regular
 *   one, it was changed while it was read.
 * - `release` takes back the bytes of a file, so that their memory is used again. Only for bytes that nothing holds any
 *   more; bytes that are not released are collected like any others.
 *
 * @category services
 * @since 0.1.0
 */
export const FileReader = Context.Reference<{
  readonly read: (path: string, limit: number, use: "header" | "body") => Effect.Effect<ReadFile | undefined>
  readonly release: (bytes: Uint8Array) => void
}>("@iiif-ingest/core/image/FileReader", {
  defaultValue: () => ({ read: () => Effect.undefined, release: () => {} })
})

/**
 * Where a probe leaves the bytes of a file that it has read, and how many the file may have.
 *
 * @category models
 * @since 0.1.0
 */
export interface Keeping {
  readonly limit: number
  readonly bytes: Ref.Ref<Uint8Array | undefined>
}

/**
 * Provided to a probe by whoever has a use for the bytes at once, as `Upload.stream` has, and releases them. By default
 * a probe keeps none.
 *
 * @category services
 * @since 0.1.0
 */
export const KeptBytes: Context.Reference<Keeping | undefined> = Context.Reference<Keeping | undefined>(
  "@iiif-ingest/core/image/FileReader/KeptBytes",
  { defaultValue: () => undefined }
)
