import * as Sdk from "@aws-sdk/client-s3"
import { afterEach, assert, beforeEach, describe, it, vi } from "@effect/vitest"
import { S3Client, S3ObjectStore } from "@iiif-ingest/aws"
import * as MpsConfig from "@iiif-ingest/core/config/MpsConfig"
import type { EnvironmentName } from "@iiif-ingest/core/config/MpsEnvironment"
import * as ObjectStore from "@iiif-ingest/core/upload/ObjectStore"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as fs from "node:fs/promises"
import type * as http from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { answering, clientLayer, secret, storeAt, stubServer, xmlError } from "./support/stubS3.ts"

const accepted = (_: http.IncomingMessage, response: http.ServerResponse) =>
  void response.writeHead(200, { etag: "\"etag\"" }).end()

/** A server that accepts everything, and the credential scopes it received. */
const recorder = Effect.gen(function*() {
  const signedWith: Array<string> = []
  const url = yield* stubServer(answering((request, response) => {
    signedWith.push(/Credential=([^,]+)/.exec(request.headers.authorization ?? "")?.[1] ?? "")
    accepted(request, response)
  }))
  return { url, signedWith }
})

const put = ObjectStore.ObjectStore.use((store) =>
  store.put("k", ObjectStore.bytes(new Uint8Array(3)), { contentType: "image/png", metadata: {} })
)

const configFor = (environment: EnvironmentName, s3Endpoint?: string) =>
  MpsConfig.layer({
    environment,
    account: "at",
    space: "atdarth",
    namespace: "AT",
    agent: "at",
    ...(s3Endpoint === undefined ? {} : { s3Endpoint })
  })

/** Isolates the tests from the AWS files and variables of this machine. */
beforeEach(async () => {
  const directory = await fs.mkdtemp(join(tmpdir(), "s3-client-"))
  const credentials = join(directory, "credentials")
  const config = join(directory, "config")
  await fs.writeFile(credentials, `[lab]\naws_access_key_id = SANDBOXLAB\naws_secret_access_key = ${secret}\n`)
  await fs.writeFile(config, "[profile lab]\nregion = eu-west-3\nrequest_checksum_calculation = when_required\n")
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", credentials)
  vi.stubEnv("AWS_CONFIG_FILE", config)
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true")
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION"]) {
    vi.stubEnv(name, undefined)
  }
  return () => fs.rm(directory, { recursive: true })
})
afterEach(() => void vi.unstubAllEnvs())

describe("keys in code", () => {
  it.live("that are not redacted are refused in words, without showing them", () =>
    Effect.gen(function*() {
      const { url } = yield* recorder
      const options: S3Client.Options = JSON.parse(
        `{"credentials":{"accessKeyId":"AKIA","secretAccessKey":"${secret}"}}`
      )
      const client = S3Client.layer({ ...options, endpoint: url })
      const error = yield* Effect.flip(
        put.pipe(Effect.provide(Layer.provide(S3ObjectStore.layerBucket("b.c"), client)))
      )
      assert.strictEqual(error.reason._tag, "InvalidCredentials")
      assert.include(error.message, "give it as Redacted.make")
      assert.notInclude(error.message, secret)
    }))
})

const client = S3Client.S3Client.use(({ client }) => client)

const region = Effect.flatMap(client, ({ config }) => Effect.promise(() => config.region()))

describe("the region", () => {
  it.effect("is the option's, then the variable's, then the profile's, then us-east-1", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* region.pipe(Effect.provide(S3Client.layer())), "us-east-1")
      assert.strictEqual(yield* region.pipe(Effect.provide(S3Client.layer({ profile: "lab" }))), "eu-west-3")
      vi.stubEnv("AWS_REGION", "eu-west-2")
      assert.strictEqual(yield* region.pipe(Effect.provide(S3Client.layer())), "eu-west-2")
      assert.strictEqual(yield* region.pipe(Effect.provide(S3Client.layer({ region: "eu-west-1" }))), "eu-west-1")
      assert.strictEqual(yield* region.pipe(Effect.provide(S3Client.layer({ region: "" }))), "eu-west-2")
    }))

  it.live("that is malformed is WrongRegion", () =>
    Effect.gen(function*() {
      vi.stubEnv("AWS_REGION", "not a region")
      const { url } = yield* recorder
      const client = S3Client.layer({ endpoint: url, profile: "lab" })
      const error = yield* Effect.flip(
        put.pipe(Effect.provide(Layer.provide(S3ObjectStore.layerBucket("b.c"), client)))
      )
      assert.strictEqual(error.reason._tag, "WrongRegion")
    }))
})

