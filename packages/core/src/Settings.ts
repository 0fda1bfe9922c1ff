/**
 * Everything a program reads from its environment, read at once, so that all that is missing or wrong is known after
 * one run.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Credentials from "./Credentials.ts"
import { keyContradictions } from "./internal/sandboxKeys.ts"
import * as MpsConfig from "./MpsConfig.ts"

const problemsOf = <A>(result: Result.Result<A, MpsConfig.MpsConfigError>) =>
  Result.isFailure(result) ? result.failure.problems : []

/**
 * Settings and credentials from the environment (`MpsConfig.fromConfig`, `Credentials.fromConfig`). Fails with the
 * problems of both together, by variable name.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig: Layer.Layer<
  MpsConfig.MpsConfig | Credentials.Credentials,
  MpsConfig.MpsConfigError,
  FileSystem.FileSystem
> = Layer.effectContext(Effect.gen(function*() {
  const config = yield* Effect.result(MpsConfig.fromConfig)
  const credentials = yield* Effect.result(Credentials.fromConfig)
  const problems = [...problemsOf(config), ...problemsOf(credentials)]
  if (Result.isFailure(config) || Result.isFailure(credentials)) {
    return yield* new MpsConfig.MpsConfigError({ problems })
  }
  const contradictions = keyContradictions(config.success, credentials.success)
  if (contradictions.length > 0) return yield* new MpsConfig.MpsConfigError({ problems: contradictions })
  return Context.make(MpsConfig.MpsConfig, config.success).pipe(
    Context.add(Credentials.Credentials, credentials.success)
  )
}))
