/** What the pre-flight is told of the credentials that applying a plan needs. */
import type { Credential } from "@iiif-ingest/core/batch/Preflight"
import * as Credentials from "@iiif-ingest/core/config/Credentials"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Result from "effect/Result"

const variable = "LTS_IIIF_PRIVATE_KEY_PATH"

/** When the file of the private key was last changed; a key that is given as text has no age. */
const ageOf = (path: string) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => fs.stat(path)).pipe(
    Effect.map(({ mtime }) =>
      Option.match(mtime, {
        onNone: () => [],
        onSome: (time) => [{ name: variable, modifiedMillis: time.getTime() }]
      })
    ),
    // the key was read a moment ago: only its age is unknown
    Effect.orElseSucceed(() => [])
  )

/** The problems of missing credentials, or the age of those that are there. */
export const credentials: Effect.Effect<ReadonlyArray<Credential>, never, FileSystem.FileSystem> = Effect.gen(
  function*() {
    const resolved = yield* Effect.result(Credentials.resolve({}))
    if (Result.isFailure(resolved)) {
      return resolved.failure.problems.map(({ problem, setting }) => ({ name: setting, problem }))
    }
    const path = yield* Effect.orElseSucceed(Config.withDefault(Config.String(variable), ""), () => "")
    return path.trim() === "" ? [] : yield* ageOf(path.trim())
  }
)
