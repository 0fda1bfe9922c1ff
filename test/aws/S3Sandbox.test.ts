/** The store against an S3 that verifies everything and fails on request. */
import * as Sdk from "@aws-sdk/client-s3"
import { assert, layer } from "@effect/vitest"
import { S3Client, S3ObjectStore } from "@iiif-ingest/aws"
import * as ObjectStore from "@iiif-ingest/core/upload/ObjectStore"
import type { ObjectStoreError, ObjectStoreReason } from "@iiif-ingest/core/upload/ObjectStoreError"
import type { FaultEffect } from "@iiif-ingest/sandbox/Faults"
import { Sandbox } from "@iiif-ingest/sandbox/Sandbox"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { readFile } from "node:fs/promises"
import { crc32 } from "node:zlib"
import { sandboxClient, sandboxStore } from "./support/sandboxStore.ts"

const MiB = 1024 * 1024
const info = { contentType: "image/png", metadata: { "file-name": "caf%C3%A9.png", note: "two words" } }

const put = (key: string, length = 100) =>
  ObjectStore.ObjectStore.use((store) => store.put(key, ObjectStore.bytes(new Uint8Array(length)), info))

const failing = <R>(effect: Effect.Effect<unknown, ObjectStoreError, R>, tag: ObjectStoreReason["_tag"]) =>
  Effect.map(Effect.flip(effect), ({ reason }) => {
    assert.strictEqual(reason._tag, tag, reason.message)
    return reason
  })

const stored = (key: string) =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox
    return yield* sandbox.object(sandbox.s3.bucket, key)
  })

/** Injects a fault into the next matching request. */
const failNext = (op: string, effect: FaultEffect) =>
  Sandbox.use((sandbox) => sandbox.faults.set([{ match: { op }, times: 1, effect }]))

