/**
 * Reads all settings and credentials from the environment together, so that a single run reports everything that is
 * missing or invalid.
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

/**
 * Settings given in code. What is left out is read from the environment.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly config?: Partial<MpsConfig.Options>
  readonly credentials?: Partial<Credentials.Options>
}

/** Checks issuer against environment whenever both are set, even if other settings are invalid. */
const readContradictions = Effect.fnUntraced(function*({ config, credentials }: Options) {
  const read = yield* readVariables({ environment: "LTS_IIIF_ENVIRONMENT", issuer: "LTS_IIIF_ISSUER" })
  const name = decodeEnvironment(config?.environment === undefined ? read.environment : config.environment)
  const [issuer, setting] = credentials?.issuer === undefined
    ? [read.issuer, "LTS_IIIF_ISSUER"]
    : [credentials.issuer, "issuer"]
  return Option.isSome(name) && typeof issuer === "string" ? keyContradictions(name.value, issuer, setting) : []
})

/**
 * Configuration and credentials from code, and from the environment what code does not give, field by field
 * (`MpsConfig.resolve`, `Credentials.resolve`). Fails with the problems of both at once.
 *
 * @category constructors
 * @since 0.1.0
 */
export const resolve = Effect.fnUntraced(function*(
  options: Options
): Effect.fn.Return<
  Context.Context<MpsConfig.MpsConfig | Credentials.Credentials>,
  MpsConfig.MpsConfigError,
  FileSystem.FileSystem
> {
  const config = yield* Effect.result(MpsConfig.resolve(options.config ?? {}))
  const credentials = yield* Effect.result(Credentials.resolve(options.credentials ?? {}))
  const problems = [...problemsOf(config), ...problemsOf(credentials)]
  const contradictions = yield* readContradictions(options)
  if (contradictions.length > 0 || Result.isFailure(config) || Result.isFailure(credentials)) {
    const reported = new Set(problems.map((problem) => problem.setting))
    return yield* new MpsConfig.MpsConfigError({
      problems: [...problems, ...contradictions.filter((problem) => !reported.has(problem.setting))]
    })
  }
  return Context.make(MpsConfig.MpsConfig, config.success).pipe(
    Context.add(Credentials.Credentials, credentials.success)
  )
})

/**
 * Settings from code and, field by field, from the environment, as {@link resolve} finds them.
 *
 * @example
 * ```ts
 * import { Settings } from "@iiif-ingest/core"
 *
 * const settings = Settings.layer({ config: { environment: "qa", assetPrefix: "myapp" } })
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<
  MpsConfig.MpsConfig | Credentials.Credentials,
  MpsConfig.MpsConfigError,
  FileSystem.FileSystem
> => Layer.effectContext(resolve(options))

/**
 * Settings from the environment alone. Fails with the problems of configuration and credentials together, by variable
 * name.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig: Layer.Layer<
  MpsConfig.MpsConfig | Credentials.Credentials,
  MpsConfig.MpsConfigError,
  FileSystem.FileSystem
> = layer({})
