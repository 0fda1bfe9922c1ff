/**
 * The issuer, key id and private key that LTS issued. The key is read once and held as a non-extractable `CryptoKey`;
 * its PEM text is kept only while it is imported.
 *
 * Source of the names and limits: docs/mps.md, 1.1 and 2.1.
 *
 * @since 0.1.0
 */
import * as ByteSize from "effect/ByteSize"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import type * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { explain, notRegularFile } from "../base/internal/fileProblem.ts"
import { quotedSetting, visible } from "../base/internal/text.ts"
import { defined } from "./internal/defined.ts"
import { namePattern, notAString, shownName } from "./internal/name.ts"
import { importPrivateKey, isKeyText, mayBeKeyText } from "./internal/privateKey.ts"
import { readSecret, readVariables } from "./internal/variables.ts"
import { MpsConfigError, type Problem } from "./MpsConfig.ts"
import type { EnvironmentName } from "./MpsEnvironment.ts"

/**
 * What a token can be used for.
 *
 * @category models
 * @since 0.1.0
 */
export const Resource = Schema.Literals(["ingest", "content", "description"])

/**
 * @category models
 * @since 0.1.0
 */
export type Resource = typeof Resource.Type

/**
 * The key file cannot be read.
 *
 * @category errors
 * @since 0.1.0
 */
export class KeyUnreadable extends Schema.TaggedError<KeyUnreadable>()("KeyUnreadable", {
  path: Schema.String,
  detail: Schema.String
}) {
  override get message() {
    return `the private key ${visible(this.path)} cannot be read (${this.detail})`
  }
}

/**
 * The text is not an unencrypted RSA private key; `detail` says what it is instead.
 *
 * @category errors
 * @since 0.1.0
 */
export class KeyInvalid extends Schema.TaggedError<KeyInvalid>()("KeyInvalid", {
  origin: Schema.String,
  detail: Schema.String
}) {
  override get message() {
    return `${visible(this.origin)} does not hold the RSA private key that LTS issued: ${this.detail}`
  }
}

/**
 * An option is out of range or malformed.
 *
 * @category errors
 * @since 0.1.0
 */
export class OptionInvalid extends Schema.TaggedError<OptionInvalid>()("OptionInvalid", {
  option: Schema.String,
  detail: Schema.String
}) {
  override get message() {
    return `${visible(this.option)}: ${this.detail}`
  }
}

/**
 * Why the credentials cannot be used. It contains no part of the key.
 *
 * @category errors
 * @since 0.1.0
 */
export class CredentialsError extends Schema.TaggedError<CredentialsError>()("CredentialsError", {
  reason: Schema.Union([KeyUnreadable, KeyInvalid, OptionInvalid])
}) {
  override get message() {
    return `credentials: ${this.reason.message}`
  }
}

const optionInvalid = (option: string, detail: string) =>
  new CredentialsError({ reason: new OptionInvalid({ option, detail }) })

/**
 * Where the private key comes from: a file, or text (a PEM with real or `\n`-escaped line breaks, or that PEM in
 * Base64).
 *
 * @category models
 * @since 0.1.0
 */
export type KeySource =
  | { readonly _tag: "File"; readonly path: string }
  | { readonly _tag: "Text"; readonly pem: Redacted.Redacted; readonly origin: string }

/**
 * A private key in a file: PKCS#1 or PKCS#8 PEM.
 *
 * @category constructors
 * @since 0.1.0
 */
export const keyFile = (path: string): KeySource => ({ _tag: "File", path })

/**
 * A private key in a string. `origin` is the name that errors use for it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const keyText = (pem: Redacted.Redacted, origin = "the private key given as text"): KeySource => ({
  _tag: "Text",
  pem,
  origin
})

/**
 * The options of credentials.
 *
 * - `kid`: the key's id, `{issuer}default` by default.
 * - `resources`: what tokens can be used for, `["ingest"]` by default.
 * - `lifetime`: the lifetime of a token, one hour by default; MPS requires less than 8 hours.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly issuer: string
  readonly kid?: string
  readonly key: KeySource
  readonly resources?: ReadonlyArray<Resource>
  readonly lifetime?: Duration.Input
}

/**
 * The credentials that tokens are signed with.
 *
 * @category services
 * @since 0.1.0
 */
export class Credentials extends Context.Service<Credentials, {
  readonly issuer: string
  readonly kid: string
  readonly resources: ReadonlyArray<Resource>
  readonly lifetime: Duration.Duration
  readonly key: CryptoKey
}>()("@iiif-ingest/core/config/Credentials") {}