layer(Sandbox.layer(), { excludeTestServices: true })("S3ObjectStore over a strict S3", (it) => {
  it.effect("stores the content type and metadata unchanged", () =>
    Effect.gen(function*() {
      yield* put("info.png")
      const object = Option.getOrThrow(yield* stored("info.png"))
      assert.strictEqual(object.contentType, info.contentType)
      assert.deepStrictEqual(object.metadata, info.metadata)
    }).pipe(Effect.provide(sandboxStore())))

  it.effect("sends a long stream byte for byte, also to a store without CRC-32 support", () =>
    Effect.gen(function*() {
      const bytes = new Uint8Array(18 * MiB).map((_, i) => (i * 2654435761) >>> 13)
      const body = ObjectStore.stream(
        Stream.range(0, 17).pipe(Stream.map((i) => bytes.subarray(i * MiB, (i + 1) * MiB))),
        bytes.length
      )
      for (const checksums of ["whenSupported", "whenRequired"] as const) {
        const key = `stream-${checksums}.png`
        yield* ObjectStore.ObjectStore.use((store) => store.put(key, body, info)).pipe(
          Effect.provide(sandboxStore({ checksums }))
        )
        const { file } = Option.getOrThrow(yield* stored(key))
        assert.strictEqual(crc32(yield* Effect.promise(() => readFile(file))), crc32(bytes))
      }
    }))

  it.effect("reports a wrong secret and an unknown access key", () =>
    Effect.gen(function*() {
      const { s3 } = yield* Sandbox
      const wrong = { accessKeyId: s3.accessKeyId, secretAccessKey: Redacted.make("wrong") }
      const unknown = { accessKeyId: "SANDBOXNOBODY", secretAccessKey: s3.secretAccessKey }
      for (const credentials of [wrong, unknown]) {
        for (const length of [100, 10 * MiB]) {
          yield* failing(put("credentials.png", length), "InvalidCredentials").pipe(
            Effect.provide(sandboxStore({ credentials }))
          )
        }
      }
      assert.isTrue(Option.isNone(yield* stored("credentials.png")))
    }))

  it.effect("reports a wrong region, and names the right one", () =>
    Effect.gen(function*() {
      const { s3 } = yield* Sandbox
      const reason = yield* failing(put("region.png"), "WrongRegion").pipe(
        Effect.provide(sandboxStore({ region: "eu-west-1" }))
      )
      assert.include(reason.message, `not in region eu-west-1 but in ${s3.region}`)
    }))

  it.effect("reports a missing bucket", () =>
    Effect.gen(function*() {
      const store = yield* ObjectStore.ObjectStore
      yield* failing(put("bucket.png"), "NoSuchBucket")
      yield* failing(store.begin("bucket.png", info), "NoSuchBucket")
    }).pipe(Effect.provide(Layer.provide(S3ObjectStore.layerBucket("no.such.bucket"), sandboxClient()))))

  it.effect("reports clock skew", () =>
    Effect.gen(function*() {
      const { s3 } = yield* Sandbox
      const client = new Sdk.S3Client({
        endpoint: s3.endpoint,
        region: s3.region,
        forcePathStyle: true,
        maxAttempts: 1,
        systemClockOffset: 3_600_000,
        credentials: { accessKeyId: s3.accessKeyId, secretAccessKey: Redacted.value(s3.secretAccessKey) }
      })
      yield* failing(put("clock.png"), "ClockSkew").pipe(
        Effect.provide(Layer.provide(S3ObjectStore.layerBucket(s3.bucket), S3Client.layerFrom(client))),
        Effect.ensuring(Effect.sync(() => client.destroy()))
      )
    }))

  it.effect("accepts session credentials, and reports when they expire", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox
      const credentials = yield* sandbox.issueSession({ lifetime: "1 hour" })
      yield* Effect.gen(function*() {
        yield* put("session.png")
        yield* failNext("PutObject", { type: "expiredToken" })
        yield* failing(put("session.png"), "ExpiredCredentials")
        yield* put("session.png")
      }).pipe(Effect.provide(sandboxStore({ credentials })))
    }))

  it.effect("reports denied, throttled and proxied replies", () =>
    Effect.gen(function*() {
      yield* failNext("PutObject", { type: "deny" })
      yield* failing(put("fault.png"), "AccessDenied")
      yield* failNext("HeadObject", { type: "deny" })
      yield* failing(ObjectStore.ObjectStore.use((store) => store.head("fault.png")), "AccessDenied")
      yield* failNext("PutObject", { type: "throttle", retryAfterSeconds: 2 })
      const throttled = yield* failing(put("fault.png"), "Throttled")
      assert.deepStrictEqual(throttled._tag === "Throttled" && throttled.retryAfter, Duration.seconds(2))
      yield* failNext("PutObject", { type: "html", status: 403 })
      yield* failing(put("fault.png"), "Undecodable")
      yield* failNext("CreateMultipartUpload", { type: "html", status: 502 })
      yield* failing(ObjectStore.ObjectStore.use((store) => store.begin("fault.png", info)), "Unavailable")
      assert.isTrue(Option.isNone(yield* stored("fault.png")))
    }).pipe(Effect.provide(sandboxStore())))

  it.effect("reports an unknown outcome if the reply is lost", () =>
    Effect.gen(function*() {
      yield* failNext("PutObject", { type: "lostReply" })
      const lost = yield* failing(put("lost.png"), "ConnectionLost")
      assert.strictEqual("outcome" in lost && lost.outcome, "unknown")
      assert.isTrue(Option.isSome(yield* stored("lost.png")))
    }).pipe(Effect.provide(sandboxStore())))

  it.effect("stores nothing if the connection is lost inside a body", () =>
    Effect.gen(function*() {
      for (const length of [300_000, 20 * MiB]) {
        yield* failNext("PutObject", { type: "reset", afterRequestBytes: 200_000 })
        const body = ObjectStore.stream(
          Stream.range(1, length / 10_000).pipe(Stream.map(() => new Uint8Array(10_000))),
          Math.floor(length / 10_000) * 10_000
        )
        yield* failing(ObjectStore.ObjectStore.use((store) => store.put("reset.png", body, info)), "ConnectionLost")
        assert.isTrue(Option.isNone(yield* stored("reset.png")))
      }
    }).pipe(Effect.provide(sandboxStore())))

  it.effect("leaves nothing behind when interrupted", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox
      for (
        const body of [
          ObjectStore.bytes(new Uint8Array(1000)),
          ObjectStore.stream(Stream.concat(Stream.succeed(new Uint8Array(MiB)), Stream.never), 20 * MiB)
        ]
      ) {
        yield* sandbox.reset
        yield* sandbox.faults.set([{ match: { op: "PutObject" }, effect: { type: "delay", millis: 60_000 } }])
        const fiber = yield* Effect.forkChild(
          ObjectStore.ObjectStore.use((store) => store.put("stopped.png", body, info))
        )
        yield* sandbox.awaitRequest(({ op }) => op === "PutObject")
        yield* Fiber.interrupt(fiber)
        yield* sandbox.awaitIdle
        assert.isTrue(Option.isNone(yield* stored("stopped.png")))
      }
      yield* sandbox.reset
    }).pipe(Effect.provide(sandboxStore())))
})
