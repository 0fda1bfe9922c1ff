import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { S3Client, S3ObjectStore } from "@iiif-ingest/aws"
import { LtsClient, MpsConfig, ObjectStore, ObjectStoreError, ProxySettings, TokenSigner } from "@iiif-ingest/core"
import { HttpLtsClient } from "@iiif-ingest/lts-http"
import { ProxiedHttpClient } from "@iiif-ingest/node"
import { Effect, Fiber, FileSystem, Layer, Redacted, Result } from "effect"
import { spawn } from "node:child_process"
import * as Path from "node:path"
import { text } from "node:stream/consumers"
import { inspect } from "node:util"
import { stubServer } from "../../packages/lts-http/test/support/stubServer.ts"
import { authorityFor } from "../support/certificates.ts"
import { proxyServer, secureServer } from "./support/proxyServer.ts"
import type { Asked } from "./support/proxyServer.ts"
import { problemWith } from "./support/sigV4.ts"

const user = "reader"
const password = "pass:word@42%"
const basic = Buffer.from(`${user}:${password}`).toString("base64")
const withUser = (host: string, scheme = "http") => `${scheme}://${user}:${encodeURIComponent(password)}@${host}`
const secrets = [password, encodeURIComponent(password), basic]

const settings = (proxy: string, noProxy = ""): ProxySettings.ProxySettings =>
  Result.getOrThrow(ProxySettings.make({ http: Redacted.make(proxy), https: Redacted.make(proxy), noProxy }))

const qa = Result.getOrThrow(
  MpsConfig.make({ environment: "qa", account: "at", space: "space", namespace: "at", agent: "agent" })
)

/** A client for MPS at any URL, including http ones. */
const mpsAt = (url: string, proxies: ProxySettings.ProxySettings) =>
  HttpLtsClient.layer().pipe(
    Layer.provide([
      ProxiedHttpClient.layer(proxies),
      Layer.mock(TokenSigner.TokenSigner, {}),
      Layer.succeed(MpsConfig.MpsConfig, { ...qa, environment: { ...qa.environment, ingestUrl: url } })
    ])
  )

const keys = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: Redacted.make("secret") }

const s3At = (endpoint: string, proxies: ProxySettings.ProxySettings, options: S3Client.Options = {}) =>
  S3ObjectStore.layerBucket("bucket").pipe(
    Layer.provide(S3Client.layer({ endpoint, region: "us-east-1", credentials: keys, proxies, ...options }))
  )

const version = LtsClient.LtsClient.use((client) => client.version)
const head = ObjectStore.ObjectStore.use((store) => store.head("a.png"))

const bytes = ObjectStore.bytes(new TextEncoder().encode("the bytes of a picture"))

const put = ObjectStore.ObjectStore.use((store) =>
  store.put("a.png", bytes, { contentType: "image/png", metadata: {} })
)

type Reason = LtsClient.LtsReason | ObjectStoreError.ObjectStoreReason

/** The reason for which a call fails, or `undefined` if it succeeds. */
const outcome = <A, R>(
  call: Effect.Effect<A, { readonly reason: Reason }, R>
): Effect.Effect<Reason | undefined, never, R> =>
  Effect.match(call, { onSuccess: () => undefined, onFailure: ({ reason }) => reason })

const callers = [
  {
    name: "S3",
    ask: (url: string, proxies: ProxySettings.ProxySettings) => Effect.provide(outcome(head), s3At(url, proxies))
  },
  {
    name: "a body for S3",
    ask: (url: string, proxies: ProxySettings.ProxySettings) => Effect.provide(outcome(put), s3At(url, proxies))
  },
  {
    name: "MPS",
    ask: (url: string, proxies: ProxySettings.ProxySettings) => Effect.provide(outcome(version), mpsAt(url, proxies))
  }
]

const assertNoSecret = (shown: string) => {
  for (const secret of secrets) assert.notInclude(shown, secret)
}

const fine = { status: 200, headers: { etag: "\"etag\"", "content-length": 17 }, body: { version: "2.7" } }
const lines = (asked: ReadonlyArray<Asked>) => asked.map(({ line }) => line)

