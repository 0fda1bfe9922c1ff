/**
 * Signs the token that authorizes an ingest request: RS256, with `iss`, `kid` and `resources` in the JOSE header and
 * only `iat` and `exp` in the payload. Source: docs/mps.md, 2.1.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import * as Credentials from "./Credentials.ts"
import { shownName } from "./internal/name.ts"
import { keyContradictions } from "./internal/sandboxKeys.ts"
import { MpsConfig, MpsConfigError } from "./MpsConfig.ts"

/**
 * The token could not be signed.
 *
 * @category errors
 * @since 0.1.0
 */
export class SigningError extends Schema.TaggedError<SigningError>()("SigningError", { issuer: Schema.String }) {
  override get message() {
    return `the token for issuer ${this.issuer} could not be signed with its private key`
  }
}

/**
 * Provides signed tokens.
 *
 * - `token`: a token that is valid for at least another minute (or a tenth of its lifetime, if that is less). It is
 *   reused until then.
 * - `sign`: a new token, optionally with other resources or another lifetime. One without options is reused by `token`
 *   from then on, so that a token that was refused is not sent again.
 *
 * @category services
 * @since 0.1.0
 */
export class TokenSigner extends Context.Service<TokenSigner, {
  readonly token: Effect.Effect<Redacted.Redacted, SigningError>
  readonly sign: (options?: {
    readonly resources?: ReadonlyArray<Credentials.Resource>
    readonly lifetime?: Duration.Input
  }) => Effect.Effect<Redacted.Redacted, SigningError | Credentials.CredentialsError>
}>()("@iiif-ingest/core/config/TokenSigner") {}

/** Only a program that submits something needs it. */
const loadSigner = Effect.promise(() => import("jose/jwt/sign"))

interface Cached {
  readonly token: Redacted.Redacted
  readonly renewAt: number
}

/** How long before its expiration a token is renewed, in milliseconds. */
const renewalMargin = (lifetime: Duration.Duration): number => Math.min(60_000, Duration.toMillis(lifetime) / 10)

const make = Effect.gen(function*() {
  const credentials = yield* Credentials.Credentials
  const { environment } = yield* MpsConfig
  const problems = keyContradictions(environment.name, credentials.issuer)
  if (problems.length > 0) return yield* new MpsConfigError({ problems })
  const cached = yield* Ref.make<Cached | undefined>(undefined)
  const semaphore = yield* Semaphore.make(1)

  const signAt = (now: number, resources: ReadonlyArray<Credentials.Resource>, lifetime: Duration.Duration) =>
    Effect.flatMap(loadSigner, ({ SignJWT }) =>
      Effect.tryPromise({
        try: () => {
          const issuedAt = Math.floor(now / 1000)
          return new SignJWT()
            .setProtectedHeader({
              typ: "JWT",
              alg: "RS256",
              iss: credentials.issuer,
              kid: credentials.kid,
              resources: [...resources]
            })
            .setIssuedAt(issuedAt)
            .setExpirationTime(issuedAt + Math.floor(Duration.toSeconds(lifetime)))
            .sign(credentials.key)
        },
        catch: () => new SigningError({ issuer: shownName(credentials.issuer) })
      })).pipe(Effect.map((jwt) => Redacted.make(jwt, { label: "token" })))

  const renew = Effect.gen(function*() {
    const now = yield* Clock.currentTimeMillis
    const token = yield* signAt(now, credentials.resources, credentials.lifetime)
    yield* Ref.set(cached, {
      token,
      renewAt: now + Duration.toMillis(credentials.lifetime) - renewalMargin(credentials.lifetime)
    })
    return token
  })

  const cachedOrNew = Effect.gen(function*() {
    const now = yield* Clock.currentTimeMillis
    const last = yield* Ref.get(cached)
    return last !== undefined && now < last.renewAt ? last.token : yield* renew
  })

  return TokenSigner.of({
    token: semaphore.withPermits(1)(cachedOrNew),
    sign: Effect.fn("TokenSigner.sign")(function*(options) {
      if (options === undefined) return yield* semaphore.withPermits(1)(renew)
      const lifetime = yield* Effect.fromResult(
        Credentials.checkLifetime(options.lifetime ?? credentials.lifetime)
      )
      const resources = yield* Effect.fromResult(
        Credentials.checkResources(options.resources ?? credentials.resources)
      )
      return yield* signAt(yield* Clock.currentTimeMillis, resources, lifetime)
    })
  })
})

/**
 * Signs with the credentials in the context. Rejects the sandbox's keys outside environment `sandbox`, and all other
 * keys in it.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<TokenSigner, MpsConfigError, Credentials.Credentials | MpsConfig> = Layer.effect(
  TokenSigner,
  make
)
