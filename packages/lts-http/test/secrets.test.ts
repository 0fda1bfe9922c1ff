/** No log, span or error of a call contains the token, whatever the service responds and however much is recorded. */
import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { LtsClient } from "@iiif-ingest/core/mps/LtsClient"
import type { HttpLtsClient } from "@iiif-ingest/lts-http"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"
import { inspect } from "node:util"
import { jobId, request } from "../../../test/suites/ltsClient.ts"
import { ltsClient, transports } from "./support/clients.ts"
import type { Transport } from "./support/clients.ts"
import { stubServer } from "./support/stubServer.ts"
import type { Reply, Seen } from "./support/stubServer.ts"

/** All strings that can be reached from a value, including by getters and symbols. */
const everything = (root: unknown): string => {
  const seen = new Set<unknown>()
  const strings: Array<string> = []
  const visit = (value: unknown): void => {
    if (typeof value === "string") return void strings.push(value)
    if (typeof value !== "object" || value === null || seen.has(value)) return
    seen.add(value)
    if (value instanceof Map || value instanceof Set) { for (const one of value) visit(one) }
    if (ArrayBuffer.isView(value)) return
    for (const key of Reflect.ownKeys(value)) visit(Reflect.get(value, key))
    if (value instanceof Error) strings.push(value.message, value.stack ?? "")
  }
  visit(root)
  return strings.join("\n")
}

/** The failure of a span. Exporters do not see the value of a success. */
const failureOf = ({ status }: Tracer.Span) =>
  status._tag === "Ended" && Exit.isFailure(status.exit) ? status.exit.cause : undefined

/** Runs calls with every log and span recorded; returns these and the result in every printed form. */
const recorded = Effect.fnUntraced(function*(
  reply: (seen: Seen) => Reply,
  transport: Transport,
  options: HttpLtsClient.Options = {}
) {
  const stub = yield* stubServer(reply)
  const logs: Array<string> = []
  const spans: Array<Tracer.Span> = []
  const logger = Logger.make(({ cause, message }) => {
    logs.push(everything(message), Cause.pretty(cause), everything(cause.reasons))
  })
  const tracer = Tracer.make({
    span: (start) => {
      const span = new Tracer.NativeSpan(start)
      spans.push(span)
      return span
    }
  })
  const calls = LtsClient.use((client) =>
    Effect.all([client.initialize(request), client.jobStatus(jobId), client.version])
  )
  const exit = yield* calls.pipe(
    Effect.tapCause((cause) => Effect.logError("failed", cause)),
    Effect.withSpan("run"),
    Effect.provide(ltsClient(stub.url, transport, { statusAuth: true, ...options })),
    Effect.provideService(HttpClient.TracerHeaderFilter, () => true),
    Effect.provideService(References.MinimumLogLevel, "All"),
    Effect.provideService(References.UnhandledLogLevel, "Fatal"),
    Effect.provide(Logger.layer([logger])),
    Effect.withTracer(tracer),
    Effect.exit
  )
  const token = stub.seen[0]?.headers["authorization"]?.split(" ")[1] ?? ""
  assert.isAbove(token.length, 100)
  const causes = Exit.isFailure(exit) ? [Cause.pretty(exit.cause), everything(exit.cause)] : []
  return {
    token,
    spans,
    text: [
      ...logs,
      ...causes,
      inspect(exit, { depth: 20, showHidden: true }),
      JSON.stringify(exit),
      ...spans.map((span) => everything([span.name, [...span.attributes], failureOf(span)]))
    ].join("\n")
  }
})

const cases: ReadonlyArray<{
  readonly what: string
  readonly reply: (seen: Seen) => Reply
  readonly options?: HttpLtsClient.Options
}> = [
  { what: "a success", reply: () => ({ status: 200, body: { data: { job_tracker_file: { _id: jobId } } } }) },
  { what: "401", reply: () => ({ status: 401, body: { error: "no" } }) },
  { what: "500", reply: () => ({ status: 500 }) },
  { what: "a redirect", reply: () => ({ status: 307, headers: { location: "/elsewhere" } }) },
  { what: "a broken connection", reply: () => "reset" },
  { what: "a response cut off", reply: () => "cut" },
  { what: "silence", reply: () => "hang", options: { timeout: "300 millis" } },
  { what: "a page that repeats the headers", reply: ({ headers }) => ({ status: 500, body: { headers } }) },
  { what: "200 that repeats the headers", reply: ({ headers }) => ({ status: 200, body: JSON.stringify(headers) }) },
  {
    what: "broken JSON that repeats them",
    reply: ({ headers }) => ({ status: 200, body: `{${headers.authorization}` })
  }
]

describe("secrets", () => {
  const all = transports.flatMap(({ name, transport }) =>
    cases.map(({ options, reply, what }) => ({ name, transport, reply, what, options }))
  )

  it.live.each(all)("$name: $what", ({ options, reply, transport }) =>
    Effect.gen(function*() {
      const { spans, text, token } = yield* recorded(reply, transport, options)
      const [header = "", payload = "", signature = ""] = token.split(".")
      for (const part of [token, header, payload, signature]) assert.notInclude(text, part)
      assert.includeMembers(spans.map((span) => span.name), ["HttpLtsClient.initialize", "POST"])
    }))

  it.live("spans have the request and the status", () =>
    Effect.gen(function*() {
      const { spans } = yield* recorded(() => ({ status: 403 }), NodeHttpClient.layerUndici)
      const post = spans.find((span) => span.name === "POST")
      assert(post !== undefined)
      assert.strictEqual(post.kind, "client")
      const attributes = Object.fromEntries(post.attributes)
      assert.strictEqual(attributes["http.request.method"], "POST")
      assert.strictEqual(attributes["http.response.status_code"], 403)
      assert.match(String(attributes["url.full"]), /\/admin\/ingest\/initialize$/)
    }))
})
