/** A local HTTP server that responds as arranged, and an object store that uses it. */
import { S3Client, S3ObjectStore } from "@iiif-ingest/aws"
import { ObjectStore } from "@iiif-ingest/core/upload/ObjectStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as http from "node:http"
import type { AddressInfo } from "node:net"

export type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void

export const secret = "a-secret-that-must-not-be-seen"
export const token = "a-session-token-that-must-not-be-seen"

const closed = (server: http.Server): Effect.Effect<void> =>
  Effect.callback((resume) => {
    server.close(() => resume(Effect.void))
    server.closeAllConnections()
  })

/** Starts a server that is closed with the scope; its URL has no trailing slash. */
export const stubServer = (handler: Handler) =>
  Effect.acquireRelease(
    Effect.callback<http.Server>((resume) => {
      const server = http.createServer(handler)
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    closed
  ).pipe(
    // a server that listens on TCP has an address of this type
    Effect.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  )

/** Responds once the whole request has been received. */
export const answering = (answer: Handler): Handler => (request, response) => {
  request.resume()
  request.on("end", () => answer(request, response))
}

/** An error in S3's form. */
export const xmlError = (
  status: number,
  code: string,
  options: { readonly message?: string; readonly xml?: string; readonly headers?: http.OutgoingHttpHeaders } = {}
): Handler =>
(request, response) => {
  response.writeHead(status, { "content-type": "application/xml", ...options.headers })
  const xml = `<Error><Code>${code}</Code><Message>${options.message ?? "Because."}</Message>${
    options.xml ?? ""
  }</Error>`
  response.end(request.method === "HEAD" ? undefined : xml)
}

export const page = (status: number, headers: http.OutgoingHttpHeaders = {}): Handler => (_, response) => {
  response.writeHead(status, { "content-type": "text/html", ...headers })
  response.end("<html><head><meta charset=utf-8><title>Sign in to the network</title></head><p>Hello<br></html>")
}

export const clientLayer = (endpoint: string, options: S3Client.Options = {}) =>
  S3Client.layer({
    endpoint,
    region: "us-east-1",
    credentials: {
      accessKeyId: "SANDBOXKEY",
      secretAccessKey: Redacted.make(secret),
      sessionToken: Redacted.make(token)
    },
    ...options
  })

/** A store for `a.bucket` at a URL. */
export const storeAt = (endpoint: string, options: S3Client.Options = {}) =>
  Layer.build(S3ObjectStore.layerBucket("a.bucket").pipe(Layer.provide(clientLayer(endpoint, options)))).pipe(
    Effect.flatMap((context) => Effect.provideContext(ObjectStore, context))
  )

export const stubStore = (handler: Handler, options: S3Client.Options = {}) =>
  Effect.flatMap(stubServer(handler), (url) => storeAt(url, options))
