/** Handles every request: checks where it comes from, logs it, applies faults, then calls the S3 endpoint or a route. */
import * as Effect from "effect/Effect"
import type { IncomingMessage, ServerResponse } from "node:http"
import * as FaultEffects from "./faults/effects.ts"
import type { FaultEngine, Verdict } from "./faults/engine.ts"
import * as Exchange from "./http/exchange.ts"
import * as Reply from "./http/reply.ts"
import * as RequestBody from "./http/requestBody.ts"
import * as Cause from "./log/cause.ts"
import type { RequestLog } from "./log/requestLog.ts"
import * as Routes from "./routes.ts"
import type { S3Endpoint } from "./s3/endpoint.ts"
import { isS3Path } from "./s3/path.ts"
import type { Replied } from "./s3/response.ts"
import * as Looking from "./web/looking.ts"
import { WEB_OP } from "./web/webParts.ts"

interface DispatchOptions extends Routes.Parts {
  readonly port: number
  readonly s3: S3Endpoint
  readonly faults: FaultEngine
  readonly log: RequestLog
  /** How long ago that was first ingested which a request asks for; undefined if it was not. */
  readonly age: (exchange: Exchange.Exchange, assetId: string | undefined) => number | undefined
}

const NO_FAULT: Verdict = { delayMillis: 0, effect: undefined, jobState: undefined }
const MISDIRECTED = "Misdirected"
const FOREIGN = "Foreign"
const UNEXPECTED = "Expectation"
const EXEMPT_FROM_FAULTS = new Set(["Control", "Health", MISDIRECTED, FOREIGN, UNEXPECTED, WEB_OP])

/**
 * Scripts and styles are for every page: one that embeds the viewer gives it an opaque origin, with which browsers name
 * `null` as the origin of all that it loads.
 */
const PRIVATE = /^\/(?:admin(?:\/|$)|_sandbox(?:\/(?!static\/)|$))/i

