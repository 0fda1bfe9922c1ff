/** Fails if the installed AWS SDK is not one that `src/internal/sdk` was tried on, or differs in what is read there. */
import * as Sdk from "@aws-sdk/client-s3"
import { afterEach, assert, beforeEach, describe, it, vi } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as http from "node:http"
import * as https from "node:https"
import { createRequire } from "node:module"
import * as BucketSettings from "../../../src/internal/sdk/bucketSettings.ts"
import * as Fault from "../../../src/internal/sdk/fault.ts"
import type { HttpRequest, HttpResponse } from "../../../src/internal/sdk/httpMessages.ts"
import { afterSigning, beforeSigning, onResponse } from "../../../src/internal/sdk/middleware.ts"
import { triedVersions } from "../../../src/internal/sdk/versions.ts"
import { answering, type Handler, stubServer, xmlError } from "../../support/stubS3.ts"

const credentials = { accessKeyId: "SANDBOXKEY", secretAccessKey: "a-secret" }

const plain = (options: Sdk.S3ClientConfig = {}) =>
  new Sdk.S3Client({ region: "us-east-1", credentials, forcePathStyle: true, maxAttempts: 1, ...options })

/** Nothing is read from the files and variables of this machine. */
beforeEach(() => {
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
  vi.stubEnv("AWS_CONFIG_FILE", "/dev/null")
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true")
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_REGION"]) {
    vi.stubEnv(name, undefined)
  }
})
afterEach(() => void vi.unstubAllEnvs())

describe("versions", () => {
  const own = createRequire(import.meta.url)
  const fromClient = createRequire(own.resolve("@aws-sdk/client-s3"))
  const installed = (name: string): string => {
    const { version }: { readonly version: string } = fromClient(`${name}/package.json`)
    return version
  }

  it.each(Object.entries(triedVersions))("%s is one of %j", (name, versions) => {
    assert.include(
      versions,
      installed(name),
      `${name} ${
        installed(name)
      } has not been tried: run the tests of packages/aws, test/aws and test/proxy with it. ` +
        "If they pass, add it to packages/aws/src/internal/sdk/versions.ts; if not, adapt that folder first"
    )
  })
})