/**
 * The exclusive upper limit of a token's lifetime in MPS.
 *
 * @category constants
 * @since 0.1.0
 */
export const lifetimeLimit: Duration.Duration = Duration.hours(8)

/**
 * Checks a token's lifetime: a duration of more than zero and less than {@link lifetimeLimit}.
 *
 * @category guards
 * @since 0.1.0
 */
export const checkLifetime = (input: Duration.Input): Result.Result<Duration.Duration, CredentialsError> => {
  const lifetime = Option.getOrUndefined(Duration.fromInput(input))
  if (lifetime === undefined) {
    return Result.fail(optionInvalid("lifetime", "it is not a duration such as \"30 minutes\""))
  }
  return Duration.isGreaterThan(lifetime, Duration.zero) && Duration.isLessThan(lifetime, lifetimeLimit)
    ? Result.succeed(lifetime)
    : Result.fail(
      optionInvalid(
        "lifetime",
        `MPS rejects a token lifetime of ${Duration.format(lifetime)}: it must be more than zero and less than 8 hours`
      )
    )
}

const checkName = (option: string, value: unknown): Result.Result<string, CredentialsError> => {
  if (typeof value !== "string") return Result.fail(optionInvalid(option, notAString))
  return namePattern.test(value)
    ? Result.succeed(value)
    : Result.fail(
      optionInvalid(
        option,
        `${quotedSetting(value)} should consist of letters, digits, periods, underscores and dashes, as issued by LTS`
      )
    )
}

const isResource = Schema.is(Resource)

/**
 * Checks a token's resources: at least one, and only known ones.
 *
 * @category guards
 * @since 0.1.0
 */
export const checkResources = (
  resources: ReadonlyArray<string>
): Result.Result<ReadonlyArray<Resource>, CredentialsError> => {
  const known = Array.isArray(resources) ? resources.filter(isResource) : []
  return known.length > 0 && known.length === resources.length
    ? Result.succeed(known)
    : Result.fail(
      optionInvalid("resources", "a token must be for one or more of ingest, content, description, and nothing else")
    )
}

const unreadable = (path: string) => (error: PlatformError) =>
  new CredentialsError({ reason: new KeyUnreadable({ path, detail: explain(error) }) })

const keyInvalid = (origin: string, detail: string) =>
  new CredentialsError({ reason: new KeyInvalid({ origin, detail }) })

/** Like {@link unreadable}, but hides a path that may be a part of the key, also from the system's own message. */
const notFound = (path: string) => (error: PlatformError) =>
  mayBeKeyText(path)
    ? new CredentialsError({
      reason: new KeyUnreadable({
        path: `at a path of ${path.length} characters`,
        detail: "there is no such file, or it is not accessible; give the key itself as LTS_IIIF_PRIVATE_KEY_STRING"
      })
    })
    : unreadable(path)(error)

/** The maximum size in bytes of a file that is read here; an RSA key of 16,384 bits has 12,000. */
const maxFileBytes = 1024n * 1024n

/** The problem with a file, found before it is opened: reading from a pipe or a device might never end. */
const problemOfFile = ({ size, type }: FileSystem.File.Info): string | undefined => {
  if (type !== "File") return notRegularFile(type)
  return ByteSize.toBigInt(size) > maxFileBytes ? `it has more than ${maxFileBytes} bytes; check the path` : undefined
}

/** Only warns: whether group or others can read the file is the user's decision. Windows reports no such bits. */
const warnIfShared = (path: string, { mode }: FileSystem.File.Info) =>
  (mode & 0o077) === 0
    ? Effect.void
    : Effect.logWarning(`the private key ${visible(path)} can be read by others: chmod 600 ${visible(path)}`)

const importFile = Effect.fnUntraced(function*(path: string) {
  if (isKeyText(path)) {
    return yield* keyInvalid(
      "the path of the private key",
      "it is the key itself: give it as text (LTS_IIIF_PRIVATE_KEY_STRING)"
    )
  }
  const fs = yield* FileSystem.FileSystem
  const info = yield* Effect.mapError(fs.stat(path), notFound(path))
  const problem = problemOfFile(info)
  if (problem !== undefined) {
    return yield* new CredentialsError({ reason: new KeyUnreadable({ path, detail: problem }) })
  }
  yield* warnIfShared(path, info)
  const bytes = yield* Effect.acquireRelease(
    fs.readFile(path).pipe(Effect.mapError(unreadable(path))),
    (bytes) => Effect.sync(() => bytes.fill(0))
  )
  return yield* importPrivateKey(new TextDecoder().decode(bytes)).pipe(
    Effect.mapError((detail) => keyInvalid(path, detail))
  )
}, Effect.scoped)

