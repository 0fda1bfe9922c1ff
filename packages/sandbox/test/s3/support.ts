/** An S3 endpoint on its own server, and a signer that shares no code with the endpoint. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { createHash, createHmac } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from "node:http"
import { connect, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Ids from "../../src/internal/ids.ts"
import * as S3 from "../../src/internal/s3/endpoint.ts"

export const REGION = "us-east-1"
export const BUCKET = "images.example"
export const key: S3.S3Credential = { accessKeyId: "SANDBOXKEY", secretAccessKey: "sandbox/secret+key" }
export const session: S3.S3Credential = {
  accessKeyId: "SESSIONKEY",
  secretAccessKey: "other",
  sessionToken: "a/token+1=="
}
export const expired: S3.S3Credential = { ...session, accessKeyId: "EXPIREDKEY", expired: true }

const credentials = [key, session, expired]

export interface Served {
  readonly endpoint: S3.S3Endpoint
  readonly port: number
  readonly directory: string
}

export const temporaryDirectory = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "s3-"))),
  (directory) => Effect.promise(() => rm(directory, { recursive: true, force: true }))
)

/** Serves the directory until the scope closes. */
export const serve = Effect.fnUntraced(function*(
  directory: string,
  options: Partial<S3.S3EndpointOptions> = {},
  answer: (endpoint: S3.S3Endpoint) => S3.S3Endpoint["handle"] = (endpoint) => endpoint.handle
) {
  const endpoint = yield* S3.make({
    directory,
    region: REGION,
    basePath: "/_s3",
    credential: (id) => credentials.find(({ accessKeyId }) => accessKeyId === id),
    ids: Ids.make(undefined),
    ...options
  })
  yield* endpoint.createBucket(BUCKET)
  const context = yield* Effect.context<never>()
  const handle = (message: IncomingMessage, response: ServerResponse) => {
    Effect.runForkWith(context)(answer(endpoint)(message, response))
  }
  const server = createServer({ requestTimeout: 0 }).on("request", handle).on("checkContinue", handle)
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.void))
    }),
    () =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  )
  const address = server.address()
  const served: Served = {
    endpoint,
    directory,
    port: typeof address === "object" && address !== null ? address.port : 0
  }
  return served
})

/** An endpoint on an empty directory. */
export const fresh: Effect.Effect<Served, unknown, Scope.Scope> = Effect.flatMap(
  temporaryDirectory,
  (directory) => serve(directory)
)

export const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex")
export const md5 = (data: string | Uint8Array): Buffer => createHash("md5").update(data).digest()
export const hmac = (secret: string | Buffer, text: string) => createHmac("sha256", secret).update(text).digest()

export interface Signing {
  readonly method: string
  /** Percent-encoded as sent, with base path and query. */
  readonly target: string
  readonly headers?: Record<string, string>
  readonly payload?: string
  readonly credential?: S3.S3Credential
  readonly region?: string
  readonly service?: string
  /** `20130524T000000Z` */
  readonly date?: string
  readonly scopeDate?: string
  /** Header fields to send without signing them. */
  readonly unsigned?: ReadonlyArray<string>
}

export const amzDate = (millis: number): string => new Date(millis).toISOString().replace(/[-:]|\.\d{3}/g, "")

