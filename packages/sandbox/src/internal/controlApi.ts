/** `/_sandbox/*`: health without authentication, fault rules with the control token. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { timingSafeEqual } from "node:crypto"
import { FaultRule } from "../Faults.ts"
import type { Exchange } from "./exchange.ts"
import type { FaultEngine } from "./faultEngine.ts"
import * as Reply from "./reply.ts"
import * as RequestBody from "./requestBody.ts"

const BODY_LIMIT = 1024 * 1024
const decodeRules = Schema.decodeUnknownEffect(Schema.fromJsonString(Schema.Array(FaultRule)), {
  errors: "all",
  onExcessProperty: "error"
})

export const HEALTH = Reply.json(200, { status: "ok" })

const hasControlToken = ({ request }: Exchange, token: string): boolean => {
  const actual = Buffer.from(request.headers.authorization ?? "")
  const expected = Buffer.from(`Bearer ${token}`)
  return actual.length === expected.length && timingSafeEqual(actual, expected)
}

const UNAUTHORIZED = Reply.error(
  401,
  "Send the content of the file control-token in the data directory as a bearer token"
)

/** `GET` returns the rules and their hits, `PUT` replaces the rules, `DELETE` removes them. */
export const faults = (
  exchange: Exchange,
  token: string,
  engine: FaultEngine
): Effect.Effect<Reply.Reply, RequestBody.BodyCutOff> => {
  const current = Effect.sync(() => Reply.json(200, engine.hits()))
  const put = RequestBody.read(exchange.request, BODY_LIMIT).pipe(
    Effect.flatMap((body) => decodeRules(body.toString("utf8"))),
    Effect.tap((rules) => Effect.sync(() => engine.set(rules))),
    Effect.andThen(current),
    Effect.catchTags({
      SchemaError: (error) => Effect.succeed(Reply.error(400, error.message)),
      BodyTooLarge: (error) => Effect.succeed(Reply.error(413, error.message))
    })
  )
  if (!hasControlToken(exchange, token)) return Effect.as(RequestBody.discard(exchange.request), UNAUTHORIZED)
  if (exchange.method === "PUT") return put
  return exchange.method === "DELETE" ? Effect.andThen(Effect.sync(() => engine.set([])), current) : current
}
