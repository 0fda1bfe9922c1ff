/** Checks the bearer token of an ingest request (docs/mps.md, 2.1). Messages repeat no part of a token but its kid. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { verify as verifySignature } from "node:crypto"
import type { KnownKey } from "../state/keys.ts"

/** A rejected token: 401 if it is invalid, 403 if it is valid but lacks the permission. */
export class TokenRefused extends Schema.TaggedError<TokenRefused>()("TokenRefused", {
  status: Schema.Literals([401, 403]),
  reason: Schema.String
}) {
  override get message() {
    return `Token rejected: ${this.reason}`
  }
}

const LIFETIME_LIMIT_SECONDS = 8 * 3600
const SKEW_SECONDS = 60

const Header = Schema.fromJsonString(Schema.Struct({
  alg: Schema.String,
  typ: Schema.optionalKey(Schema.String),
  iss: Schema.NonEmptyString,
  kid: Schema.NonEmptyString,
  resources: Schema.Array(Schema.String)
}))
const Payload = Schema.fromJsonString(Schema.Struct({ iat: Schema.Finite, exp: Schema.Finite }))
const decodeHeader = Schema.decodeUnknownEffect(Header)
const decodePayload = Schema.decodeUnknownEffect(Payload, { onExcessProperty: "error" })

const invalid = (reason: string) => new TokenRefused({ status: 401, reason })
const ensure = (condition: boolean, reason: string) => condition ? Effect.void : Effect.fail(invalid(reason))
const fromBase64Url = (part: string) => Buffer.from(part, "base64url").toString("utf8")
const describeKid = (kid: string) => /^[\w.-]{1,64}$/.test(kid) ? `kid ${kid}` : "its kid"

const bearer = (authorization: string | undefined): Effect.Effect<string, TokenRefused> => {
  if (authorization === undefined) return Effect.fail(invalid("the Authorization header is missing"))
  const match = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)
  return match?.[1] === undefined
    ? Effect.fail(invalid("the Authorization header is not \"Bearer\" followed by a JWT of three parts"))
    : Effect.succeed(match[1])
}

const checkHeader = (text: string) =>
  decodeHeader(text).pipe(
    Effect.mapError(() => invalid("its JOSE header must contain alg, iss, kid and resources (a list of strings)")),
    Effect.tap(({ alg }) => ensure(alg === "RS256", "its algorithm is not RS256")),
    Effect.tap(({ typ }) => ensure(typ === undefined || typ === "JWT", "its typ is not JWT"))
  )

const checkTimes = Effect.fnUntraced(function*(text: string, nowSeconds: number) {
  const { exp, iat } = yield* Effect.mapError(
    decodePayload(text),
    () => invalid("its payload must contain iat and exp (seconds) and nothing else")
  )
  yield* ensure(exp > iat, "it ends before it starts")
  yield* ensure(exp - iat < LIFETIME_LIMIT_SECONDS, "its lifetime is not under 8 hours")
  yield* ensure(iat <= nowSeconds + SKEW_SECONDS, "it is not valid yet (iat is in the future)")
  yield* ensure(exp > nowSeconds - SKEW_SECONDS, "it has expired")
})

/** Succeeds if the token is valid and grants access to `resource`. */
export const check = Effect.fnUntraced(function*(options: {
  readonly authorization: string | undefined
  readonly resource: string
  readonly findKey: (kid: string) => KnownKey | undefined
  readonly nowSeconds: number
}): Effect.fn.Return<void, TokenRefused> {
  const token = yield* bearer(options.authorization)
  const [encodedHeader = "", encodedPayload = "", signature = ""] = token.split(".")
  const header = yield* checkHeader(fromBase64Url(encodedHeader))
  const known = options.findKey(header.kid)
  if (known === undefined) return yield* invalid(`${describeKid(header.kid)} is not registered here (see --trust)`)
  const signatureValid = verifySignature(
    "sha256",
    Buffer.from(`${encodedHeader}.${encodedPayload}`),
    known.key,
    Buffer.from(signature, "base64url")
  )
  yield* ensure(signatureValid, `its signature does not belong to ${describeKid(header.kid)}`)
  yield* ensure(
    known.issuer === undefined || known.issuer === header.iss,
    `${describeKid(header.kid)} belongs to another issuer`
  )
  yield* checkTimes(fromBase64Url(encodedPayload), options.nowSeconds)
  if (!header.resources.includes(options.resource)) {
    return yield* new TokenRefused({ status: 403, reason: `its resources do not include "${options.resource}"` })
  }
})
