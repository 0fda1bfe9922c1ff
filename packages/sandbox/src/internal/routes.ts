/** Routes requests outside the S3 endpoint. */
import * as Effect from "effect/Effect"
import type { PlatformError } from "effect/PlatformError"
import type { Control } from "./control/control.ts"
import { CORS, PREFLIGHT } from "./http/cors.ts"
import type { Exchange } from "./http/exchange.ts"
import * as Reply from "./http/reply.ts"
import type { BodyCutOff } from "./http/requestBody.ts"
import * as ImageAddress from "./image/address.ts"
import type { ImageApi } from "./image/imageApi.ts"
import type { IngestApi } from "./ingest/ingestApi.ts"
import type { EmbedApi } from "./presentation/embedApi.ts"
import type { PresentationApi } from "./presentation/presentationApi.ts"
import type { Web } from "./web/web.ts"
import { WEB_OP } from "./web/webParts.ts"

export interface Route {
  readonly op: string
  readonly assetId: string | undefined
  /** `jobState` overrides the reported state of a job, for a fault rule. */
  readonly answer: (jobState: string | undefined) => Answer
}

/** A reply that can be sent at once, or an effect where something has to be waited for. */
export type Answer = Reply.Reply | Effect.Effect<Reply.Reply, PlatformError | BodyCutOff>

const mapAnswer = (answer: Answer, change: (reply: Reply.Reply) => Reply.Reply): Answer =>
  Effect.isEffect(answer) ? Effect.map(answer, change) : change(answer)

export interface Parts {
  readonly ingest: IngestApi
  readonly images: ImageApi
  readonly presentation: PresentationApi & EmbedApi
  readonly control: Control
  readonly web: Web
}

const NOT_FOUND = Reply.error(404, "The sandbox serves nothing at this URL")
const NO_IMAGE_ROUTE = Reply.withHeaders(NOT_FOUND, CORS)
const READ_METHODS = ["GET", "HEAD"]

const constantRoute = (op: string, reply: Reply.Reply): Route => ({
  op,
  assetId: undefined,
  answer: () => reply
})

const allowMethods = (methods: ReadonlyArray<string>, exchange: Exchange, route: Route): Route =>
  methods.includes(exchange.method) ? route : {
    ...route,
    answer: () => Reply.withHeaders(Reply.error(405, `Use ${methods.join(" or ")} here`), { allow: methods.join(", ") })
  }

/** Allows cross-origin reads and answers preflight requests; the route's own replies have the headers already. */
const readable = (exchange: Exchange, route: Route): Route => {
  if (exchange.method === "OPTIONS") return { ...route, answer: () => PREFLIGHT }
  if (READ_METHODS.includes(exchange.method)) return route
  const { answer } = allowMethods([...READ_METHODS, "OPTIONS"], exchange, route)
  return { ...route, answer: (jobState) => mapAnswer(answer(jobState), (reply) => Reply.withHeaders(reply, CORS)) }
}

const withCors = (exchange: Exchange, route: Route): Route =>
  readable(exchange, {
    ...route,
    answer: (jobState) => mapAnswer(route.answer(jobState), (reply) => Reply.withHeaders(reply, CORS))
  })

const admin = (exchange: Exchange, { ingest }: Parts, [name = "", id = "", ...rest]: ReadonlyArray<string>): Route => {
  if (name === "initialize" && id === "") {
    return allowMethods(["POST"], exchange, {
      op: "Initialize",
      assetId: undefined,
      answer: () => ingest.initialize(exchange)
    })
  }
  if (name === "version" && id === "") {
    return allowMethods(READ_METHODS, exchange, constantRoute("Version", ingest.version))
  }
  if (name !== "jobstatus" || rest.length > 0) return constantRoute("NotFound", NOT_FOUND)
  return allowMethods(READ_METHODS, exchange, {
    op: "JobStatus",
    assetId: undefined,
    answer: (jobState) => ingest.jobStatus(exchange, id, jobState)
  })
}

/** An image's address, alone or followed by `info.json` or the four parameters of an image request. */
const image = (exchange: Exchange, { images }: Parts, segments: ReadonlyArray<string>): Route => {
  const [target, rest] = ImageAddress.parse(segments)
  const { identifier: assetId } = target
  if (assetId === "" || ![0, 1, 4].includes(rest.length)) return constantRoute("NotFound", NO_IMAGE_ROUTE)
  if (rest.length === 0) return { op: "Image", assetId, answer: () => images.base(exchange, target) }
  if (rest.length === 4) return { op: "Image", assetId, answer: () => images.image(exchange, target, rest) }
  return rest[0] === "info.json"
    ? { op: "ImageInfo", assetId, answer: () => images.info(exchange, target) }
    : constantRoute("NotFound", NO_IMAGE_ROUTE)
}

/** The control API, or nothing. */
const control = (exchange: Exchange, { control }: Parts): Route | undefined => {
  const found = control.find(exchange)
  return found && allowMethods(found.methods, exchange, {
    op: found.open ? "Health" : "Control",
    assetId: undefined,
    answer: () => found.answer
  })
}

/** A page for people, or nothing. */
const page = (exchange: Exchange, { web }: Parts): Route => {
  const found = web.find(exchange)
  return found === undefined
    ? constantRoute("NotFound", NOT_FOUND)
    : allowMethods(found.methods, exchange, { op: WEB_OP, assetId: undefined, answer: () => found.answer })
}

/** The route for a request. */
export const find = (exchange: Exchange, parts: Parts): Route => {
  const [first = "", second = "", third = "", ...rest] = exchange.segments
  if (first === "admin" && second === "ingest") return admin(exchange, parts, [third, ...rest])
  if (first === "assets" && second === "images") {
    return readable(exchange, image(exchange, parts, exchange.segments.slice(2)))
  }
  if (/^urn-3:/i.test(first) && second === "") {
    const answer = () => parts.presentation.name(exchange, first)
    return withCors(exchange, { op: "ManifestName", assetId: undefined, answer })
  }
  if (first === "iiif" && third !== "" && rest.length === 0) {
    return withCors(exchange, {
      op: "Manifest",
      assetId: undefined,
      answer: () => parts.presentation.manifest(exchange, second, third)
    })
  }
  if (first === "api" && third === "") {
    return withCors(exchange, {
      op: "Embed",
      assetId: undefined,
      answer: () => parts.presentation.embed(exchange, second)
    })
  }
  return control(exchange, parts) ?? page(exchange, parts)
}
