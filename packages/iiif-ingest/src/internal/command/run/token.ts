/** `token`: what the token says that requests are signed with. */
import * as Settings from "@iiif-ingest/core/config/Settings"
import * as TokenSigner from "@iiif-ingest/core/config/TokenSigner"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Screen } from "../../terminal/screen.ts"
import type * as Documents from "../documents.ts"
import { exitCodes } from "../exitCodes.ts"
import { Globals } from "../globals.ts"
import type { Run } from "../running.ts"
import { liveOptions } from "./environment.ts"

export interface Input {
  readonly reveal: boolean
}

const Part = <S extends Schema.Top>(schema: S) =>
  Schema.StringFromBase64Url.pipe(Schema.decodeTo(Schema.fromJsonString(schema)))

const decodeHeader = Schema.decodeUnknownEffect(
  Part(Schema.Struct({ iss: Schema.String, kid: Schema.String, resources: Schema.Json }))
)
const decodePayload = Schema.decodeUnknownEffect(Part(Schema.Struct({ iat: Schema.Finite, exp: Schema.Finite })))

const time = (seconds: number): string => DateTime.formatIso(DateTime.makeUnsafe(seconds * 1000))

const textOf = ({ expiresAt, issuedAt, issuer, kid, resources, token }: typeof Documents.Token.Type): string =>
  [
    `issuer     ${issuer}`,
    `kid        ${kid}`,
    `resources  ${JSON.stringify(resources)}`,
    `issued     ${time(issuedAt)}`,
    `expires    ${time(expiresAt)}`,
    token === undefined ? "the token itself is a secret: --reveal prints it" : `token      ${token}`
  ].join("\n")

const show = ({ reveal }: Input) =>
  Effect.gen(function*() {
    const signed = Redacted.value(yield* TokenSigner.TokenSigner.use((signer) => signer.token))
    const [header, payload] = signed.split(".")
    const { iss, kid, resources } = yield* Effect.orDie(decodeHeader(header))
    const { exp, iat } = yield* Effect.orDie(decodePayload(payload))
    const document: typeof Documents.Token.Type = {
      format: "iiif-ingest token",
      version: 1,
      issuer: iss,
      kid,
      resources,
      issuedAt: iat,
      expiresAt: exp,
      ...(reveal ? { token: signed } : {})
    }
    yield* (yield* Screen).result(textOf(document), document)
    return exitCodes.done
  })

export const run: Run<Input> = Effect.fnUntraced(function*(input) {
  const layer = TokenSigner.layer.pipe(Layer.provide(Settings.layer(liveOptions(yield* Globals))))
  return yield* Effect.provide(show(input), layer)
})