describe("a plain client", () => {
  it("has these middleware", () => {
    assert.deepStrictEqual(plain().middlewareStack.identify(), [
      "loggerMiddleware - initialize",
      "validateBucketNameMiddleware - initialize",
      "regionRedirectMiddleware - initialize",
      "serializerMiddleware - serialize",
      "contentLengthMiddleware - build",
      "addExpectContinueMiddleware - build",
      "s3ExpressMiddleware - build",
      "getUserAgentMiddleware - build",
      "hostHeaderMiddleware - build",
      "recursionDetectionMiddleware - build",
      "retryMiddleware - finalizeRequest",
      "httpSigningMiddleware (a.k.a. apiKeyMiddleware,tokenMiddleware,awsAuthMiddleware) - finalizeRequest",
      "deserializerMiddleware - deserialize"
    ])
  })

  it("has a handler and a signer of these classes", async () => {
    const { requestHandler, signer } = plain().config
    assert.strictEqual(requestHandler.constructor.name, "NodeHttpHandler")
    assert.isFalse(Object.hasOwn(requestHandler, "handle"))
    const scheme = { name: "sigv4", signingName: "s3", signingRegion: "us-east-1", properties: {} }
    assert.strictEqual((await signer(scheme)).constructor.name, "SignatureV4MultiRegion")
  })

  it.each(
    [
      ["httpsAgent", {}],
      ["httpAgent", { endpoint: "http://127.0.0.1:9" }]
    ] as const
  )("has a handler that knows its settings, %s among them, only after its first request", async (key, options) => {
    const agents = { httpAgent: new http.Agent(), httpsAgent: new https.Agent() }
    const timeouts = { connectionTimeout: 5000, socketTimeout: 30_000 }
    const client = plain({ ...options, requestHandler: { ...timeouts, ...agents } })
    const { requestHandler } = client.config
    const read: unknown = Reflect.get(requestHandler, "httpHandlerConfigs")
    assert(typeof read === "function")
    assert.deepStrictEqual(read.call(requestHandler), {})
    await BucketSettings.find(client, "a.bucket")
    assert.deepInclude(read.call(requestHandler), { ...timeouts, [key]: agents[key] })
  })

  it("has a configuration with these fields", async () => {
    const { config } = plain()
    const { config: custom } = plain({ endpoint: "http://127.0.0.1:9/base" })
    const types = (names: ReadonlyArray<string>) => names.map((name) => [name, typeof Reflect.get(config, name)])
    const functions = [
      "credentials",
      "endpointProvider",
      "region",
      "requestChecksumCalculation",
      "sha256",
      "signer",
      "useArnRegion",
      "useDualstackEndpoint",
      "useFipsEndpoint"
    ]
    assert.deepStrictEqual(types(functions), functions.map((name) => [name, "function"]))
    assert.strictEqual(config.systemClockOffset, 0)
    assert.isUndefined(config.endpoint)
    assert.isFalse(config.bucketEndpoint)
    assert.isTrue(config.forcePathStyle)
    assert.strictEqual(config.expectContinueHeader, 2 * 1024 * 1024)
    assert.deepInclude(await custom.endpoint?.(), { protocol: "http:", hostname: "127.0.0.1", port: 9, path: "/base" })
  })

  it("yields these settings for a bucket at Amazon", async () => {
    const httpsAgent = new https.Agent()
    const requestHandler = { connectionTimeout: 5000, socketTimeout: 30_000, httpsAgent }
    const client = plain({ requestHandler })
    const settings = await BucketSettings.find(client, "a.bucket")
    assert.deepStrictEqual(settings, {
      url: new URL("https://s3.us-east-1.amazonaws.com/a.bucket"),
      agent: httpsAgent,
      connectMillis: 5000,
      stallMillis: 30_000,
      expectFrom: 2 * 1024 * 1024,
      credentials: client.config.credentials,
      service: "s3",
      region: "us-east-1"
    })
  })

  it("yields these settings for a bucket at another store, without timeouts", async () => {
    const client = plain({ endpoint: "http://127.0.0.1:9/base", expectContinueHeader: false })
    const settings = await BucketSettings.find(client, "a.bucket")
    assert.strictEqual(settings?.url.href, "http://127.0.0.1:9/base/a.bucket")
    assert.instanceOf(settings?.agent, http.Agent)
    assert.notInstanceOf(settings?.agent, https.Agent)
    assert.isUndefined(settings?.connectMillis)
    assert.isUndefined(settings?.stallMillis)
    assert.strictEqual(settings?.expectFrom, Infinity)
  })
})

describe("middleware", () => {
  it.live("sees requests before and after they are signed, and responses", () =>
    Effect.gen(function*() {
      const received: Array<http.IncomingHttpHeaders> = []
      const url = yield* stubServer(answering(({ headers }, response) => {
        received.push(headers)
        response.writeHead(200, { etag: "\"etag\"", "content-length": 3 }).end()
      }))
      const client = plain({ endpoint: url })
      const requests: Array<HttpRequest> = []
      const responses: Array<HttpResponse> = []
      const command = new Sdk.HeadObjectCommand({ Bucket: "a.bucket", Key: "k" })
      beforeSigning(command, async (request) => {
        requests.push({ ...request, headers: { ...request.headers } })
        request.headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD"
      })
      onResponse(command, (response) => void responses.push(response))
      afterSigning(client, (request) => {
        requests.push({ ...request, headers: { ...request.headers } })
        return { ...request, headers: { ...request.headers, "x-added": "yes" } }
      })
      yield* Effect.promise(() => client.send(command))
      const [before, after] = requests
      const { hostname, port } = new URL(url)
      assert.deepInclude(before, { protocol: "http:", hostname, port: Number(port), path: "/a.bucket/k" })
      assert.isUndefined(before?.headers["authorization"])
      assert.match(after?.headers["authorization"] ?? "", /SignedHeaders=[^,]*x-amz-content-sha256/)
      assert.strictEqual(received[0]?.["x-amz-content-sha256"], "UNSIGNED-PAYLOAD")
      assert.strictEqual(received[0]?.["x-added"], "yes")
      assert.strictEqual(responses[0]?.statusCode, 200)
      assert.strictEqual(responses[0]?.headers["etag"], "\"etag\"")
      client.destroy()
    }))
})

