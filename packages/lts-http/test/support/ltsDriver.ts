import { SigningError, TokenSigner } from "@iiif-ingest/core/config/TokenSigner"
import type { LtsReason } from "@iiif-ingest/core/mps/LtsClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Accepted, Arrangement, Driver, Fails, State, Version } from "../../../../test/suites/ltsClient.ts"
import { signer } from "./clients.ts"
import type { ClientAt } from "./clients.ts"
import { closedUrl, stubServer } from "./stubServer.ts"
import type { Handler, Reply, Seen } from "./stubServer.ts"

/**
 * The response that leads to each reason. `TokenUnavailable` and `Unreachable` need none and are arranged separately.
 */
const replies: { readonly [Tag in LtsReason["_tag"]]: Reply } = {
  Unauthorized: { status: 401, body: { error: "bad signature" } },
  Forbidden: { status: 403, body: { error: "not yours" } },
  NotFound: { status: 404, headers: { "content-type": "text/html" }, body: "<html>nothing here</html>" },
  TooLarge: { status: 413, headers: { "content-type": "text/html" }, body: "<html>nginx</html>" },
  Redirected: { status: 307, headers: { location: "/elsewhere?token=abc" } },
  NoJobId: { status: 200, body: { data: {} } },
  TokenUnavailable: "hang",
  Unreachable: "hang",
  ConnectionLost: "reset",
  TimedOut: "hang",
  Throttled: { status: 429, headers: { "retry-after": "7" } },
  Unavailable: { status: 502, headers: { "content-type": "text/html" }, body: "<html>Bad gateway</html>" },
  Challenged: { status: 202, headers: { "x-amzn-waf-action": "challenge", "content-length": "0" } },
  Undecodable: { status: 200, headers: { "content-type": "text/html" }, body: "<html>please log in</html>" },
  Rejected: { status: 400, body: { error: "no such space" } }
}

const successOf = (reply: Accepted | State | Version): object => {
  switch (reply._tag) {
    case "Accepted": {
      const image = reply.identifiers.map((identifier) => ({ identifier }))
      return { data: { job_tracker_file: { _id: reply.jobId, context: { assets: { image } } } } }
    }
    case "State":
      return { data: { job_status: reply.state } }
    case "Version":
      return Object(reply.json)
  }
}

const operationOf = (seen: Seen): keyof Arrangement =>
  seen.url.endsWith("/initialize") ? "initialize" : seen.url.endsWith("/version") ? "version" : "jobStatus"

/** The replies of each call in order; the last one is repeated. */
const play = (arrangement: Arrangement): Handler => {
  const played = new Map<string, number>()
  return (seen) => {
    const operation = operationOf(seen)
    const arranged: ReadonlyArray<Accepted | State | Version | Fails> = arrangement[operation] ?? []
    const turn = played.get(operation) ?? 0
    played.set(operation, turn + 1)
    const reply = arranged[Math.min(turn, arranged.length - 1)]
    if (reply === undefined) return { status: 404 }
    return reply._tag === "Fails" ? replies[reply.reason] : { status: 200, body: successOf(reply) }
  }
}

const arranges = (arrangement: Arrangement, reason: LtsReason["_tag"]): boolean =>
  Object.values(arrangement).flat().some((reply) => reply._tag === "Fails" && reply.reason === reason)

const signerWithoutKey = Layer.succeed(TokenSigner, {
  token: Effect.fail(new SigningError({ issuer: "sandbox" })),
  sign: () => Effect.fail(new SigningError({ issuer: "sandbox" }))
})

export const ltsDriver = (clientAt: ClientAt): Driver => ({
  layer: (arrangement) =>
    Layer.unwrap(Effect.gen(function*() {
      if (arranges(arrangement, "Unreachable")) return clientAt(yield* closedUrl, signer, {})
      const stub = yield* stubServer(play(arrangement))
      if (arranges(arrangement, "TokenUnavailable")) {
        return clientAt(stub.url, signerWithoutKey, {})
      }
      return clientAt(stub.url, signer, arranges(arrangement, "TimedOut") ? { timeout: "50 millis" } : {})
    })),
  silent: Effect.map(stubServer(() => "hang"), ({ arrived, released, url }) => ({
    layer: clientAt(url, signer, {}),
    arrived,
    released
  }))
})
