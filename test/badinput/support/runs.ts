/** End-to-end runs against the sandbox in the context, watched for leaked secrets, with some parts replaced. */
import { NodeHttpClient, NodeServices } from "@effect/platform-node"
import { assert } from "@effect/vitest"
import { S3Client, S3ObjectStore } from "@iiif-ingest/aws"
import {
  type Credentials,
  Fate,
  IngestImage,
  IngestProgram,
  IngestReport,
  Journal,
  MpsConfig,
  RetryPolicy,
  TokenSigner
} from "@iiif-ingest/core"
import { HttpDelivery, HttpLtsClient } from "@iiif-ingest/lts-http"
import { type Faults, Sandbox } from "@iiif-ingest/sandbox"
import { Duration, Effect, Exit, Layer, Option, Redacted, Schedule } from "effect"
import { sandboxSettings } from "../../../examples/support/sandboxLayers.ts"
import { pathOf } from "../../support/pictures.ts"
import { shortPolicy } from "../../support/policies.ts"
import { sandboxKeys } from "../../support/sandboxLayers.ts"
import { Handed, watched } from "./secrets.ts"

type Running = Sandbox.Sandbox["Service"]

/** What to replace in the default setup for the sandbox. */
export interface Setup {
  readonly config?: (own: MpsConfig.Options) => MpsConfig.Options
  readonly keys?: (sandbox: Running) => ReturnType<typeof Credentials.layer>
  readonly s3?: (sandbox: Running) => Layer.Layer<S3Client.S3Client>
  readonly http?: HttpLtsClient.Options
  readonly policy?: Partial<RetryPolicy.Policy>
  readonly secrets?: ReadonlyArray<string>
}

const sandboxS3 = ({ s3 }: Running) => S3Client.layer({ endpoint: s3.endpoint, region: s3.region, credentials: s3 })

/** A signer that reports the tokens it issues to the watcher. */
const signer = Layer.effect(
  TokenSigner.TokenSigner,
  Effect.gen(function*() {
    const handed = yield* Handed
    const signer = yield* TokenSigner.TokenSigner
    return TokenSigner.TokenSigner.of({
      ...signer,
      token: Effect.tap(signer.token, (token) => Effect.sync(() => handed(Redacted.value(token))))
    })
  })
).pipe(Layer.provide(TokenSigner.layer))

/** All services of a run over real sockets. */
export const layers = (setup: Setup = {}) =>
  Layer.unwrap(Effect.map(Sandbox.Sandbox, (sandbox) => {
    const own = sandboxSettings(sandbox)
    return IngestProgram.layer().pipe(
      Layer.provideMerge(Layer.mergeAll(
        S3ObjectStore.layer(),
        HttpLtsClient.layer(setup.http ?? {}),
        HttpDelivery.layer(),
        Journal.layerMemory
      )),
      Layer.provideMerge(Layer.mergeAll((setup.s3 ?? sandboxS3)(sandbox), signer, NodeHttpClient.layerUndici)),
      Layer.provideMerge(Layer.mergeAll(
        MpsConfig.layer(setup.config === undefined ? own : setup.config(own)),
        setup.keys === undefined ? sandboxKeys : setup.keys(sandbox)
      )),
      Layer.provideMerge(NodeServices.layer)
    )
  }))

export const coffee = IngestImage.file(pathOf("coffee.png"))
export const falcon = IngestImage.file(pathOf("falcon9-strips.tif"))

/** Waits long enough for images to be served, even on a busy machine. */
const patient: RetryPolicy.Policy = { ...shortPolicy, deliveryLimit: Duration.seconds(20) }

/** Does not wait for images that will never be served. */
export const hurried = { delivery: Schedule.spaced("10 millis"), deliveryLimit: Duration.millis(50) }

/** Runs a program with these services, watched for secrets. */
export const onServices = <A, E, R>(program: Effect.Effect<A, E, R>, setup: Setup = {}) =>
  watched(
    program.pipe(
      Effect.provideService(RetryPolicy.RetryPolicy, { ...patient, ...setup.policy }),
      Effect.provide(layers(setup))
    ),
    setup.secrets
  )

/** Ingests two pictures by default. */
export const run = (options: Partial<IngestProgram.Options> = {}, setup: Setup = {}) =>
  onServices(
    IngestProgram.ingestProgram({ images: [coffee, falcon], manifest: { name: "BAD", label: "Bad" }, ...options }),
    setup
  )

/** Checks that a message is readable, and contains nothing that does not belong in one. */
export const assertClear = (message: string): void => {
  assert.match(message, /\w+ \w+/)
  assert.notMatch(message, /undefined|\[object|NaN/)
  // No terminal control characters, and none that change the text direction.
  assert.notMatch(message.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]/u)
}

/** The result of a run that should succeed. */
export const reportOf = <A, E>(exit: Exit.Exit<A, E>): A => {
  if (Exit.isSuccess(exit)) return exit.value
  return assert.fail(`the run failed: ${String(Option.getOrUndefined(Exit.findErrorOption(exit)) ?? exit)}`)
}

/** The error of a run that should fail, with a clear message that matches. */
export const errorOf = <A, E extends Error>(exit: Exit.Exit<A, E>, ...says: ReadonlyArray<RegExp>): E => {
  if (Exit.isSuccess(exit)) return assert.fail("the run did not fail")
  const error = Exit.findErrorOption(exit)
  if (Option.isNone(error)) return assert.fail(`the run ended without a typed error: ${String(exit)}`)
  assertClear(error.value.message)
  for (const words of says) assert.match(error.value.message, words)
  return error.value
}

export const fates = (report: IngestReport.IngestReport): ReadonlyArray<string> =>
  report.assets.map((asset) => asset.fate._tag)

/** The description of each image's fate, by its source. */
export const words = (report: IngestReport.IngestReport): ReadonlyMap<string, string> =>
  new Map(report.assets.map(({ fate, source }) => {
    const text = Fate.describeAsset(fate)
    assertClear(text)
    return [source, text]
  }))

export const requests = Effect.flatMap(Sandbox.Sandbox, (sandbox) => sandbox.requests())

export const ops = Effect.map(requests, (all) => all.map((request) => request.op))

/** No request was sent. */
export const assertNothingSent = Effect.map(ops, (all) => assert.deepStrictEqual(all, []))

/** Nothing was submitted. */
export const assertNothingSubmitted = Effect.gen(function*() {
  assert.notInclude(yield* ops, "Initialize")
  assert.deepStrictEqual(yield* (yield* Sandbox.Sandbox).jobs.list, [])
})

/** Resets the sandbox, and sets these faults. */
export const fresh = (...faults: ReadonlyArray<Faults.FaultRule>) =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox.Sandbox
    yield* sandbox.reset
    yield* sandbox.faults.set(faults)
    return sandbox
  })