describe.each(callers)("$name through a proxy", ({ ask }) => {
  it.live("an http URL is requested from the proxy in full, and its credentials go only to the proxy", () =>
    Effect.gen(function*() {
      const server = yield* stubServer(() => fine)
      const proxy = yield* proxyServer({ ports: { "service.example": Number(new URL(server.url).port) } })
      assert.isUndefined(yield* ask("http://service.example", settings(withUser(proxy.host))))
      assert.strictEqual(proxy.asked.length, 1)
      assert.match(proxy.asked[0]?.line ?? "", /^(?:HEAD|GET|PUT) http:\/\/service\.example\/[^ ]+$/)
      assert.strictEqual(proxy.asked[0]?.authorization, `Basic ${basic}`)
      assert.strictEqual(server.seen[0]?.headers.host, "service.example")
    }).pipe(Effect.scoped))

  it.live("loopback URLs bypass the proxy", () =>
    Effect.gen(function*() {
      const server = yield* stubServer(() => fine)
      const proxy = yield* proxyServer({ refuse: 403 })
      assert.isUndefined(yield* ask(server.url, settings(withUser(proxy.host))))
      assert.isUndefined(yield* ask(server.url.replace("127.0.0.1", "localhost"), settings(withUser(proxy.host))))
      assert.isEmpty(proxy.asked)
    }).pipe(Effect.scoped))

  it.live("hosts in NO_PROXY bypass the proxy", () =>
    Effect.gen(function*() {
      const server = yield* stubServer(() => fine)
      // An address of this machine that is not treated as loopback.
      const url = server.url.replace("127.0.0.1", "0.0.0.0")
      const proxy = yield* proxyServer({ refuse: 403 })
      assert.isDefined(yield* ask(url, settings(withUser(proxy.host))))
      assert.strictEqual(proxy.asked.length, 1)
      assert.isUndefined(yield* ask(url, settings(withUser(proxy.host), "other.example, 0.0.0.0")))
      assert.strictEqual(proxy.asked.length, 1)
    }).pipe(Effect.scoped))

  it.live.each([403, 407, 502])(
    "CONNECT refused with HTTP %s: Unreachable, with the status",
    (refuse) =>
      Effect.gen(function*() {
        const proxy = yield* proxyServer({ refuse })
        const reason = yield* ask("https://service.example", settings(withUser(proxy.host)))
        assert(reason?._tag === "Unreachable")
        assert.include(reason.message, String(refuse))
        assert.strictEqual(reason.host, "service.example")
        assert.deepStrictEqual([reason.retryable, reason.outcome], [true, "none"])
        assert.deepStrictEqual(lines(proxy.asked), ["CONNECT service.example:443"])
        assert.strictEqual(proxy.asked[0]?.authorization, `Basic ${basic}`)
        assertNoSecret(inspect(reason, { depth: 20, showHidden: true }) + reason.message + reason.stack)
      }).pipe(Effect.scoped)
  )

  it.live("no proxy listening: Unreachable", () =>
    Effect.gen(function*() {
      const gone = yield* Effect.scoped(proxyServer())
      const reason = yield* ask("https://service.example", settings(withUser(gone.host)))
      assert(reason?._tag === "Unreachable")
      assert.include(reason.message, gone.host)
      assertNoSecret(inspect(reason, { depth: 20, showHidden: true }))
    }))

  it.live.each([
    { refuse: 200, tags: ["Undecodable"] },
    { refuse: 403, tags: ["Forbidden", "Undecodable", "AccessDenied"] },
    { refuse: 407, tags: ["Unreachable", "Undecodable"] },
    { refuse: 503, tags: ["Unavailable", "Throttled"] }
  ])("the proxy's own page with HTTP $refuse: a typed reason", ({ refuse, tags }) =>
    Effect.gen(function*() {
      const proxy = yield* proxyServer({ refuse })
      const reason = yield* ask("http://service.example", settings(withUser(proxy.host)))
      assert.include(tags, reason?._tag)
      assertNoSecret(inspect(reason, { depth: 20, showHidden: true }))
    }).pipe(Effect.scoped))

  it.live("a proxy that does not reply: interrupting closes the connection", () =>
    Effect.gen(function*() {
      const proxy = yield* proxyServer({ refuse: "silence" })
      const fiber = yield* Effect.forkChild(ask("https://service.example", settings(withUser(proxy.host))))
      yield* proxy.arrived
      yield* Fiber.interrupt(fiber)
      yield* proxy.released
    }).pipe(Effect.scoped))
})

describe("S3 through a proxy", () => {
  it.live("signatures stay valid at the server behind the proxy", () =>
    Effect.gen(function*() {
      const server = yield* stubServer(({ method }) =>
        method === "PUT" ? { status: 200, headers: { etag: "\"etag\"" } } : fine
      )
      const proxy = yield* proxyServer({ ports: { "s3.example:9000": Number(new URL(server.url).port) } })
      yield* Effect.gen(function*() {
        const { head, put } = yield* ObjectStore.ObjectStore
        yield* put("images/a é.png", bytes, { contentType: "image/png", metadata: {} })
        yield* head("images/a é.png")
      }).pipe(Effect.provide(s3At("http://s3.example:9000/store", settings(withUser(proxy.host)))))
      assert.deepStrictEqual(server.seen.map(({ method }) => method), ["PUT", "HEAD"])
      for (const { body, headers, method, url: target } of server.seen) {
        const request = { method, target, headers, body: Buffer.from(body) }
        const secretAccessKey = Redacted.value(keys.secretAccessKey)
        assert.isUndefined(problemWith(request, { ...keys, secretAccessKey }, "s3", "us-east-1"))
        assert.strictEqual(headers.host, "s3.example:9000")
      }
    }).pipe(Effect.scoped))

  it.live("a proxy that does not reply: Unreachable after connectTimeout", () =>
    Effect.gen(function*() {
      const proxy = yield* proxyServer({ refuse: "silence" })
      const s3 = s3At("https://service.example", settings(proxy.host), { connectTimeout: "100 millis" })
      const error = yield* Effect.flip(Effect.provide(head, s3))
      assert.strictEqual(error.reason._tag, "Unreachable")
    }).pipe(Effect.scoped))
})

