/** Handles every request: checks the host, logs it, applies faults, then calls the S3 endpoint or a route. */
import * as Effect from "effect/Effect"
import type { IncomingMessage, ServerResponse } from "node:http"
import * as Exchange from "./exchange.ts"
import * as FaultEffects from "./faultEffects.ts"
import type { FaultEngine, Verdict } from "./faultEngine.ts"
import { isS3Path } from "./faultEngine.ts"
import * as Reply from "./reply.ts"
import * as RequestBody from "./requestBody.ts"
import type { RequestLog } from "./requestLog.ts"
import * as Routes from "./routes.ts"
import type { S3Endpoint } from "./s3/endpoint.ts"

interface DispatchOptions extends Routes.Parts {
  readonly port: number
  readonly s3: S3Endpoint
  readonly faults: FaultEngine
  readonly log: RequestLog
}

const NO_FAULT: Verdict = { delayMillis: 0, effect: undefined, jobState: undefined }
const EXEMPT_FROM_FAULTS = new Set(["Control", "Health", "Misdirected", "Web"])

/** Guards against DNS rebinding: a web page that resolves its own name to loopback sends that name. */
const isOwnHost = (host: string | undefined, port: number): boolean =>
  [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`].includes((host ?? "").toLowerCase())

const hasSessionToken = ({ headers, url }: IncomingMessage): boolean =>
  headers["x-amz-security-token"] !== undefined || /[?&]x-amz-security-token=/i.test(url ?? "")

const s3Route = (exchange: Exchange.Exchange, s3: S3Endpoint) => ({
  op: s3.operation(exchange.request),
  assetId: undefined,
  run: () => s3.handle(exchange.request, exchange.response)
})

const internalError = (exchange: Exchange.Exchange, detail: unknown) =>
  Effect.logError("The sandbox failed to handle a request", detail).pipe(
    Effect.andThen(Effect.suspend(() =>
      exchange.response.headersSent
        ? Effect.sync(() => void exchange.request.socket.destroy())
        : Reply.send(
          exchange.response,
          Reply.error(500, "The sandbox failed to handle this request: see its log")
        )
    ))
  )

const plainRoute = (exchange: Exchange.Exchange, route: Routes.Route, jobState: () => string | undefined) => ({
  op: route.op,
  assetId: route.assetId,
  run: (alter: (reply: Reply.Reply) => Reply.Reply) =>
    Effect.suspend(() => {
      if (RequestBody.expectsContinue(exchange.request)) exchange.response.writeContinue()
      return route.answer(jobState())
    }).pipe(
      Effect.flatMap((reply) => Reply.send(exchange.response, alter(reply))),
      Effect.catchTags({
        // The client closed the connection during its request, so there is no one to reply to.
        BodyCutOff: () => Effect.void,
        PlatformError: (error) => internalError(exchange, error)
      })
    )
})

const misdirected = (exchange: Exchange.Exchange) => ({
  op: "Misdirected",
  assetId: undefined,
  run: () =>
    RequestBody.discard(exchange.request).pipe(
      Effect.andThen(Reply.send(exchange.response, Reply.error(421, "The Host header does not name this sandbox"))),
      Effect.catchTag("BodyCutOff", () => Effect.void)
    )
})

/** Runs synchronously until the handler reads the body, so that log and faults see every byte of it. */
export const make = (options: DispatchOptions) => (request: IncomingMessage, response: ServerResponse) => {
  const exchange = Exchange.make(request, response)
  let verdict = NO_FAULT
  const target = !isOwnHost(request.headers.host, options.port)
    ? misdirected(exchange)
    : isS3Path(exchange.path)
    ? s3Route(exchange, options.s3)
    : plainRoute(exchange, Routes.find(exchange, options), () => verdict.jobState)
  options.log.track(exchange, target.op)
  if (!EXEMPT_FROM_FAULTS.has(target.op)) {
    const { assetId, op } = target
    const { method, path } = exchange
    verdict = options.faults.decide({ method, path, op, assetId, sessionToken: hasSessionToken(request) })
  }
  return FaultEffects.apply(exchange, { run: target.run, refuseS3: options.s3.refuse }, verdict).pipe(
    Effect.catchDefect((defect) => internalError(exchange, defect))
  )
}
