import * as Reason from "@iiif-ingest/core/base/Reason"
import { fromHeaders } from "@iiif-ingest/core/base/RetryAfter"
import * as LtsClient from "@iiif-ingest/core/mps/LtsClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { parseHttp, withoutSecrets } from "./addresses.ts"
import * as Received from "./answer.ts"
import type { Answer } from "./exchange.ts"

/** The properties of a request that a reason may contain. */
export interface Sent {
  readonly url: URL
  readonly bytes: number
}

const location = (answer: Answer, sent: Sent): string => {
  const given = answer.headers["location"]
  const url = given === undefined ? undefined : parseHttp(given, sent.url)
  return url === undefined ? "no http(s) address" : withoutSecrets(url)
}

/** The reason that a status other than a success stands for; `now` is in milliseconds since 1970. */
const refusal = (answer: Answer, sent: Sent, now: number): LtsClient.LtsReason => {
  const evidence = Received.evidence(answer)
  switch (answer.status) {
    case 401:
      return new LtsClient.Unauthorized({ evidence })
    case 403:
      return new LtsClient.Forbidden({ evidence })
    case 404:
      return new LtsClient.NotFound({ url: withoutSecrets(sent.url), evidence })
    case 413:
      return new LtsClient.TooLarge({ bytes: sent.bytes, evidence })
    case 429:
      return new Reason.Throttled({ evidence, ...fromHeaders(answer.headers, now) })
  }
  if (answer.status >= 500) return new Reason.Unavailable({ evidence, ...fromHeaders(answer.headers, now) })
  return answer.status >= 400
    ? new Reason.Rejected({ evidence })
    : new LtsClient.Redirected({ location: location(answer, sent), evidence })
}

/** Passes on successes of the service itself; fails with the reason for any other response. */
export const accepted = (answer: Answer, sent: Sent): Effect.Effect<Answer, LtsClient.LtsReason> => {
  if (Received.isChallenge(answer)) {
    return Effect.fail(new Reason.Challenged({ evidence: Received.evidence(answer) }))
  }
  return answer.status >= 200 && answer.status < 300
    ? Effect.succeed(answer)
    : Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.fail(refusal(answer, sent, now)))
}