const isKeySource = Schema.is(Schema.Union([
  Schema.TaggedStruct("File", { path: Schema.String }),
  Schema.TaggedStruct("Text", { pem: Schema.Redacted(Schema.String), origin: Schema.String })
]))

const importKey = (source: KeySource): Effect.Effect<CryptoKey, CredentialsError, FileSystem.FileSystem> => {
  // code without types may give the key or its path itself
  if (!isKeySource(source)) return Effect.fail(optionInvalid("key", "give it as keyFile(path) or keyText(pem)"))
  return source._tag === "File"
    ? importFile(source.path)
    : importPrivateKey(source.pem).pipe(Effect.mapError((detail) => keyInvalid(source.origin, detail)))
}

const checkOptions = Effect.fnUntraced(function*(options: Omit<Options, "key">) {
  const issuer = yield* Effect.fromResult(checkName("issuer", options.issuer))
  if (options.kid === undefined) {
    yield* Effect.logWarning(`no kid was given: using ${shownName(`${issuer}default`)}`)
  }
  const kid = yield* Effect.fromResult(
    checkName("kid", options.kid === undefined ? `${issuer}default` : options.kid)
  )
  const lifetime = yield* Effect.fromResult(
    checkLifetime(options.lifetime === undefined ? Duration.hours(1) : options.lifetime)
  )
  const resources = yield* Effect.fromResult(
    checkResources(options.resources === undefined ? ["ingest"] : options.resources)
  )
  return { issuer, kid, resources, lifetime }
})

/**
 * Loads credentials: checks the options, imports the key and drops its text.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fn("Credentials.make")(function*(options: Options) {
  const checked = yield* checkOptions(options)
  return Credentials.of({ ...checked, key: yield* importKey(options.key) })
})

/**
 * Credentials from code.
 *
 * @example
 * ```ts
 * import { Credentials } from "@iiif-ingest/core"
 *
 * const credentials = Credentials.layer({
 *   issuer: "atissuer",
 *   kid: "atissuerdefault",
 *   key: Credentials.keyFile("auth/qa/keys/atissuer/atissuerdefault/private.key")
 * })
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<Credentials, CredentialsError, FileSystem.FileSystem> =>
  Layer.effect(Credentials, make(options))

/** The fields used of the issuer file that LTS sends along with a key; others are ignored. */
const IssuerFile = Schema.fromJsonString(Schema.Struct({
  issuer: Schema.optionalKey(Schema.String),
  kid: Schema.optionalKey(Schema.String)
}))

const decodeIssuerFile = Schema.decodeUnknownEffect(IssuerFile)

const readIssuerFile = Effect.fnUntraced(function*(path: string, issuer: string) {
  const fs = yield* FileSystem.FileSystem
  const unreadableFile = (error: PlatformError) => optionInvalid(path, `it cannot be read (${explain(error)})`)
  const info = yield* fs.stat(path).pipe(
    Effect.asSome,
    Effect.catchIf((error) => error.reason._tag === "NotFound", () => Effect.succeedNone),
    Effect.mapError(unreadableFile)
  )
  if (Option.isNone(info)) return {}
  const problem = problemOfFile(info.value)
  if (problem !== undefined) return yield* optionInvalid(path, problem)
  const text = yield* Effect.mapError(fs.readFileString(path), unreadableFile)
  const file = yield* decodeIssuerFile(text).pipe(
    Effect.mapError(() => optionInvalid(path, "it is not a JSON object whose issuer and kid are strings"))
  )
  return file.issuer === undefined || file.issuer === issuer
    ? file
    : yield* optionInvalid(path, `it is for issuer ${shownName(file.issuer)}, not ${shownName(issuer)}`)
})

