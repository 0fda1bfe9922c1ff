/**
 * The settings that LTS issued at registration and the environment they belong to; everything else is derived from
 * them.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Namespace } from "../base/Ids.ts"
import { keyPrefixExpected, keyPrefixPattern } from "../base/internal/keyPrefix.ts"
import { quotedSetting } from "../base/internal/text.ts"
import { defined } from "./internal/defined.ts"
import { notAString } from "./internal/name.ts"
import { addressFields, notABaseUrl, parseBaseUrl } from "./internal/url.ts"
import { readVariables } from "./internal/variables.ts"
import * as MpsEnvironment from "./MpsEnvironment.ts"

/**
 * One setting that is missing or invalid: its name as the user knows it (an environment variable or an option), and the
 * problem with it.
 *
 * @category models
 * @since 0.1.0
 */
export const Problem = Schema.Struct({ setting: Schema.String, problem: Schema.String })

/**
 * @category models
 * @since 0.1.0
 */
export type Problem = typeof Problem.Type

/**
 * Every setting that is missing or invalid, reported together.
 *
 * @category errors
 * @since 0.1.0
 */
export class MpsConfigError extends Schema.TaggedError<MpsConfigError>()("MpsConfigError", {
  problems: Schema.Array(Problem)
}) {
  override get message() {
    return `the configuration is incomplete or invalid:\n${
      this.problems.map((p) => `  ${p.setting}: ${p.problem}`).join("\n")
    }`
  }
}

/**
 * The settings as the user gives them. `namespace` is upper-cased; `bucket` defaults to the one that LTS creates for
 * the account, space and environment; `keyPrefix` is the folder of the bucket that images are uploaded to, `images` by
 * default, or `/` for the bucket's root.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends MpsEnvironment.Overrides {
  readonly environment: MpsEnvironment.EnvironmentName
  readonly account: string
  readonly space: string
  readonly namespace: string
  readonly agent: string
  readonly assetPrefix?: string
  readonly bucket?: string
  readonly keyPrefix?: string
  readonly timeZone?: string
}

/**
 * The validated settings.
 *
 * - `agent`: recorded as the creator and last modifier of an asset.
 * - `assetPrefix`: prepended to every asset id that is not given whole (`assetId`); letters and digits, can be empty.
 * - `keyPrefix`: the folder of the bucket that images are uploaded to, or `/` for the bucket's root.
 * - `timeZone`: the time zone of dates on the wire; MPS uses wall-clock time in New York.
 *
 * @category services
 * @since 0.1.0
 */
export class MpsConfig extends Context.Service<MpsConfig, {
  readonly environment: MpsEnvironment.MpsEnvironment
  readonly account: string
  readonly space: string
  readonly namespace: Namespace
  readonly agent: string
  readonly assetPrefix: string
  readonly bucket: string
  readonly keyPrefix: string
  readonly timeZone: string
}>()("@iiif-ingest/core/config/MpsConfig") {}

const fields = {
  account: { pattern: /^[a-z0-9-]+$/, expected: "lower-case letters, digits and dashes, as issued by LTS" },
  space: { pattern: /^[a-z0-9-]+$/, expected: "lower-case letters, digits and dashes, as issued by LTS" },
  agent: { pattern: /^\S+$/, expected: "one word" },
  assetPrefix: { pattern: /^[A-Za-z0-9]*$/, expected: "ASCII letters and digits only" },
  bucket: { pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, expected: "a bucket name" },
  keyPrefix: { pattern: keyPrefixPattern, expected: keyPrefixExpected }
} as const

/** The settings as given: code without types may give anything. */
type Given = { readonly [K in keyof Options]?: unknown }

/** The settings as text, before validation. */
type Raw = { readonly [K in keyof Options]?: string }

const hints = {
  environment: "dev, qa, prod, or sandbox",
  account: fields.account.expected,
  space: fields.space.expected,
  namespace: "the NRS namespace that LTS issued, such as AT",
  agent: "one word, recorded as the creator of the assets"
} as const

const required = ["environment", "account", "space", "namespace", "agent"] as const

const parseEnvironment = (raw: Raw, problem: (field: keyof Options, text: string) => void) => {
  const name = Schema.decodeUnknownOption(MpsEnvironment.EnvironmentName)(raw.environment)
  if (Option.isNone(name)) {
    if (raw.environment !== undefined) {
      problem("environment", `${quotedSetting(raw.environment)} is not one of dev, qa, prod, sandbox`)
    }
    // Even with an unknown environment, report addresses that no environment accepts.
    for (const field of addressFields) {
      const address = raw[field]
      if (address !== undefined && parseBaseUrl(address) === undefined) problem(field, notABaseUrl)
    }
    return undefined
  }
  const environment = MpsEnvironment.make(name.value, raw)
  if (Result.isSuccess(environment)) return environment.success
  for (const invalid of environment.failure) problem(invalid.field, invalid.problem)
  return undefined
}

/** Upper-cases ASCII letters only: `toUpperCase` turns `ß` and `ı` into ASCII letters. */
const parseNamespace = (text: string | undefined) =>
  Schema.decodeUnknownOption(Namespace)(text?.replace(/[a-z]/g, (letter) => letter.toUpperCase()))

