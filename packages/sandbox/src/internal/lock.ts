/** Keeps a second sandbox away from a data directory. A lock whose process is gone is stale and taken over. */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import { randomUUID } from "node:crypto"
import { join } from "node:path"
import process from "node:process"
import { DirectoryLocked } from "../SandboxError.ts"

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: there is such a process, it is someone else's.
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}

export const acquire = Effect.fnUntraced(function*(
  fs: FileSystem.FileSystem,
  directory: string
): Effect.fn.Return<void, PlatformError | DirectoryLocked, Scope.Scope> {
  const path = join(directory, "lock")
  const own = `${path}.${randomUUID()}`
  // Linked rather than created in place, so that nobody can read a lock that does not name its process yet.
  const create = fs.writeFileString(own, String(process.pid)).pipe(
    Effect.andThen(fs.link(own, path)),
    Effect.ensuring(Effect.ignore(fs.remove(own, { force: true })))
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
  // Failing to remove it does no harm: the next start finds its process gone.
  yield* Effect.acquireRelease(acquired, () => Effect.ignore(fs.remove(path, { force: true })))
})