/** The header fields of a signed request, and the values to sign its chunks with. */
export const signRequest = (port: number, options: Signing) => {
  const credential = options.credential ?? key
  const date = options.date ?? amzDate(Date.now())
  const scope = [
    options.scopeDate ?? date.slice(0, 8),
    options.region ?? REGION,
    options.service ?? "s3",
    "aws4_request"
  ]
  const headers: Record<string, string> = {
    host: `127.0.0.1:${port}`,
    "x-amz-date": date,
    "x-amz-content-sha256": options.payload ?? sha256(""),
    ...(credential.sessionToken === undefined ? {} : { "x-amz-security-token": credential.sessionToken }),
    ...options.headers
  }
  const names = Object.keys(headers).filter((name) => !(options.unsigned ?? []).includes(name)).sort()
  const [path = "", query = ""] = options.target.split("?")
  const pairs = query.split("&").filter((pair) => pair !== "").map((pair) => pair.includes("=") ? pair : `${pair}=`)
    .sort()
  const canonical = [
    options.method,
    path,
    pairs.join("&"),
    ...names.map((name) => `${name}:${headers[name]}`),
    "",
    names.join(";"),
    headers["x-amz-content-sha256"]
  ].join("\n")
  const signingKey = scope.reduce<string | Buffer>(
    (secret, part) => hmac(secret, part),
    `AWS4${credential.secretAccessKey}`
  )
  const signature = hmac(signingKey, ["AWS4-HMAC-SHA256", date, scope.join("/"), sha256(canonical)].join("\n"))
    .toString("hex")
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential.accessKeyId}/${scope.join("/")}, ` +
    `SignedHeaders=${names.join(";")}, Signature=${signature}`
  const sent: Record<string, string> = { ...headers, authorization }
  return { headers: sent, signature, signingKey, date, scope: scope.join("/") }
}

/** A body of signed chunks, followed by signed trailers. */
export const signedChunks = (
  signed: ReturnType<typeof signRequest>,
  chunks: ReadonlyArray<string>,
  trailers?: Record<string, string>
): string => {
  let previous = signed.signature
  const next = (kind: string, ...hashes: ReadonlyArray<string>) => {
    const text = [`AWS4-HMAC-SHA256-${kind}`, signed.date, signed.scope, previous, ...hashes].join("\n")
    previous = hmac(signed.signingKey, text).toString("hex")
    return previous
  }
  const frames = [...chunks, ""].map((data) => {
    const signature = next("PAYLOAD", sha256(""), sha256(data))
    return `${data.length.toString(16)};chunk-signature=${signature}\r\n${data}${data === "" ? "" : "\r\n"}`
  })
  if (trailers === undefined) return `${frames.join("")}\r\n`
  const lines = Object.entries(trailers).map(([name, value]) => `${name}:${value}`)
  const signature = next("TRAILER", sha256(lines.map((line) => `${line}\n`).join("")))
  return `${frames.join("")}${[...lines, `x-amz-trailer-signature:${signature}`].join("\r\n")}\r\n\r\n`
}

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

const collect = (message: IncomingMessage, done: (reply: Reply) => void) => {
  const chunks: Array<Buffer> = []
  message.on("data", (chunk: Buffer) => chunks.push(chunk))
  message.on(
    "end",
    () =>
      done({
        status: message.statusCode ?? 0,
        headers: message.headers,
        body: Buffer.concat(chunks).toString("latin1")
      })
  )
}

/** Sends a request with exactly these header fields. */
export const send = (
  port: number,
  method: string,
  target: string,
  headers: Record<string, string>,
  body?: string | Uint8Array
): Effect.Effect<Reply, Error> =>
  Effect.callback<Reply, Error>((resume) => {
    const sent = request({ port, host: "127.0.0.1", method, path: target, headers, agent: false }, (message) =>
      collect(message, (reply) => resume(Effect.succeed(reply))))
    sent.on("error", (error) =>
      resume(Effect.fail(error)))
    sent.end(body)
    return Effect.sync(() => sent.destroy())
  })

/** Signs and sends a request; the payload hash is that of the body by default. */
export const call = (port: number, options: Signing & { readonly body?: string | Uint8Array }) => {
  const length = options.body === undefined ? {} : { "content-length": `${Buffer.byteLength(options.body)}` }
  const signed = signRequest(port, {
    payload: sha256(options.body ?? ""),
    ...options,
    headers: { ...length, ...options.headers }
  })
  return send(port, options.method, options.target, signed.headers, options.body)
}

export const codeOf = (reply: Reply): string => /<Code>(\w+)<\/Code>/.exec(reply.body)?.[1] ?? `${reply.status}`

/** A plain socket and all text that it has received. */
export const openSocket = (port: number) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly socket: Socket; readonly text: () => string }>((resume) => {
      let text = ""
      const socket = connect(port, "127.0.0.1", () => resume(Effect.succeed({ socket, text: () => text })))
      socket.on("data", (chunk: Buffer) => text += chunk.toString("latin1"))
      socket.on("error", () => socket.destroy())
    }),
    ({ socket }) => Effect.sync(() => socket.destroy())
  )

/** The request line and header fields of a request for a plain socket. */
export const head = (method: string, target: string, headers: Record<string, string>): string =>
  [`${method} ${target} HTTP/1.1`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), "", ""].join(
    "\r\n"
  )

/** Waits until the received text satisfies a condition or the socket is closed. */
export const until = (
  connection: { readonly socket: Socket; readonly text: () => string },
  condition: (text: string) => boolean
): Effect.Effect<string> =>
  Effect.callback<string>((resume) => {
    const check = () => {
      if (condition(connection.text()) || connection.socket.destroyed) resume(Effect.succeed(connection.text()))
    }
    connection.socket.on("data", check).on("close", check)
    check()
  })
