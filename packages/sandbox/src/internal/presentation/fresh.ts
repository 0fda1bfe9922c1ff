/** A reply with an entity tag, or 304 if the client already has it. */
import { createHash } from "node:crypto"
import * as Conditional from "../conditional.ts"
import type { Exchange } from "../exchange.ts"
import type * as Reply from "../reply.ts"

export const reply = (
  { request }: Exchange,
  contentType: string,
  body: string,
  others: Readonly<Record<string, string>>
): Reply.Reply => {
  const etag = `"${createHash("sha256").update(body).digest("hex").slice(0, 32)}"`
  const headers = { ...Conditional.validators(etag), ...others }
  return Conditional.isFresh(request, etag)
    ? Conditional.notModified(headers)
    : { status: 200, headers: { "content-type": contentType, ...headers }, body }
}
