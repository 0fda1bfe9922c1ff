import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import { explain, notRegularFile } from "../../base/internal/fileProblem.ts"
import { ImageHeaderError, Unreadable } from "./header/reason.ts"

/** The error for a source that cannot be read. */
export const unreadable = (file: string, why: string) => new ImageHeaderError({ file, reason: new Unreadable({ why }) })

/** Explains a failure of the file system. */
export const readFailure = (file: string) => (error: PlatformError) => unreadable(file, explain(error))

/** Rejects pipes and devices before they are opened: reading from them might never end. */
export const requireRegularFile = (
  path: string,
  info: FileSystem.File.Info
): Effect.Effect<FileSystem.File.Info, ImageHeaderError> =>
  info.type === "File" ? Effect.succeed(info) : Effect.fail(unreadable(path, notRegularFile(info.type)))

/** The `stat` of a regular file. */
export const statRegularFile = Effect.fnUntraced(function*(path: string) {
  const fs = yield* FileSystem.FileSystem
  const info = yield* fs.stat(path).pipe(Effect.mapError(readFailure(path)))
  return yield* requireRegularFile(path, info)
})

export const fingerprintOf = ({ mtime, size }: FileSystem.File.Info) => ({
  size: Number(ByteSize.toBigInt(size)),
  ...(Option.isSome(mtime) ? { modifiedMillis: mtime.value.getTime() } : {})
})