describe("credentials", () => {
  const store = (client: Layer.Layer<S3Client.S3Client>) => Layer.provide(S3ObjectStore.layerBucket("b.c"), client)

  it.live("come from the variables or the profile", () =>
    Effect.gen(function*() {
      const { signedWith, url } = yield* recorder
      vi.stubEnv("AWS_ACCESS_KEY_ID", "SANDBOXENV")
      vi.stubEnv("AWS_SECRET_ACCESS_KEY", secret)
      yield* put.pipe(Effect.provide(store(S3Client.layer({ endpoint: url }))))
      yield* put.pipe(Effect.provide(store(S3Client.layer({ endpoint: url, profile: "lab" }))))
      assert.match(signedWith[0] ?? "", /^SANDBOXENV\/\d+\/us-east-1\/s3\/aws4_request$/)
      assert.match(signedWith[1] ?? "", /^SANDBOXLAB\/\d+\/eu-west-3\/s3\/aws4_request$/)
    }))

  it.live("that are missing, or of a profile that does not exist, are InvalidCredentials", () =>
    Effect.gen(function*() {
      const { signedWith, url } = yield* recorder
      for (const options of [{ endpoint: url }, { endpoint: url, profile: "nobody" }]) {
        const { message, reason } = yield* Effect.flip(put.pipe(Effect.provide(store(S3Client.layer(options)))))
        assert.strictEqual(reason._tag, "InvalidCredentials")
        assert.include(message, "AWS_ACCESS_KEY_ID")
      }
      assert.deepStrictEqual(signedWith, [])
    }))

  it.live("that have expired are renewed before the next attempt", () =>
    Effect.gen(function*() {
      const url = yield* stubServer(answering((request, response) =>
        request.headers["x-amz-security-token"] === "session-2"
          ? accepted(request, response)
          : xmlError(400, "ExpiredToken")(request, response)
      ))
      let sessions = 0
      const credentials = () =>
        Promise.resolve({ accessKeyId: "SANDBOX1", secretAccessKey: secret, sessionToken: `session-${++sessions}` })
      const store = yield* storeAt(url, { credentials })
      const send = store.put("k", ObjectStore.bytes(new Uint8Array(3)), { contentType: "image/png", metadata: {} })
      assert.strictEqual((yield* Effect.flip(send)).reason._tag, "ExpiredCredentials")
      yield* send
      yield* send
      assert.strictEqual(sessions, 2)
    }))
})

describe("the environment", () => {
  const refused = (
    config: Layer.Layer<MpsConfig.MpsConfig, MpsConfig.MpsConfigError>,
    client: Layer.Layer<S3Client.S3Client, MpsConfig.MpsConfigError, MpsConfig.MpsConfig>
  ) =>
    Effect.flip(put).pipe(
      Effect.provide(S3ObjectStore.layer().pipe(Layer.provide(client), Layer.provide(config))),
      Effect.map(({ reason }) => {
        assert.strictEqual(reason._tag, "InvalidCredentials")
        return reason.message
      })
    )

  const keys = (accessKeyId: string) => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", accessKeyId)
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", secret)
  }

  it.live("sandbox sends the sandbox's keys to this machine", () =>
    Effect.gen(function*() {
      const { signedWith, url } = yield* recorder
      keys("SANDBOXKEY")
      const store = S3ObjectStore.layer().pipe(
        Layer.provide(S3Client.layerConfig),
        Layer.provide(configFor("sandbox", url))
      )
      assert.strictEqual(
        (yield* ObjectStore.ObjectStore.pipe(Effect.provide(store))).bucket,
        "edu.harvard.huit.lts.mps.at-atdarth-sandbox"
      )
      yield* put.pipe(Effect.provide(store))
      assert.strictEqual(signedWith.length, 1)
    }))

  it.live("sandbox refuses other keys and other machines before anything is sent", () =>
    Effect.gen(function*() {
      const { signedWith, url } = yield* recorder
      keys("AKIAIOSFODNN7EXAMPLE")
      const message = yield* refused(configFor("sandbox", url), S3Client.layerConfig)
      assert.include(message, "environment sandbox accepts only the sandbox's own keys")
      assert.notInclude(message, "AKIAIOSFODNN7EXAMPLE")
      const elsewhere = clientLayer("http://s3.example")
      assert.include(yield* refused(configFor("sandbox", url), elsewhere), "only to this machine, not to s3.example")
      assert.deepStrictEqual(signedWith, [])
    }))

  it.live.each(["dev", "qa", "prod"] as const)(
    "%s refuses a sandbox and its keys",
    (environment) =>
      Effect.gen(function*() {
        const { signedWith, url } = yield* recorder
        keys("SANDBOXKEY")
        assert.include(yield* refused(configFor(environment), S3Client.layerConfig), "the access key is a sandbox's")
        keys("AKIAIOSFODNN7EXAMPLE")
        const message = yield* refused(configFor(environment), S3Client.layer({ endpoint: url }))
        assert.include(message, `environment ${environment} does not send to 127.0.0.1`)
        assert.deepStrictEqual(signedWith, [])
      })
  )
})

