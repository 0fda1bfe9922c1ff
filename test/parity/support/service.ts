/** A scripted service over a socket, and this project's client for it. */
import { NodeFileSystem, NodeHttpClient } from "@effect/platform-node"
import { Credentials, MpsConfig, Status, TokenSigner } from "@iiif-ingest/core"
import { HttpLtsClient } from "@iiif-ingest/lts-http"
import { Effect, Layer } from "effect"
import * as Http from "node:http"
import type { AddressInfo } from "node:net"
import { account } from "./memory.ts"
import { keyText } from "./signing.ts"

/** `silence` accepts the request and never replies. */
export type Reply = { readonly status: number; readonly body: string; readonly type?: string } | "silence"

const answering = (replies: ReadonlyArray<Reply>) =>
  Effect.acquireRelease(
    Effect.callback<Http.Server>((resume) => {
      let next = 0
      const server = Http.createServer((_, response) => {
        const reply = replies[Math.min(next++, replies.length - 1)]
        if (reply === undefined || reply === "silence") return
        response.writeHead(reply.status, { "content-type": reply.type ?? "application/json" }).end(reply.body)
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  )

const portOf = (address: string | AddressInfo | null): number =>
  typeof address === "object" && address ? address.port : 0

/** A client whose service sends these replies in order, and repeats the last one. */
export const onService = (replies: ReadonlyArray<Reply>, options: HttpLtsClient.Options = {}) =>
  Layer.unwrap(Effect.map(answering(replies), (server) => clientAt(portOf(server.address()), options)))

/** A client of a port on which nothing may be listening. */
export const clientAt = (port: number, options: HttpLtsClient.Options = {}) => {
  const base = `http://127.0.0.1:${port}`
  return Status.layer.pipe(
    Layer.provideMerge(HttpLtsClient.layer(options)),
    Layer.provide([TokenSigner.layer, NodeHttpClient.layerUndici]),
    Layer.provide([
      Credentials.layer({ issuer: "sandbox", kid: "sandboxdefault", key: keyText }),
      MpsConfig.layer({
        ...account,
        environment: "sandbox",
        ingestUrl: `${base}/admin/ingest`,
        assetUrl: `${base}/assets/images`,
        manifestUrl: base,
        s3Endpoint: `${base}/_s3`
      })
    ]),
    Layer.provide(NodeFileSystem.layer)
  )
}
