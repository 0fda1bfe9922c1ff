import * as Effect from "effect/Effect"
import type { PlatformError } from "effect/PlatformError"
import { explain, notRegularFile } from "../../base/internal/fileProblem.ts"
import { type FileInfo, FileStat } from "../FileStat.ts"
import { ImageHeaderError, Unreadable } from "./header/reason.ts"

/** The error for a source that cannot be read. */
export const unreadable = (file: string, why: string) => new ImageHeaderError({ file, reason: new Unreadable({ why }) })

/** Explains a failure of the file system. */
export const readFailure = (file: string) => (error: PlatformError) => unreadable(file, explain(error))

/** Rejects pipes and devices before they are opened: reading from them might never end. */
export const requireRegularFile = (path: string, info: FileInfo): Effect.Effect<FileInfo, ImageHeaderError> =>
  info.type === "File" ? Effect.succeed(info) : Effect.fail(unreadable(path, notRegularFile(info.type)))

/** The `stat` of a regular file. */
export const statRegularFile = Effect.fnUntraced(function*(path: string) {
  const stat = yield* FileStat
  const info = yield* stat(path).pipe(Effect.mapError(readFailure(path)))
  return yield* requireRegularFile(path, info)
})
