import * as Reason from "@iiif-ingest/core/base/Reason"
import type * as Delivery from "@iiif-ingest/core/mps/Delivery"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { shown } from "./addresses.ts"
import * as Received from "./answer.ts"
import type { Followed } from "./follow.ts"

const absent = new Set([404, 410])
const withheld = new Set([401, 403, 429])

/** The JSON of a success as what was asked for, or what is the matter with it. */
const read = <A>(
  followed: Followed,
  maximumBytes: number,
  decode: (raw: Schema.Json) => Result.Result<A, string>
): Result.Result<A, string> => {
  const { answer, problem } = followed
  if (problem !== undefined) return Result.fail(problem)
  if (answer.status < 200 || answer.status >= 300) return Result.fail(`HTTP ${answer.status} says nothing of it`)
  return Result.flatMap(Received.readJson(answer, maximumBytes), decode)
}

/** What an answer says of the thing that was asked for. Source: docs/mps.md, 2.4. */
export const observe = Effect.fnUntraced(function*<A>(
  followed: Followed,
  maximumBytes: number,
  decode: (raw: Schema.Json) => Result.Result<A, string>
): Effect.fn.Return<Delivery.Observation<A>, Reason.Unavailable> {
  const { answer } = followed
  const url = shown(followed.url)
  const evidence = Received.evidence(answer)
  const wait = fromHeaders(answer.headers, yield* Clock.currentTimeMillis)
  if (Received.isChallenge(answer) || withheld.has(answer.status)) {
    const asked = wait.retryAfter === undefined ? {} : { retryAfterMillis: Duration.toMillis(wait.retryAfter) }
    return { _tag: "Withheld", url, evidence, ...asked }
  }
  if (absent.has(answer.status)) return { _tag: "Absent", url, evidence }
  if (answer.status >= 500) return yield* new Reason.Unavailable({ evidence, ...wait })
  return Result.match(read(followed, maximumBytes, decode), {
    onFailure: (problem): Delivery.Observation<A> => ({ _tag: "Unreadable", url, evidence, problem }),
    onSuccess: (value): Delivery.Observation<A> => ({ _tag: "Served", url, value })
  })
})
