/** One operation of the control API, and how it reads a JSON body. */
import * as Effect from "effect/Effect"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"
import type { Exchange } from "../http/exchange.ts"
import * as Reply from "../http/reply.ts"
import * as RequestBody from "../http/requestBody.ts"
import * as JsonLimits from "../ingest/jsonLimits.ts"

export type Answer = Effect.Effect<Reply.Reply, PlatformError | RequestBody.BodyCutOff>

export interface Operation {
  /** The methods of the address, given the segments after the operation's name; undefined where there is nothing. */
  readonly methods: (rest: ReadonlyArray<string>) => ReadonlyArray<string> | undefined
  readonly answer: (exchange: Exchange, rest: ReadonlyArray<string>) => Answer
}

const BODY_LIMIT = 1024 * 1024

/** What is deeper could be read, but not be sent back. */
const JSON_LIMITS = { depth: 100, members: 100_000, values: 1_000_000 }

/** The methods of an operation that has one address. */
export const alone = (...methods: ReadonlyArray<string>) => (rest: ReadonlyArray<string>) =>
  rest.length === 0 ? methods : undefined

/** Reads the body as JSON of a schema; an answer of 400 lists every problem, and 413 says how long it may be. */
export const withBody = <A>(
  schema: Schema.Codec<A, unknown>,
  use: (value: A, exchange: Exchange) => Answer
) => {
  const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(schema), { errors: "all", onExcessProperty: "error" })
  const answer = (text: string, exchange: Exchange) => {
    const problem = JsonLimits.problem(text, JSON_LIMITS)
    return problem === undefined
      ? Effect.flatMap(decode(text), (value) => use(value, exchange))
      : Effect.succeed(Reply.error(400, `The JSON is too large: ${problem}`))
  }
  return (exchange: Exchange): Answer =>
    RequestBody.read(exchange, BODY_LIMIT).pipe(
      Effect.flatMap((body) => answer(body.toString("utf8"), exchange)),
      Effect.catchTags({
        SchemaError: (error) => Effect.succeed(Reply.error(400, error.message)),
        BodyTooLarge: (error) => Effect.succeed(Reply.error(413, error.message))
      })
    )
}
