/** Checks the bearer token of an ingest request (docs/mps.md, 2.1). No message repeats any of the token but its kid. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { verify as verifySignature } from "node:crypto"
import type { KnownKey } from "./keys.ts"

/** Why a token was refused: 401 where it is not valid, 403 where it is but may not do this. */
export class TokenRefused extends Schema.TaggedError<TokenRefused>()("TokenRefused", {
  status: Schema.Literals([401, 403]),
  why: Schema.String
}) {
  override get message() {
    return `Token refused: ${this.why}`
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

const invalid = (why: string) => new TokenRefused({ status: 401, why })
const require = (holds: boolean, why: string) => holds ? Effect.void : Effect.fail(invalid(why))
const fromBase64Url = (part: string) => Buffer.from(part, "base64url").toString("utf8")
const shownKid = (kid: string) => /^[\w.-]{1,64}$/.test(kid) ? `kid ${kid}` : "its kid"

const bearer = (authorization: string | undefined): Effect.Effect<string, TokenRefused> => {
  if (authorization === undefined) return Effect.fail(invalid("the Authorization header is missing"))
  const match = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)
  return match?.[1] === undefined
    ? Effect.fail(invalid("the Authorization header is not \"Bearer\" and a JWT of three parts"))
    : Effect.succeed(match[1])
}

const checkHeader = (text: string) =>
  decodeHeader(text).pipe(
    Effect.mapError(() => invalid("its JOSE header must hold alg, iss, kid and resources (a list of texts)")),
    Effect.tap(({ alg }) => require(alg === "RS256", "its algorithm is not RS256")),
    Effect.tap(({ typ }) => require(typ === undefined || typ === "JWT", "its typ is not JWT"))
  )

const checkTimes = Effect.fnUntraced(function*(text: string, nowSeconds: number) {
  const { exp, iat } = yield* Effect.mapError(
    decodePayload(text),
    () => invalid("its payload must hold iat and exp (seconds) and nothing else")
  )
  yield* require(exp > iat, "it ends before it begins")
  yield* require(exp - iat < LIFETIME_LIMIT_SECONDS, "its lifetime is not under 8 hours")
  yield* require(iat <= nowSeconds + SKEW_SECONDS, "it is not valid yet (iat is in the future)")
  yield* require(exp > nowSeconds - SKEW_SECONDS, "it has expired")
})

/** Succeeds where the token is in order and grants `resource`. */
export const check = Effect.fnUntraced(function*(options: {
  readonly authorization: string | undefined
  readonly resource: string
  readonly known: (kid: string) => KnownKey | undefined
  readonly nowSeconds: number
}): Effect.fn.Return<void, TokenRefused> {
  const token = yield* bearer(options.authorization)
  const [head = "", payload = "", signature = ""] = token.split(".")
  const header = yield* checkHeader(fromBase64Url(head))
  const known = options.known(header.kid)
  if (known === undefined) return yield* invalid(`${shownKid(header.kid)} is not registered here (see --trust)`)
  const signed = verifySignature(
    "sha256",
    Buffer.from(`${head}.${payload}`),
    known.key,
    Buffer.from(signature, "base64url")
  )
  yield* require(signed, `its signature does not belong to ${shownKid(header.kid)}`)
  yield* require(
    known.issuer === undefined || known.issuer === header.iss,
    `${shownKid(header.kid)} belongs to another issuer`
  )
  yield* checkTimes(fromBase64Url(payload), options.nowSeconds)
  if (!header.resources.includes(options.resource)) {
    return yield* new TokenRefused({ status: 403, why: `its resources do not include "${options.resource}"` })
  }
})
