/**
 * What a file system says of a file without reading it.
 *
 * @since 0.1.0
 */
import * as ByteSize from "effect/ByteSize"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"

/**
 * The type of a file, its size in bytes, the time of its last modification (milliseconds since 1970), and its
 * {@link identity}.
 *
 * @category models
 * @since 0.1.0
 */
export interface FileInfo {
  readonly type: FileSystem.File.Type
  readonly size: number
  readonly modifiedMillis?: number
  readonly identity?: string
}

/**
 * What a file does not keep when it is edited or replaced, even if its size and modification time are kept
 * (`touch -r`, rsync, a restored backup): the inode and the time of the last status change (ctime, in nanoseconds). No
 * call sets a ctime; it is as fine as the clock of the file system's kernel, which may be 4 ms.
 *
 * @category constructors
 * @since 0.1.0
 */
export const identity = (file: { readonly ino: bigint; readonly ctimeNs: bigint }): string =>
  `${file.ino}:${file.ctimeNs}`

/** Effect's `FileSystem` knows no ctime, so there is no identity. */
const withoutIdentity = (path: string): Effect.Effect<FileInfo, PlatformError, FileSystem.FileSystem> =>
  Effect.flatMap(FileSystem.FileSystem, (fs) =>
    Effect.map(fs.stat(path), ({ mtime, size, type }) => ({
      type,
      size: Number(ByteSize.toBigInt(size)),
      ...(Option.isSome(mtime) ? { modifiedMillis: mtime.value.getTime() } : {})
    })))

/**
 * Inspects a file; links are followed. By default through `FileSystem`, which leaves out the identity: then a file with
 * the same size and modification time counts as possibly changed, and is read to find out. `NodeFiles.layer` of
 * `@iiif-ingest/node` provides it.
 *
 * @category services
 * @since 0.1.0
 */
export const FileStat: Context.Reference<
  (path: string) => Effect.Effect<FileInfo, PlatformError, FileSystem.FileSystem>
> = Context.Reference<(path: string) => Effect.Effect<FileInfo, PlatformError, FileSystem.FileSystem>>(
  "@iiif-ingest/core/image/FileStat",
  { defaultValue: () => withoutIdentity }
)
