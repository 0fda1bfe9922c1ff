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

/** A client whose clock stays an hour fast: the SDK would otherwise correct it after the first reply. */
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
  readonly title: string
  readonly setup?: Setup
  readonly faults?: ReadonlyArray<Faults.FaultRule>
  readonly says: RegExp
  /** The number of requests for two pictures, if it is deterministic. */
  readonly asked?: number
}

/** Two pictures, with four attempts each under the sandbox's policy. */
const retried = 8

const cases: ReadonlyArray<Case> = [
  {
    title: "a missing bucket",
    setup: { config: (own) => ({ ...own, bucket: "no-such-bucket" }) },
    says: /there is no bucket no-such-bucket: check account, space and environment \(LTS_IIIF_ACCOUNT/
  },
  {
    title: "a wrong region",
    setup: s3With({ region: "eu-west-1" }),
    says: /the bucket is not in region eu-west-1 but in us-east-1: set AWS_REGION/
  },
  {
    title: "access denied",
    faults: [put({ type: "deny" })],
    says: /access was denied \(AccessDenied: .*check that the AWS keys/,
    asked: 2
  },
  {
    title: "a wrong secret",
    setup: {
      s3: ({ s3 }) => S3Client.layer({ endpoint: s3.endpoint, region: s3.region, ...keys(s3.accessKeyId) }),
      secrets: [secret]
    },
    says: /AWS credentials are missing or were not accepted \(SignatureDoesNotMatch.*check AWS_ACCESS_KEY_ID/
  },
  {
    title: "an unknown access key",
    setup: s3With(keys("SANDBOXNOBODY")),
    says: /AWS credentials are missing or were not accepted \(InvalidAccessKeyId.*check AWS_ACCESS_KEY_ID/
  },
  {
    title: "an unknown session token",
    setup: s3With(keys("SANDBOXSESSIONNOBODY", session)),
    says: /AWS credentials are missing or were not accepted \(Invalid.*check AWS_ACCESS_KEY_ID/
  },
  {
    title: "no credentials",
    setup: s3With({
      credentials: () =>
        Promise.reject(Object.assign(new Error("Could not load credentials"), { name: "CredentialsProviderError" }))
    }),
    says: /AWS credentials are missing or were not accepted \(Could not load credentials\): check AWS_ACCESS_KEY_ID/,
    asked: 0
  },
  {
    title: "real AWS keys against the sandbox",
    setup: s3With(keys("AKIAREALKEYOFSOMEBODY")),
    says: /environment sandbox accepts only the sandbox's own keys/,
    asked: 0
  },
  {
    title: "a wrong clock",
    setup: fast,
    says: /this machine's clock is wrong \(RequestTimeTooSkewed.*set it, then run again/
  },
  {
    title: "a proxy's error page",
    faults: [put({ type: "html" })],
    says: /the server failed \(HTTP 502\) and responded with "<!doctype html>/i,
    asked: retried
  },
  {
    title: "a proxy's page with status 200",
    faults: [put({ type: "html", status: 200 })],
    says: /cannot decode the response \(HTTP 200\): a web page instead of a response from S3/,
    asked: 2
  },
  {
    title: "a redirect to a proxy's login page",
    faults: [put({ type: "redirect", location: "https://login.example.edu/?token=abc" })],
    says: /cannot decode the response \(HTTP 302\): a redirect, which S3 does not send/,
    asked: 2
  },
  {
    title: "throttling every time",
    faults: [put({ type: "throttle" })],
    says: /the server is throttling requests \(HTTP 503\): send fewer/,
    asked: retried
  },
  {
    title: "connection resets",
    faults: [put({ type: "reset" })],
    says: /the connection to 127\.0\.0\.1:\d+ was lost before the response was complete/,
    asked: retried
  }
]

/** A credential provider like AWS's own: each call returns a new session. */
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
    "$title: every image's fate says so, and nothing is submitted",
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

  it.effect("one of two images is denied: neither is submitted", () =>
    Effect.gen(function*() {
      yield* fresh({ match: { path: "/_s3/*/images/coffee.png" }, effect: { type: "deny" } })
      const report = reportOf((yield* run()).exit)
      assert.deepStrictEqual(fates(report), ["UploadFailed", "NotSubmitted"])
      yield* assertNothingSubmitted
    }))

  it.effect("a session that expires in the middle of a batch: is renewed, and the run completes", () =>
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

  it.effect("an expired session that is not renewed: every image's fate says so", () =>
    Effect.gen(function*() {
      const sandbox = yield* fresh()
      const expired = yield* sandbox.issueSession({ lifetime: 0 })
      const secrets = [Redacted.value(expired.secretAccessKey), Redacted.value(expired.sessionToken)]
      const setup = { ...s3With({ credentials: expired }), secrets }
      const report = reportOf((yield* run({}, setup)).exit)
      assert.deepStrictEqual(fates(report), ["UploadFailed", "UploadFailed"])
      for (const text of words(report).values()) {
        assert.match(text, /the AWS session has expired: sign in again, or use a profile that renews itself/)
      }
      yield* assertNothingSubmitted
    }))

  it.effect("a session that expires mid-batch without renewal: names what was sent, and the next run completes", () =>
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
