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
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Credentials from "./Credentials.ts"
import { keyContradictions } from "./internal/sandboxKeys.ts"
import { readVariables } from "./internal/variables.ts"
import * as MpsConfig from "./MpsConfig.ts"
import { EnvironmentName } from "./MpsEnvironment.ts"

const decodeEnvironment = Schema.decodeUnknownOption(EnvironmentName)

const problemsOf = <A>(result: Result.Result<A, MpsConfig.MpsConfigError>) =>
  Result.isFailure(result) ? result.failure.problems : []

/** Whether environment and issuer go together, as far as both are there: also where something else is wrong. */
const readContradictions = Effect.gen(function*() {
  const { environment, issuer } = yield* readVariables({
    environment: "LTS_IIIF_ENVIRONMENT",
    issuer: "LTS_IIIF_ISSUER"
  })
  const name = decodeEnvironment(environment)
  return Option.isSome(name) && issuer !== undefined ? keyContradictions(name.value, issuer) : []
})

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
  const contradictions = yield* readContradictions
  if (contradictions.length > 0 || Result.isFailure(config) || Result.isFailure(credentials)) {
    const told = new Set(problems.map((problem) => problem.setting))
    return yield* new MpsConfig.MpsConfigError({
      problems: [...problems, ...contradictions.filter((problem) => !told.has(problem.setting))]
    })
  }
  return Context.make(MpsConfig.MpsConfig, config.success).pipe(
    Context.add(Credentials.Credentials, credentials.success)
  )
}))
