/** Locks a data directory against a second sandbox. A lock whose process no longer exists is stale and replaced. */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import { randomUUID } from "node:crypto"
import { join } from "node:path"
import process from "node:process"
import { DirectoryLocked } from "../../SandboxError.ts"

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: the process exists but belongs to another user.
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}

export const acquire = Effect.fnUntraced(function*(
  fs: FileSystem.FileSystem,
  directory: string
): Effect.fn.Return<void, PlatformError | DirectoryLocked, Scope.Scope> {
  const path = join(directory, "lock")
  const candidate = `${path}.${randomUUID()}`
  // Written under another name, then linked, so that the lock never exists without its process id.
  const create = fs.writeFileString(candidate, String(process.pid)).pipe(
    Effect.andThen(fs.link(candidate, path)),
    Effect.ensuring(Effect.ignore(fs.remove(candidate, { force: true })))
  )
  const takeOver = Effect.gen(function*() {
    const pid = Number(yield* fs.readFileString(path))
    if (Number.isInteger(pid) && pid > 0 && isAlive(pid)) return yield* new DirectoryLocked({ directory, pid })
    yield* fs.remove(path, { force: true })
    yield* create
  })
  const acquired = Effect.catchTag(
    create,
    "PlatformError",
    (error) => error.reason._tag === "AlreadyExists" ? takeOver : Effect.fail(error)
  )
  // A failed removal is harmless: the next start finds that the process no longer exists.
  yield* Effect.acquireRelease(acquired, () => Effect.ignore(fs.remove(path, { force: true })))
})
