/** Reads files that flags name: only regular ones, since reading from a pipe or a device might never end. */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { Unreadable } from "../../SandboxError.ts"

/** `what` names the file in an error. */
export const read = Effect.fnUntraced(function*(path: string, what: string) {
  const fs = yield* FileSystem.FileSystem
  const unreadable = new Unreadable({ what })
  const { type } = yield* Effect.mapError(fs.stat(path), () => unreadable)
  if (type !== "File") return yield* unreadable
  return yield* Effect.mapError(fs.readFileString(path), () => unreadable)
})
