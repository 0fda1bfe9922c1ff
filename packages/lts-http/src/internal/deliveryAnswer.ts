import * as Reason from "@iiif-ingest/core/base/Reason"
import { fromHeaders } from "@iiif-ingest/core/base/RetryAfter"
import type * as Delivery from "@iiif-ingest/core/mps/Delivery"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { withoutSecrets } from "./addresses.ts"
import * as Received from "./answer.ts"
import type { Followed } from "./follow.ts"

const absent = new Set([404, 410])
const withheld = new Set([401, 403, 429])

/** Reads a success, or describes what is wrong with it. */
const readFollowed = <A>(followed: Followed, read: Received.Read<A>): Result.Result<A, string> => {
  const { answer, problem } = followed
  if (problem !== undefined) return Result.fail(problem)
  if (answer.status < 200 || answer.status >= 300) return Result.fail(`HTTP ${answer.status} is not an expected status`)
  return read(answer)
}

/** AWS WAF says in a header that it answered in place of the service. */
const telling = ({ headers }: Followed["answer"]): { readonly header?: string } => {
  const action = headers["x-amzn-waf-action"]
  return action === undefined ? {} : { header: Reason.visible(`x-amzn-waf-action: ${action.slice(0, 100)}`) }
}

/** Interprets the response to a request for a document or an image. Source: docs/mps.md, 2.4. */
export const observe = Effect.fnUntraced(function*<A>(
  followed: Followed,
  read: Received.Read<A>
): Effect.fn.Return<Delivery.Observation<A>, Reason.Unavailable> {
  const { answer } = followed
  const url = withoutSecrets(followed.url)
  // only for a failure, since it decodes the body
  const evidence = () => Received.evidence(answer)
  const wait = fromHeaders(answer.headers, yield* Clock.currentTimeMillis)
  if (Received.isChallenge(answer) || withheld.has(answer.status)) {
    const retryAfter = wait.retryAfter === undefined ? {} : { retryAfterMillis: Duration.toMillis(wait.retryAfter) }
    return { _tag: "Withheld", url, evidence: { ...evidence(), ...telling(answer) }, ...retryAfter }
  }
  if (absent.has(answer.status)) return { _tag: "Absent", url, evidence: evidence() }
  if (answer.status >= 500) return yield* new Reason.Unavailable({ evidence: evidence(), ...wait })
  return Result.match(readFollowed(followed, read), {
    onFailure: (problem): Delivery.Observation<A> => ({ _tag: "Unreadable", url, evidence: evidence(), problem }),
    onSuccess: (value): Delivery.Observation<A> => ({ _tag: "Served", url, value })
  })
})
