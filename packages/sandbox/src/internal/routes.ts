/** Routes requests outside the S3 endpoint. */
import * as Effect from "effect/Effect"
import type { PlatformError } from "effect/PlatformError"
import * as ControlApi from "./controlApi.ts"
import * as DeliveryApi from "./deliveryApi.ts"
import type { Exchange } from "./exchange.ts"
import type { FaultEngine } from "./faultEngine.ts"
import type { IngestApi } from "./ingestApi.ts"
import * as Reply from "./reply.ts"
import type { BodyCutOff } from "./requestBody.ts"
import type { Web } from "./web/web.ts"

export interface Route {
  readonly op: string
  readonly assetId: string | undefined
  /** `jobState` overrides the reported state of a job, for a fault rule. */
  readonly answer: (jobState: string | undefined) => Effect.Effect<Reply.Reply, PlatformError | BodyCutOff>
}

export interface Parts {
  readonly ingest: IngestApi
  readonly delivery: DeliveryApi.DeliveryApi
  readonly faults: FaultEngine
  readonly controlToken: string
  readonly web: Web
}

const NOT_FOUND = Reply.error(404, "The sandbox serves nothing at this URL")
const READ_METHODS = ["GET", "HEAD"]

const constantRoute = (op: string, reply: Reply.Reply): Route => ({
  op,
  assetId: undefined,
  answer: () => Effect.succeed(reply)
})

const allowMethods = (methods: ReadonlyArray<string>, exchange: Exchange, route: Route): Route =>
  methods.includes(exchange.method) ? route : {
    ...route,
    answer: () =>
      Effect.succeed(
        Reply.withHeaders(Reply.error(405, `Use ${methods.join(" or ")} here`), { allow: methods.join(", ") })
      )
  }

/** Allows cross-origin reads and answers preflight requests. */
const withCors = (exchange: Exchange, route: Route): Route => ({
  ...allowMethods([...READ_METHODS, "OPTIONS"], exchange, route),
  ...(exchange.method === "OPTIONS" ? { answer: () => Effect.succeed(DeliveryApi.PREFLIGHT) } : {
    answer: (jobState) =>
      Effect.map(
        allowMethods([...READ_METHODS, "OPTIONS"], exchange, route).answer(jobState),
        (reply) => Reply.withHeaders(reply, DeliveryApi.CORS)
      )
  })
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

const image = (exchange: Exchange, { delivery }: Parts, [id = "", ...rest]: ReadonlyArray<string>): Route => {
  if (id === "" || ![0, 1, 4].includes(rest.length)) return constantRoute("NotFound", NOT_FOUND)
  if (rest.length !== 1) {
    return { op: "Image", assetId: id, answer: () => Effect.sync(() => delivery.image(id, rest)) }
  }
  return rest[0] === "info.json"
    ? { op: "ImageInfo", assetId: id, answer: () => Effect.sync(() => delivery.imageInfo(exchange, id)) }
    : constantRoute("NotFound", NOT_FOUND)
}

const control = (exchange: Exchange, parts: Parts, name: string): Route => {
  if (name === "health") return allowMethods(READ_METHODS, exchange, constantRoute("Health", ControlApi.HEALTH))
  return name !== "faults" ? constantRoute("NotFound", NOT_FOUND) : allowMethods(["GET", "PUT", "DELETE"], exchange, {
    op: "Control",
    assetId: undefined,
    answer: () => ControlApi.faults(exchange, parts.controlToken, parts.faults)
  })
}

/** A page for people, or nothing. */
const page = (exchange: Exchange, { web }: Parts): Route => {
  const found = web.find(exchange)
  return found === undefined
    ? constantRoute("NotFound", NOT_FOUND)
    : allowMethods(found.methods, exchange, { op: "Web", assetId: undefined, answer: () => found.answer })
}

/** The route for a request. */
export const find = (exchange: Exchange, parts: Parts): Route => {
  const [first = "", second = "", third = "", ...rest] = exchange.segments
  if (first === "admin" && second === "ingest") return admin(exchange, parts, [third, ...rest])
  if (first === "assets" && second === "images") return withCors(exchange, image(exchange, parts, [third, ...rest]))
  if (first === "_sandbox" && (second === "health" || second === "faults") && third === "") {
    return control(exchange, parts, second)
  }
  if (/^urn-3:/i.test(first) && second === "") {
    const answer = () => Effect.sync(() => parts.delivery.manifestName(first))
    return withCors(exchange, { op: "ManifestName", assetId: undefined, answer })
  }
  if (first === "iiif" && third !== "" && rest.length === 0) {
    return withCors(exchange, {
      op: "Manifest",
      assetId: undefined,
      answer: () => parts.delivery.manifest(second, third)
    })
  }
  return page(exchange, parts)
}
