import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import { explain, notRegularFile } from "../../base/internal/fileProblem.ts"
import { ImageHeaderError, Unreadable } from "../ImageHeader.ts"

/** An error for a source that cannot be read. */
export const unreadable = (file: string, detail: string) =>
  new ImageHeaderError({ file, reason: new Unreadable({ why: detail }) })

/** What is known of a regular file without opening it: reading from a pipe or a device might never end. */
export const infoOf = Effect.fnUntraced(function*(path: string) {
  const fs = yield* FileSystem.FileSystem
  const info = yield* fs.stat(path).pipe(Effect.mapError((e) => unreadable(path, explain(e))))
  return info.type === "File" ? info : yield* unreadable(path, notRegularFile(info.type))
})

/** The fields of a fingerprint. */
export const sizeAndTime = ({ mtime, size }: FileSystem.File.Info) => ({
  size: Number(ByteSize.toBigInt(size)),
  ...(Option.isSome(mtime) ? { modifiedMillis: mtime.value.getTime() } : {})
})