const hosts = ["mps.lts.invalid", "s3.lts.invalid", "127.0.0.1"]

const settled = {
  LTS_IIIF_ENVIRONMENT: "qa",
  LTS_IIIF_ACCOUNT: "at",
  LTS_IIIF_SPACE: "space",
  LTS_IIIF_NAMESPACE: "at",
  LTS_IIIF_AGENT: "agent",
  LTS_IIIF_INGEST_URL: "https://mps.lts.invalid/admin/ingest",
  LTS_IIIF_S3_ENDPOINT: "https://s3.lts.invalid",
  AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_REGION: "us-east-1",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null"
}

/** Runs the child with only these variables, and checks that its output contains no password. */
const child = (env: Readonly<Record<string, string>>) =>
  Effect.gen(function*() {
    const printed = yield* Effect.promise(async () => {
      const program = spawn(process.execPath, [Path.join(import.meta.dirname, "support/child.ts")], {
        env: { ...settled, ...env },
        stdio: ["ignore", "pipe", "pipe"]
      })
      return Promise.all([text(program.stdout), text(program.stderr)])
    })
    assertNoSecret(printed.join("\n"))
    return printed
  })

const resultsIn = (stdout: string) => stdout.split("\n").filter((line) => /^(?:MPS|S3) /.test(line))

describe("a program with its proxy and certificates in environment variables", () => {
  const world = Effect.gen(function*() {
    const tls = authorityFor(hosts)
    const fs = yield* FileSystem.FileSystem
    const authority = Path.join(yield* fs.makeTempDirectoryScoped(), "authority.pem")
    yield* fs.writeFileString(authority, tls.authority)
    const server = yield* secureServer(tls)
    const ports = { "mps.lts.invalid:443": server.port, "s3.lts.invalid:443": server.port }
    return { authority, ports, server, tls }
  })
  const reached = ["MPS Done", "S3 Done"]
  const connects = ["CONNECT mps.lts.invalid:443", "CONNECT s3.lts.invalid:443"]

  it.live("HTTPS_PROXY and NODE_EXTRA_CA_CERTS apply to both S3 and MPS", () =>
    Effect.gen(function*() {
      const { authority, ports, server } = yield* world
      const proxy = yield* proxyServer({ ports })
      const [stdout] = yield* child({ HTTPS_PROXY: withUser(proxy.host), NODE_EXTRA_CA_CERTS: authority })
      assert.deepStrictEqual(resultsIn(stdout), reached)
      assert.deepStrictEqual(lines(proxy.asked), connects)
      for (const { authorization } of proxy.asked) assert.strictEqual(authorization, `Basic ${basic}`)
      assert.strictEqual(server.requests[0], "GET https://mps.lts.invalid/admin/ingest/version")
      assert.match(server.requests[1] ?? "", /^PUT https:\/\/s3\.lts\.invalid\/.*\/images\/a\.png/)
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer)), 30_000)

  it.live(
    "https_proxy takes precedence over HTTPS_PROXY; an https proxy is trusted through the same file",
    () =>
      Effect.gen(function*() {
        const { authority, ports, tls } = yield* world
        const proxy = yield* proxyServer({ ports, tls })
        const other = yield* proxyServer({ refuse: 403 })
        const [stdout] = yield* child({
          https_proxy: withUser(proxy.host, "https"),
          HTTPS_PROXY: withUser(other.host),
          NODE_EXTRA_CA_CERTS: authority
        })
        assert.deepStrictEqual(resultsIn(stdout), reached)
        assert.deepStrictEqual(lines(proxy.asked), connects)
        assert.isEmpty(other.asked)
      }).pipe(Effect.scoped, Effect.provide(NodeServices.layer)),
    30_000
  )

  it.live("without the file, both report that the certificate is not trusted", () =>
    Effect.gen(function*() {
      const { ports } = yield* world
      const proxy = yield* proxyServer({ ports })
      const [stdout] = yield* child({ HTTPS_PROXY: withUser(proxy.host) })
      const results = resultsIn(stdout)
      assert.strictEqual(results.length, 2)
      for (const result of results) assert.match(result, /Unreachable: .*(?:UNABLE_TO_VERIFY|unable to verify)/)
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer)), 30_000)

  it.live("an invalid variable is named, and its value is not printed", () =>
    Effect.gen(function*() {
      const [stdout, stderr] = yield* child({ HTTPS_PROXY: withUser("proxy.example:1080", "socks5") })
      assert.isEmpty(resultsIn(stdout))
      assert.match(stdout + stderr, /HTTPS_PROXY: it is a socks5:\/\/ proxy/)
    }), 30_000)
})