describe("an error of the SDK", () => {
  /** The error of a command. */
  const failed = (client: Sdk.S3Client) =>
    Effect.promise(() =>
      client.send(new Sdk.GetBucketLocationCommand({ Bucket: "a.bucket" })).then(
        () => assert.fail("the command succeeded"),
        (error: unknown) => error
      ).finally(() => client.destroy())
    )

  const faultOf = (handler: Handler) =>
    Effect.gen(function*() {
      const endpoint = yield* stubServer(answering(handler))
      return Fault.faultOf(yield* failed(plain({ endpoint })))
    })

  it.live("has S3's code, message and region", () =>
    Effect.gen(function*() {
      const options = { message: "No such.", xml: "<Region>eu-west-1</Region>" }
      assert.deepInclude(yield* faultOf(xmlError(404, "NoSuchBucket", options)), {
        name: "NoSuchBucket",
        s3: "NoSuchBucket",
        message: "No such.",
        region: "eu-west-1"
      })
    }))

  it.live("has the text of a body that is not XML", () =>
    Effect.gen(function*() {
      const fault = yield* faultOf((_, response) => void response.writeHead(400).end("Oops"))
      assert.strictEqual(fault.bodyText, "Oops")
      assert.strictEqual(fault.s3, "")
      assert.isTrue(Fault.isUnreadable(fault), fault.message)
    }))

  it.live("is named for a credential provider if there are no credentials", () =>
    Effect.gen(function*() {
      const client = new Sdk.S3Client({ region: "us-east-1", profile: "nobody", maxAttempts: 1 })
      const fault = Fault.faultOf(yield* failed(client))
      assert.isTrue(Fault.isProviderFault(fault), fault.name)
    }))

  it.live("says that a region is missing or malformed", () =>
    Effect.gen(function*() {
      const missing = Fault.faultOf(yield* failed(new Sdk.S3Client({ credentials })))
      assert.strictEqual(missing.message, "Region is missing")
      assert.isTrue(Fault.isRegionFault(missing))
      const malformed = Fault.faultOf(yield* failed(plain({ region: "not a region" })))
      assert.isTrue(Fault.isRegionFault(malformed), malformed.message)
    }))

  it.live("is named TimeoutError, with its limit, if a connection is idle", () =>
    Effect.gen(function*() {
      const endpoint = yield* stubServer(() => {})
      const fault = Fault.faultOf(yield* failed(plain({ endpoint, requestHandler: { socketTimeout: 150 } })))
      assert.strictEqual(fault.name, "TimeoutError")
      assert.match(fault.message, /150 ms/)
    }))

  it.live("says that a connection was not established in time", () =>
    Effect.gen(function*() {
      // the name is never resolved, so the socket never connects
      const httpAgent = new http.Agent({ lookup: () => {} })
      const requestHandler = { connectionTimeout: 150, httpAgent }
      const fault = Fault.faultOf(yield* failed(plain({ endpoint: "http://s3.example", requestHandler })))
      assert.strictEqual(fault.name, "TimeoutError")
      assert.match(fault.message, /did not establish a connection .*150 ms/)
    }))
})