const variables: { readonly [K in keyof Required<Options>]: string } = {
  environment: "LTS_IIIF_ENVIRONMENT",
  account: "LTS_IIIF_ACCOUNT",
  space: "LTS_IIIF_SPACE",
  namespace: "LTS_IIIF_NAMESPACE",
  agent: "LTS_IIIF_AGENT",
  assetPrefix: "LTS_IIIF_ASSET_PREFIX",
  keyPrefix: "LTS_IIIF_KEY_PREFIX",
  timeZone: "LTS_IIIF_TIME_ZONE",
  ingestUrl: "LTS_IIIF_INGEST_URL",
  assetUrl: "LTS_IIIF_ASSET_URL",
  manifestUrl: "LTS_IIIF_MANIFEST_URL",
  bucket: "LTS_IIIF_BUCKET",
  s3Endpoint: "LTS_IIIF_S3_ENDPOINT"
}

// `Object.keys` types the keys of the record as strings
const optionNames = Object.keys(variables) as Array<keyof Options>

/** Validates settings and fills in the defaults; `name` returns the user's name for a field. */
const check = (given: Given, name: (field: keyof Options) => string): {
  readonly problems: ReadonlyArray<Problem>
  readonly value: MpsConfig["Service"] | undefined
} => {
  const problems: Array<Problem> = []
  const problem = (field: keyof Options, text: string) => void problems.push({ setting: name(field), problem: text })

  for (const field of required) if (given[field] === undefined) problem(field, `is not set: ${hints[field]}`)
  const raw: { -readonly [K in keyof Raw]: Raw[K] } = {}
  for (const field of optionNames) {
    const value = given[field]
    if (typeof value === "string") raw[field] = value
    else if (value !== undefined) problem(field, notAString)
  }
  for (const field of ["account", "space", "agent", "assetPrefix", "bucket", "keyPrefix"] as const) {
    const value = raw[field]
    if (value !== undefined && !fields[field].pattern.test(value)) {
      problem(field, `${quotedSetting(value)} should be ${fields[field].expected}`)
    }
  }
  const namespace = parseNamespace(raw.namespace)
  if (raw.namespace !== undefined && Option.isNone(namespace)) {
    problem(
      "namespace",
      `${quotedSetting(raw.namespace)} should consist of letters and digits, separated by single periods`
    )
  }
  const timeZone = raw.timeZone ?? "America/New_York"
  if (Option.isNone(DateTime.zoneMakeNamed(timeZone))) {
    problem("timeZone", `${quotedSetting(timeZone)} is not a time zone such as America/New_York`)
  }
  const environment = parseEnvironment(raw, problem)

  const { account, agent, space } = raw
  if (
    problems.length > 0 || environment === undefined || Option.isNone(namespace) ||
    account === undefined || space === undefined || agent === undefined
  ) return { problems, value: undefined }
  return {
    problems,
    value: {
      environment,
      account,
      space,
      namespace: namespace.value,
      agent,
      assetPrefix: raw.assetPrefix ?? "",
      bucket: raw.bucket ?? MpsEnvironment.bucketName(environment, account, space),
      keyPrefix: raw.keyPrefix ?? "images",
      timeZone
    }
  }
}

const fromChecked = (checked: ReturnType<typeof check>): Result.Result<MpsConfig["Service"], MpsConfigError> =>
  checked.value === undefined
    ? Result.fail(new MpsConfigError({ problems: checked.problems }))
    : Result.succeed(checked.value)

/**
 * Validates settings and fills in the defaults. Fails with every problem at once.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Options): Result.Result<MpsConfig["Service"], MpsConfigError> =>
  fromChecked(check(options, (field) => field))

/**
 * Reads the settings from the environment: `LTS_IIIF_ACCOUNT`, `_SPACE`, `_NAMESPACE`, `_AGENT`, `_ENVIRONMENT` and the
 * optional `_ASSET_PREFIX`, `_KEY_PREFIX`, `_TIME_ZONE`, `_INGEST_URL`, `_ASSET_URL`, `_MANIFEST_URL`, `_BUCKET` and
 * `_S3_ENDPOINT`, through the `ConfigProvider` in the context. An empty variable counts as not set. Fails with every
 * problem at once, by variable name.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromConfig: Effect.Effect<MpsConfig["Service"], MpsConfigError> = Effect.suspend(() => resolve({}))

/**
 * Settings from code, and from the environment what code does not give, field by field. Fails with every problem at
 * once: by the name of the option where it was given in code, by the name of the variable where it was not.
 *
 * @category constructors
 * @since 0.1.0
 */
export const resolve = (given: Partial<Options>): Effect.Effect<MpsConfig["Service"], MpsConfigError> => {
  const inCode = defined(given)
  return readVariables(variables).pipe(
    Effect.flatMap((raw) =>
      Effect.fromResult(fromChecked(
        check({ ...raw, ...inCode }, (field) => field in inCode ? field : variables[field])
      ))
    )
  )
}

/**
 * Settings from code.
 *
 * @example
 * ```ts
 * import { MpsConfig } from "@iiif-ingest/core"
 *
 * const config = MpsConfig.layer({
 *   environment: "qa",
 *   account: "at",
 *   space: "atdarth",
 *   namespace: "at",
 *   agent: "atagent"
 * })
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<MpsConfig, MpsConfigError> =>
  Layer.effect(MpsConfig, Effect.fromResult(make(options)))

/**
 * Settings from the environment, as {@link fromConfig} reads them. `Settings.layerConfig` reads them together with the
 * credentials and reports the problems of both.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig: Layer.Layer<MpsConfig, MpsConfigError> = Layer.effect(MpsConfig, fromConfig)
