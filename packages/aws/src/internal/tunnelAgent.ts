import { proxyFor } from "@iiif-ingest/core/config/ProxySettings"
import type { ProxyServer, ProxySettings } from "@iiif-ingest/core/config/ProxySettings"
import * as http from "node:http"
import * as https from "node:https"
import type { Duplex } from "node:stream"
import { proxyAuthorization } from "./proxies.ts"

/** Has the code that Node's own agent uses from Node 24.5 on. */
class TunnelError extends Error {
  readonly code = "ERR_PROXY_TUNNEL"
}

const hint = (status: number) => status === 407 ? "; it requires a user name and password: set them in HTTPS_PROXY" : ""

/** Connects to `target` (host:port) through a proxy, and calls `done` with the socket. */
const tunnel = (
  proxy: ProxyServer,
  target: string,
  limit: number,
  done: (error: Error | null, socket?: Duplex) => void
): http.ClientRequest => {
  const { hostname, protocol, port, host } = proxy.url
  const connect = (protocol === "https:" ? https : http).request({
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port || (protocol === "https:" ? 443 : 80),
    method: "CONNECT",
    path: target,
    headers: { host: target, ...proxyAuthorization(proxy) },
    agent: false,
    timeout: limit
  })
  connect.once("connect", ({ statusCode = 0 }, socket) => {
    socket.setTimeout(0)
    if (statusCode >= 200 && statusCode < 300) return done(null, socket)
    socket.destroy()
    done(
      new TunnelError(`the proxy ${host} answered HTTP ${statusCode} to CONNECT ${target}${hint(statusCode)}`)
    )
  })
  connect.once("timeout", () => connect.destroy(new Error(`no answer within ${limit} ms`)))
  connect.once("error", ({ message }) => done(new TunnelError(`the proxy ${host} cannot be reached: ${message}`)))
  return connect.end()
}

/**
 * Connects by CONNECT through the proxy that the settings name for a host, or directly if they name none. Node's own
 * agents support this only from 24.5 on (22.19 does not). `https-proxy-agent` passes a proxy's refusal on as a response
 * of the server, so a 403 from the proxy would look like one from S3.
 */
export class TunnelAgent extends https.Agent {
  private readonly proxies: ProxySettings
  private readonly limit: number
  private readonly pending = new Set<http.ClientRequest>()

  constructor(proxies: ProxySettings, limit: number, options: https.AgentOptions) {
    super(options)
    this.proxies = proxies
    this.limit = limit
  }

  override createConnection(
    options: https.RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void
  ): Duplex | null | undefined {
    const target = `${options.host}:${options.port}`
    const proxy = proxyFor(this.proxies, new URL(`https://${target}`))
    if (proxy === undefined || callback === undefined) return super.createConnection(options, callback)
    const request = tunnel(proxy, target, this.limit, (error, socket) => {
      this.pending.delete(request)
      // on failure there is no stream, which the type does not allow
      if (socket === undefined) return Reflect.apply(callback, undefined, [error])
      const secured = super.createConnection({ ...options, socket } as https.RequestOptions)
      if (secured) callback(null, secured)
    })
    this.pending.add(request)
    return undefined
  }

  override destroy(): void {
    for (const request of this.pending) request.destroy()
    super.destroy()
  }
}
