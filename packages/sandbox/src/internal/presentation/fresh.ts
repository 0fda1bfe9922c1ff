/** A reply with an entity tag, or 304 if the client already has it. */
import * as Conditional from "../http/conditional.ts"
import type { Exchange } from "../http/exchange.ts"
import type * as Reply from "../http/reply.ts"

export const reply = (
  exchange: Exchange,
  contentType: string,
  body: string,
  others: Readonly<Record<string, string>>
): Reply.Reply =>
  Conditional.fresh(exchange, {
    status: 200,
    headers: { "content-type": contentType, ...Conditional.validators(Conditional.etagOf(body)), ...others },
    body
  })
