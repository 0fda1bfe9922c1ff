import * as Reason from "@iiif-ingest/core/base/Reason"
import * as LtsClient from "@iiif-ingest/core/mps/LtsClient"
import * as Effect from "effect/Effect"
import { parseHttp, shown } from "./addresses.ts"
import * as Received from "./answer.ts"
import type { Answer } from "./exchange.ts"
import { retryAfter } from "./retryAfter.ts"

/** What was asked, as far as a reason speaks of it. */
export interface Asked {
  readonly url: URL
  readonly bytes: number
}

const location = (answer: Answer, asked: Asked): string => {
  const given = answer.headers["location"]
  const url = given === undefined ? undefined : parseHttp(given, asked.url)
  return url === undefined ? "no http(s) address" : shown(url)
}

/** The reason that a status other than a success stands for. */
const refusal = (answer: Answer, asked: Asked): Effect.Effect<LtsClient.LtsReason> => {
  const evidence = Received.evidence(answer)
  switch (answer.status) {
    case 401:
      return Effect.succeed(new LtsClient.Unauthorized({ evidence }))
    case 403:
      return Effect.succeed(new LtsClient.Forbidden({ evidence }))
    case 404:
      return Effect.succeed(new LtsClient.NotFound({ url: shown(asked.url), evidence }))
    case 413:
      return Effect.succeed(new LtsClient.TooLarge({ bytes: asked.bytes, evidence }))
    case 429:
      return Effect.map(retryAfter(answer.headers), (wait) => new Reason.Throttled({ evidence, ...wait }))
  }
  if (answer.status >= 500) {
    return Effect.map(retryAfter(answer.headers), (wait) => new Reason.Unavailable({ evidence, ...wait }))
  }
  return Effect.succeed(
    answer.status >= 400
      ? new Reason.Rejected({ evidence })
      : new LtsClient.Redirected({ location: location(answer, asked), evidence })
  )
}

/** Lets successes of the service itself pass; everything else becomes its reason. */
export const accepted = (answer: Answer, asked: Asked): Effect.Effect<Answer, LtsClient.LtsReason> => {
  if (Received.isChallenge(answer)) {
    return Effect.fail(new Reason.Challenged({ evidence: Received.evidence(answer) }))
  }
  return answer.status >= 200 && answer.status < 300
    ? Effect.succeed(answer)
    : Effect.flatMap(refusal(answer, asked), (reason) => Effect.fail(reason))
}