/** Guards against DNS rebinding: a web page that resolves its own name to loopback sends that name. */
const isOwnHost = (host: string | undefined, port: number): boolean =>
  [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`].includes((host ?? "").toLowerCase())

const isOwnOrigin = (origin: string, port: number): boolean =>
  origin.startsWith("http://") && isOwnHost(origin.slice("http://".length), port)

/**
 * Whether a page of another origin sends a request that is none of its business: one that may change something, or any
 * at all to S3, the ingest API or what is the sandbox's own. Only what is delivered is for every page to read.
 */
const isForeign = ({ method, path, request: { headers } }: Exchange.Exchange, port: number): boolean => {
  const { origin } = headers
  const site = String(headers["sec-fetch-site"] ?? "")
  const isWrite = !["GET", "HEAD", "OPTIONS"].includes(method)
  if (isWrite && ["cross-site", "same-site"].includes(site)) return true
  return origin !== undefined && !isOwnOrigin(origin, port) && (isWrite || isS3Path(path) || PRIVATE.test(path))
}

const hasSessionToken = ({ headers, url }: IncomingMessage): boolean =>
  headers["x-amz-security-token"] !== undefined || /[?&]x-amz-security-token=/i.test(url ?? "")

type Run = FaultEffects.Handling["run"]

const internalError = (exchange: Exchange.Exchange, detail: unknown) =>
  Effect.logError("The sandbox failed to handle a request", detail).pipe(
    Effect.andThen(Effect.suspend(() =>
      exchange.response.headersSent
        ? Effect.sync(() => void exchange.request.socket.destroy())
        : Reply.send(
          exchange,
          Reply.error(500, `The sandbox failed to handle this request (see its log): ${Cause.describe(detail)}`)
        )
    ))
  )

const guarded = (exchange: Exchange.Exchange, effect: Effect.Effect<void>) =>
  Effect.catchDefect(effect, (defect) => internalError(exchange, defect))

const runAnswer = (
  exchange: Exchange.Exchange,
  answer: Routes.Answer,
  alter: FaultEffects.Alter
): Effect.Effect<void> =>
  (Effect.isEffect(answer) ? answer : Effect.succeed(answer)).pipe(
    Effect.flatMap(alter),
    Effect.flatMap((reply) => reply === undefined ? Effect.void : Reply.send(exchange, reply)),
    Effect.catchTags({
      // The client closed the connection during its request, so there is no one to reply to.
      BodyCutOff: () => Effect.void,
      PlatformError: (error) => internalError(exchange, error)
    })
  )

const answering = (exchange: Exchange.Exchange, route: Routes.Route, jobState: string | undefined): Run => (alter) =>
  Effect.suspend(() => runAnswer(exchange, route.answer(jobState), alter))

const refusing = (exchange: Exchange.Exchange, status: number, message: string): Run => () =>
  RequestBody.discard(exchange.request).pipe(
    Effect.andThen(Reply.send(exchange, Reply.error(status, message))),
    Effect.catchTag("BodyCutOff", () => Effect.void)
  )

/** Without waiting for a body, which the client may hold back. */
const refusingAtOnce = (exchange: Exchange.Exchange, status: number, message: string): Run => () =>
  Reply.send(exchange, Reply.error(status, message, { connection: "close" }))

const isFaultless = ({ delayMillis, effect }: Verdict) => delayMillis === 0 && effect === undefined

/** Sends a reply that is there already without a fiber, which would cost as much as a tile. */
const answerAtOnce = (exchange: Exchange.Exchange, route: Routes.Route): Effect.Effect<void> | undefined => {
  try {
    const answer = route.answer(undefined)
    if (Effect.isEffect(answer)) return guarded(exchange, runAnswer(exchange, answer, FaultEffects.unaltered))
    Reply.write(exchange, answer)
    return undefined
  } catch (defect) {
    return internalError(exchange, defect)
  }
}

/**
 * Handles a request, and returns what is left to do for it, if anything. Runs synchronously until the handler reads the
 * body, so that log and faults see every byte of it.
 */
export const make = (options: DispatchOptions) =>
(
  request: IncomingMessage,
  response: ServerResponse
): Effect.Effect<void> | undefined => {
  const exchange = Exchange.make(request, response)
  const judge = (op: string, assetId: string | undefined): Verdict => {
    options.log.track(exchange, op)
    if (EXEMPT_FROM_FAULTS.has(op)) return NO_FAULT
    const { method, path } = exchange
    const age = () => options.age(exchange, assetId)
    const thumbnail = () => op === "Image" && Looking.isThumbnail(request.headers)
    return options.faults.decide({ method, path, op, assetId, sessionToken: hasSessionToken(request), age, thumbnail })
  }
  const replied: Replied = (reply) => {
    exchange.transcript.reply = reply
  }
  const refuseS3: FaultEffects.Handling["refuseS3"] = (error) => options.s3.refuse(request, response, error, replied)
  const carryOut = (run: Run, verdict: Verdict) =>
    guarded(exchange, FaultEffects.apply(exchange, { run, refuseS3 }, verdict))
  const refuse = (op: string, status: number, message: string) =>
    carryOut(refusing(exchange, status, message), judge(op, undefined))

  if (!isOwnHost(request.headers.host, options.port)) {
    return refuse(MISDIRECTED, 421, "The Host header does not name this sandbox")
  }
  if (isForeign(exchange, options.port)) return refuse(FOREIGN, 403, "This is not for a page of another origin")
  if (RequestBody.expectsUnknown(request)) {
    const message = "The only expectation that the sandbox can meet is 100-continue"
    return carryOut(refusingAtOnce(exchange, 417, message), judge(UNEXPECTED, undefined))
  }
  if (isS3Path(exchange.path)) {
    const { handle, operation } = options.s3
    return carryOut(() => handle(request, response, replied), judge(operation(request), undefined))
  }
  const route = Routes.find(exchange, options)
  const verdict = judge(route.op, route.assetId)
  return isFaultless(verdict)
    ? answerAtOnce(exchange, route)
    : carryOut(answering(exchange, route, verdict.jobState), verdict)
}
