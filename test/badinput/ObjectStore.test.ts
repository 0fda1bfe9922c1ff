import * as Sdk from "@aws-sdk/client-s3"
import { assert, layer } from "@effect/vitest"
import { S3Client } from "@iiif-ingest/aws"
import { IngestReport } from "@iiif-ingest/core"
import { type Faults, Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Layer, Redacted } from "effect"
import {
  assertNothingSubmitted,
  fates,
  fresh,
  ops,
  reportOf,
  requests,
  run,
  type Setup,
  words
} from "./support/runs.ts"

type Running = Sandbox.Sandbox["Service"]

const put = (effect: Faults.FaultEffect, times?: number): Faults.FaultRule => ({
  match: { op: "PutObject" },
  effect,
  ...(times === undefined ? {} : { times })
})

const secret = "this-is-not-the-secret-of-the-sandbox"
const session = "this-is-no-session-token-that-anybody-issued"

const s3With = (options: S3Client.Options): Setup => ({
  s3: ({ s3 }) => S3Client.layer({ endpoint: s3.endpoint, region: s3.region, credentials: s3, ...options }),
  secrets: [secret, session]
})

const keys = (accessKeyId: string, sessionToken?: string): S3Client.Options => ({
  credentials: {
    accessKeyId,
    secretAccessKey: Redacted.make(secret),
    ...(sessionToken === undefined ? {} : { sessionToken: Redacted.make(sessionToken) })
  }
})

/** A client whose clock is an hour fast, and stays so: the SDK would set it by the first answer. */
const fastClient = ({ s3 }: Running): Sdk.S3Client => {
  const client = new Sdk.S3Client({
    endpoint: s3.endpoint,
    region: s3.region,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: s3.accessKeyId, secretAccessKey: Redacted.value(s3.secretAccessKey) }
  })
  Object.defineProperty(client.config, "systemClockOffset", { get: () => 3_600_000, set: () => {} })
  return client
}

const fast: Setup = {
  s3: (sandbox) =>
    Layer.unwrap(Effect.map(
      Effect.acquireRelease(Effect.sync(() => fastClient(sandbox)), (client) => Effect.sync(() => client.destroy())),
      S3Client.layerFrom
    ))
}

interface Case {
  readonly what: string
  readonly setup?: Setup
  readonly faults?: ReadonlyArray<Faults.FaultRule>
  readonly says: RegExp
  /** How often the store is asked for two pictures, where that is certain. */
  readonly asked?: number
}

/** The sandbox's policy tries four times. */
const retried = 8