/**
 * Credentials from the directory layout that the Python client recommends:
 * `{root}/{env}/keys/{issuer}/{kid}/private.key` and, if it exists, `{root}/{env}/issuers/{issuer}.json`, which can
 * name the `kid`. `root` is `auth` by default.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerDirectory = (
  options: Omit<Options, "key"> & { readonly root?: string; readonly environment: EnvironmentName }
): Layer.Layer<Credentials, CredentialsError, FileSystem.FileSystem> =>
  Layer.effect(
    Credentials,
    Effect.gen(function*() {
      const issuer = yield* Effect.fromResult(checkName("issuer", options.issuer))
      const directory = `${options.root ?? "auth"}/${options.environment}`
      const file = yield* readIssuerFile(`${directory}/issuers/${issuer}.json`, issuer)
      const kid = yield* Effect.fromResult(checkName("kid", options.kid ?? file.kid ?? `${issuer}default`))
      return yield* make({ ...options, kid, key: keyFile(`${directory}/keys/${issuer}/${kid}/private.key`) })
    })
  )

const variables = {
  issuer: "LTS_IIIF_ISSUER",
  kid: "LTS_IIIF_KID",
  path: "LTS_IIIF_PRIVATE_KEY_PATH",
  text: "LTS_IIIF_PRIVATE_KEY_STRING"
} as const

const keyFromConfig = Effect.gen(function*() {
  const { path } = yield* readVariables({ path: variables.path })
  const text = yield* readSecret(variables.text)
  if (text !== undefined && path !== undefined) {
    yield* Effect.logWarning(`both ${variables.text} and ${variables.path} are set: using the string`)
  }
  if (text !== undefined) return keyText(text, variables.text)
  return path === undefined ? undefined : keyFile(path)
})

/** What the user knows an option by: its own name where it was given in code, else its variable's. */
type NameOf = (option: "issuer" | "kid" | "key", variable: string) => string

const problemOf = (error: CredentialsError, nameOf: NameOf): Problem => {
  const { reason } = error
  switch (reason._tag) {
    case "KeyUnreadable":
      return { setting: nameOf("key", variables.path), problem: reason.message }
    case "KeyInvalid":
      return {
        setting: nameOf("key", reason.origin === variables.text ? variables.text : variables.path),
        problem: reason.message
      }
    case "OptionInvalid":
      return { setting: settingOf(reason.option, nameOf), problem: reason.detail }
  }
}

const settingOf = (option: string, nameOf: NameOf): string =>
  option === "kid" ? nameOf("kid", variables.kid) : option === "issuer" ? nameOf("issuer", variables.issuer) : option

/**
 * Credentials from code, and from the environment what code does not give, field by field: `LTS_IIIF_ISSUER`,
 * `LTS_IIIF_KID`, and the key from `LTS_IIIF_PRIVATE_KEY_STRING` or, if that is not set, the file
 * `LTS_IIIF_PRIVATE_KEY_PATH`. Fails with every problem at once: by the name of an option that was given in code, by
 * the name of the variable otherwise.
 *
 * @category constructors
 * @since 0.1.0
 */
export const resolve = Effect.fnUntraced(
  function*(
    options: Partial<Options>
  ): Effect.fn.Return<Credentials["Service"], MpsConfigError, FileSystem.FileSystem> {
    const given = defined(options)
    const nameOf: NameOf = (option, variable) => option in given ? option : variable
    const read = yield* readVariables({ issuer: variables.issuer, kid: variables.kid })
    const { issuer, kid } = { ...read, ...given }
    const key = given.key === undefined ? yield* keyFromConfig : given.key
    const imported = key === undefined ? undefined : yield* Effect.result(importKey(key))
    const checks: ReadonlyArray<Result.Result<unknown, CredentialsError> | undefined> = [
      issuer === undefined ? undefined : checkName("issuer", issuer),
      kid === undefined ? undefined : checkName("kid", kid),
      given.lifetime === undefined ? undefined : checkLifetime(given.lifetime),
      given.resources === undefined ? undefined : checkResources(given.resources),
      imported
    ]
    const problems: Array<Problem> = []
    if (issuer === undefined) {
      problems.push({ setting: variables.issuer, problem: "is not set: the issuer that LTS registered" })
    }
    if (key === undefined) {
      problems.push({
        setting: `${variables.path} or ${variables.text}`,
        problem: "neither is set: the private key that LTS issued"
      })
    }
    for (const check of checks) {
      if (check !== undefined && Result.isFailure(check)) problems.push(problemOf(check.failure, nameOf))
    }
    if (problems.length > 0 || issuer === undefined || imported === undefined) {
      return yield* new MpsConfigError({ problems })
    }
    return yield* Effect.all({
      checked: checkOptions({ ...given, issuer, ...(kid === undefined ? {} : { kid }) }),
      key: Effect.fromResult(imported)
    }).pipe(
      Effect.map(({ checked, key }) => Credentials.of({ ...checked, key })),
      Effect.mapError((error) => new MpsConfigError({ problems: [problemOf(error, nameOf)] }))
    )
  }
)

/**
 * Reads the credentials from the environment, as {@link resolve} does with nothing given in code.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromConfig: Effect.Effect<Credentials["Service"], MpsConfigError, FileSystem.FileSystem> = resolve({})

/**
 * Credentials from the environment, as {@link fromConfig} reads them.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig: Layer.Layer<Credentials, MpsConfigError, FileSystem.FileSystem> = Layer.effect(
  Credentials,
  fromConfig
)
