import * as MpsConfig from "@iiif-ingest/core/config/MpsConfig"
import { ConfigProvider, Effect, Layer, Result } from "effect"

export const options: MpsConfig.Options = {
  environment: "qa",
  account: "at",
  space: "atspace",
  namespace: "at",
  agent: "atagent"
}

export const config = Result.getOrThrow(MpsConfig.make(options))

export const layer = Layer.succeed(MpsConfig.MpsConfig, config)

/** Runs an effect with only these environment variables. */
export const withVariables =
  (env: Readonly<Record<string, string>>) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.provide(effect, ConfigProvider.layer(ConfigProvider.fromEnv({ env })))

/** The required variables of `MpsConfig`. */
export const variables = {
  LTS_IIIF_ENVIRONMENT: "qa",
  LTS_IIIF_ACCOUNT: "at",
  LTS_IIIF_SPACE: "atspace",
  LTS_IIIF_NAMESPACE: "at",
  LTS_IIIF_AGENT: "atagent"
} as const