describe("the client", () => {
  it.live("closes its sockets with its scope", () =>
    Effect.gen(function*() {
      const gone = yield* Deferred.make<void>()
      const url = yield* stubServer((request, response) => {
        request.socket.once("close", () => Deferred.doneUnsafe(gone, Effect.void))
        answering(accepted)(request, response)
      })
      yield* Effect.scoped(Effect.gen(function*() {
        const store = yield* storeAt(url)
        yield* store.head("k").pipe(Effect.ignore)
        assert.isFalse(yield* Deferred.isDone(gone))
      }))
      yield* Deferred.await(gone)
    }))

  it.live("is made for the next one if the first to use it is interrupted, and is one for all others", () =>
    Effect.gen(function*() {
      const first = yield* Effect.forkChild(client, { startImmediately: true })
      yield* Fiber.interrupt(first)
      const [one, other] = yield* Effect.all([client, client], { concurrency: 2 })
      assert.strictEqual(one, other)
      assert.strictEqual(yield* client, one)
    }).pipe(Effect.provide(S3Client.layer())))

  it.effect("reports a wrong option with its layer", () =>
    Effect.gen(function*() {
      const options: S3Client.Options = JSON.parse(`{"stallTimeout":"a while"}`)
      const exit = yield* Effect.exit(Effect.provide(S3Client.S3Client, S3Client.layer(options)))
      assert.isTrue(Exit.hasDies(exit))
    }))

  it.live("passed to layerFrom is not destroyed", () =>
    Effect.gen(function*() {
      const { signedWith, url } = yield* recorder
      const client = new Sdk.S3Client({
        endpoint: url,
        region: "us-east-1",
        forcePathStyle: true,
        maxAttempts: 1,
        credentials: { accessKeyId: "MINE", secretAccessKey: secret }
      })
      yield* put.pipe(Effect.provide(Layer.provide(S3ObjectStore.layerBucket("b.c"), S3Client.layerFrom(client))))
      yield* Effect.promise(() => client.send(new Sdk.HeadObjectCommand({ Bucket: "b.c", Key: "k" })))
      assert.isTrue(signedWith.every((credential) => credential.startsWith("MINE/")))
      assert.strictEqual(signedWith.length, 2)
      client.destroy()
    }))

  it.live("takes the checksums from the option, then from the profile", () =>
    Effect.gen(function*() {
      const checksums = (options: S3Client.Options) =>
        Effect.flatMap(client, ({ config }) => Effect.promise(() => config.requestChecksumCalculation())).pipe(
          Effect.provide(S3Client.layer(options))
        )
      assert.strictEqual(yield* checksums({}), "WHEN_SUPPORTED")
      assert.strictEqual(yield* checksums({ profile: "lab" }), "WHEN_REQUIRED")
      assert.strictEqual(yield* checksums({ profile: "lab", checksums: "whenSupported" }), "WHEN_SUPPORTED")
    }))
})
