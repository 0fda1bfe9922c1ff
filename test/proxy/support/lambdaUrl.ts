/**
 * A Lambda function URL and the function behind it, over a real socket: AWS's part (the signature, the event) and the
 * published Harvard-ATG/mps-lambda-proxy. Sources: docs/mps.md, 1.7; AWS Lambda Developer Guide, "Invoking Lambda
 * function URLs".
 */
import * as Effect from "effect/Effect"
import * as http from "node:http"
import type { AddressInfo } from "node:net"
import { buffer } from "node:stream/consumers"
import { type Keys, problemWith } from "./sigV4.ts"

/** The event that AWS passes to the function (payload format 2.0), as far as it is read. */
export interface Event {
  readonly method: string
  readonly rawPath: string
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
  readonly isBase64Encoded: boolean
}

interface Result {
  readonly statusCode: number
  readonly body: string
  readonly headers?: http.OutgoingHttpHeaders
}

/**
 * `runsOut`: AWS ends the function before it has called MPS, or while it waits for the reply; or the reply is lost on
 * the network. `answers`: replaces the function's reply.
 */
export interface Options {
  readonly keys: Keys
  readonly target: string
  readonly runsOut?: (event: Event) => "before" | "after" | "silent" | undefined
  readonly answers?: (event: Event) => Result | undefined
}

/** `events` are those with a valid signature, in order. */
export interface Lambda {
  readonly url: string
  readonly events: ReadonlyArray<Event>
}

const isText = (type: string | undefined) => type !== undefined && /^(?:text\/|application\/json\b)/.test(type)

/** AWS passes on only known text types as text: the function gets `application/x-amz-json-1.1` in base64. */
const eventOf = (request: http.IncomingMessage, body: Buffer): Event => {
  const isBase64Encoded = body.length > 0 && !isText(request.headers["content-type"])
  return {
    method: request.method ?? "",
    rawPath: decodeURI((request.url ?? "").split("?")[0] ?? ""),
    headers: request.headers,
    body: body.toString(isBase64Encoded ? "base64" : "utf8"),
    isBase64Encoded
  }
}

const passedOn = async (response: Response): Promise<Result> => ({
  statusCode: response.status,
  body: JSON.stringify(await response.json()),
  headers: { "content-type": "application/json" }
})

const refused = (body: string): Result => ({ statusCode: 403, body })

/** The published function: always decodes the body as base64, and parses MPS's reply without checking it. */
const lambda = (target: string) => async (event: Event): Promise<Result> => {
  const [environment = "", action, jobId = ""] = event.rawPath.replace(/^\/+|\/+$/g, "").split("/")
  if (!["dev", "qa", "prod"].includes(environment)) return refused(`Invalid environment ${environment}`)
  if (action === "initialize") {
    const { payload, token } = JSON.parse(Buffer.from(event.body, "base64").toString())
    const headers = { authorization: token, "content-type": "application/json" }
    return passedOn(await fetch(`${target}/initialize`, { method: "POST", headers, body: JSON.stringify(payload) }))
  }
  if (action !== "jobstatus") return refused(`Error, invalid endpoint ${event.rawPath}`)
  try {
    return await passedOn(await fetch(`${target}/jobstatus/${jobId}`))
  } catch {
    return refused("Job ID param or endpoint not found or invalid. Is job_id valid?")
  }
}

/** AWS's reply for a function that failed or timed out. */
const failed: Result = {
  statusCode: 502,
  body: "Internal Server Error",
  headers: { "content-type": "application/json", "x-amzn-errortype": "InternalServerErrorException" }
}

const denied = (detail: string): Result => ({
  statusCode: 403,
  body: JSON.stringify({ Message: "Forbidden", detail }),
  headers: { "content-type": "application/json", "x-amzn-errortype": "AccessDeniedException" }
})

/** Starts the function URL, and stops it with the scope. */
export const lambdaUrl = Effect.fnUntraced(function*(options: Options) {
  const events: Array<Event> = []
  const answer = async (request: http.IncomingMessage, body: Buffer): Promise<Result> => {
    const { headers, method = "", url: target = "" } = request
    const problem = problemWith({ method, target, headers, body }, options.keys, "lambda", "us-east-1")
    if (problem !== undefined) return denied(problem)
    const event = eventOf(request, body)
    events.push(event)
    const end = options.runsOut?.(event)
    if (end === "before") return failed
    if (end === "silent") return new Promise(() => {})
    const result = options.answers?.(event) ?? await lambda(options.target)(event).catch(() => failed)
    return end === "after" ? failed : result
  }
  const reply = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    const { body, headers, statusCode } = await answer(request, await buffer(request))
    response.writeHead(statusCode, headers ?? { "content-type": "application/json" })
    response.end(body)
  }
  const server = http.createServer((request, response) => void reply(request, response))
  const port = yield* Effect.acquireRelease(
    Effect.callback<number>((resume) => {
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as AddressInfo // always so for a TCP server
        resume(Effect.succeed(port))
      })
    }),
    () =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  )
  const started: Lambda = { url: `http://127.0.0.1:${port}`, events }
  return started
})