const cases: ReadonlyArray<Case> = [
  {
    what: "a bucket that is not there",
    setup: { config: (own) => ({ ...own, bucket: "no-such-bucket" }) },
    says: /there is no bucket no-such-bucket: check account, space and environment \(LTS_IIIF_ACCOUNT/
  },
  {
    what: "another region",
    setup: s3With({ region: "eu-west-1" }),
    says: /the bucket is not in region eu-west-1 but in us-east-1: set AWS_REGION/
  },
  {
    what: "a refusal",
    faults: [put({ type: "deny" })],
    says: /access was denied \(AccessDenied: .*check that the AWS keys/,
    asked: 2
  },
  {
    what: "a wrong secret",
    setup: s3With(keys("SANDBOXACCESSKEY")),
    says: /AWS credentials are missing or were not accepted \(SignatureDoesNotMatch.*check AWS_ACCESS_KEY_ID/
  },
  {
    what: "a key that nobody knows",
    setup: s3With(keys("SANDBOXNOBODY")),
    says: /AWS credentials are missing or were not accepted \(InvalidAccessKeyId.*check AWS_ACCESS_KEY_ID/
  },
  {
    what: "a session that nobody issued",
    setup: s3With(keys("SANDBOXSESSIONNOBODY", session)),
    says: /AWS credentials are missing or were not accepted \(Invalid.*check AWS_ACCESS_KEY_ID/
  },
  {
    what: "no credentials at all",
    setup: s3With({
      credentials: () =>
        Promise.reject(Object.assign(new Error("Could not load credentials"), { name: "CredentialsProviderError" }))
    }),
    says: /AWS credentials are missing or were not accepted \(Could not load credentials\): check AWS_ACCESS_KEY_ID/,
    asked: 0
  },
  {
    what: "keys that are not the sandbox's",
    setup: s3With(keys("AKIAREALKEYOFSOMEBODY")),
    says: /environment sandbox takes only the sandbox's own keys/,
    asked: 0
  },
  {
    what: "a clock that is wrong",
    setup: fast,
    says: /this machine's clock is wrong \(RequestTimeTooSkewed.*set it, then run again/
  },
  {
    what: "a proxy's error page",
    faults: [put({ type: "html" })],
    says: /the server failed \(HTTP 502\): it answered "<!doctype html>/i,
    asked: retried
  },
  {
    what: "a proxy's page in place of an answer",
    faults: [put({ type: "html", status: 200 })],
    says: /the answer \(HTTP 200\) cannot be read: a web page, not an answer from S3/,
    asked: 2
  },
  {
    what: "a proxy that asks for a sign-in",
    faults: [put({ type: "redirect", location: "https://login.example.edu/?token=abc" })],
    says: /the answer \(HTTP 302\) cannot be read: a redirect, which S3 does not send/,
    asked: 2
  },
  {
    what: "throttling without end",
    faults: [put({ type: "throttle" })],
    says: /the server is throttling \(HTTP 503\): use fewer/,
    asked: retried
  },
  {
    what: "connections that break",
    faults: [put({ type: "reset" })],
    says: /the connection to 127\.0\.0\.1:\d+ broke before its answer was complete/,
    asked: retried
  }
]

/** A provider as AWS's own are: each time it is asked to, it gets a new session. */
const renewing = (sandbox: Running, secrets: Array<string>) => async () => {
  const { accessKeyId, expiresAt, secretAccessKey, sessionToken } = await Effect.runPromise(
    sandbox.issueSession({ lifetime: "1 hour" })
  )
  secrets.push(Redacted.value(secretAccessKey), Redacted.value(sessionToken))
  return {
    accessKeyId,
    secretAccessKey: Redacted.value(secretAccessKey),
    sessionToken: Redacted.value(sessionToken),
    expiration: new Date(expiresAt)
  }
}

layer(Sandbox.Sandbox.layer(), { excludeTestServices: true })("a bad object store", (it) => {
  it.effect.each(cases)(
    "$what: every image's fate says so, nothing is submitted",
    ({ asked, faults, says, setup }) =>
      Effect.gen(function*() {
        const sandbox = yield* fresh(...(faults ?? []))
        const report = reportOf((yield* run({}, setup)).exit)
        assert.deepStrictEqual(fates(report), ["UploadFailed", "UploadFailed"])
        for (const text of words(report).values()) assert.match(text, says)
        assert.strictEqual(report.manifest._tag, "None")
        for (const key of ["coffee.png", "falcon9strips.tif"]) {
          assert.strictEqual((yield* sandbox.object(sandbox.s3.bucket, `images/${key}`))._tag, "None")
        }
        if (asked !== undefined) assert.strictEqual((yield* requests).length, asked)
        yield* assertNothingSubmitted
      })
  )

  it.effect("one image is refused of two: the other waits, neither is submitted", () =>
    Effect.gen(function*() {
      yield* fresh({ match: { path: "/_s3/*/images/coffee.png" }, effect: { type: "deny" } })
      const report = reportOf((yield* run()).exit)
      assert.deepStrictEqual(fates(report), ["UploadFailed", "NotSubmitted"])
      yield* assertNothingSubmitted
    }))

  it.effect("a session that ends in the middle of a batch: it is renewed, and the run is complete", () =>
    Effect.gen(function*() {
      const sandbox = yield* fresh(put({ type: "expiredToken" }, 1))
      const secrets: Array<string> = []
      const credentials = renewing(sandbox, secrets)
      const setup: Setup = {
        s3: ({ s3 }) => S3Client.layer({ endpoint: s3.endpoint, region: s3.region, credentials }),
        secrets
      }
      assert.isTrue(IngestReport.isComplete(reportOf((yield* run({}, setup)).exit)))
      const puts = (yield* requests).filter(({ op }) => op === "PutObject")
      assert.deepStrictEqual(puts.map(({ status }) => status).toSorted(), [200, 200, 400])
      assert.strictEqual(secrets.length, 4)
    }))

  it.effect("a session that has ended and is not renewed: every image's fate says so", () =>
    Effect.gen(function*() {
      const sandbox = yield* fresh()
      const ended = yield* sandbox.issueSession({ lifetime: 0 })
      const hidden = [Redacted.value(ended.secretAccessKey), Redacted.value(ended.sessionToken)]
      const setup = { ...s3With({ credentials: ended }), secrets: hidden }
      const report = reportOf((yield* run({}, setup)).exit)
      assert.deepStrictEqual(fates(report), ["UploadFailed", "UploadFailed"])
      for (const text of words(report).values()) {
        assert.match(text, /the AWS session has expired: sign in again, or use a profile that renews itself/)
      }
      yield* assertNothingSubmitted
    }))

  it.effect("a session that ends for good in the middle of a batch: what was sent is named, and the next run goes on", () =>
    Effect.gen(function*() {
      const sandbox = yield* fresh({
        match: { path: "/_s3/*/images/falcon9strips.tif" },
        effect: { type: "expiredToken" }
      })
      const credentials = yield* sandbox.issueSession({ lifetime: "1 hour" })
      const secrets = [Redacted.value(credentials.secretAccessKey), Redacted.value(credentials.sessionToken)]
      const report = reportOf((yield* run({}, { ...s3With({ credentials }), secrets })).exit)
      assert.deepStrictEqual(fates(report), ["NotSubmitted", "UploadFailed"])
      yield* assertNothingSubmitted
      yield* sandbox.faults.clear
      const again = reportOf((yield* run()).exit)
      assert.isTrue(IngestReport.isComplete(again))
      assert.include(yield* ops, "Initialize")
    }))
})
