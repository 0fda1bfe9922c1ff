import { isReadonlyObject } from "effect/Predicate"
import { ClientRequest, IncomingMessage } from "node:http"

// The SDK types the messages in its middleware as `unknown`.

export interface HttpRequest {
  readonly hostname: string
  readonly port?: number | undefined
  readonly protocol: string
  readonly path: string
  readonly headers: Record<string, string>
}

export interface HttpResponse {
  readonly statusCode: number
  readonly headers: Record<string, string>
  readonly body?: unknown
}

export const isHttpRequest = (u: unknown): u is HttpRequest =>
  isReadonlyObject(u) && "hostname" in u && "protocol" in u && "headers" in u

export const isHttpResponse = (u: unknown): u is HttpResponse =>
  isReadonlyObject(u) && "statusCode" in u && "headers" in u

/** Node's request that a response answers, if the SDK's own handler has sent it. */
export const requestOf = ({ body }: HttpResponse): ClientRequest | undefined => {
  const request: unknown = body instanceof IncomingMessage ? Reflect.get(body, "req") : undefined
  return request instanceof ClientRequest ? request : undefined
}
