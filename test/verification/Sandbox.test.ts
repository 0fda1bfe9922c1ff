/** Verification and audits against the sandbox, over real sockets, with the journal in a file. */
import { NodeFileSystem } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import {
  Audit,
  Holdings,
  IngestImage,
  IngestProgram,
  IngestReport,
  Pace,
  Subset,
  Verification
} from "@iiif-ingest/core"
import { type Faults, Sandbox } from "@iiif-ingest/sandbox"
import { Clock, Effect, FileSystem, Layer, Result } from "effect"
import { Credentials, Live } from "iiif-ingest"
import { sandboxSettings } from "../../examples/support/sandboxLayers.ts"
import { images, pathOf, pictures } from "../support/pictures.ts"
import { short } from "../support/policies.ts"

const live = Layer.unwrap(Effect.gen(function*() {
  const sandbox = yield* Sandbox.Sandbox
  const folder = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
  return Live.layer({
    config: sandboxSettings(sandbox),
    credentials: { issuer: sandbox.issuer, kid: sandbox.kid, key: Credentials.keyFile(sandbox.privateKeyPath) },
    s3: { region: sandbox.s3.region, credentials: sandbox.s3 },
    journal: { path: `${folder}/journal.sqlite` }
  })
}))

const services = Layer.merge(Verification.layer, Audit.layer).pipe(
  Layer.provideMerge(live),
  Layer.provideMerge(Sandbox.Sandbox.layer()),
  Layer.provide(NodeFileSystem.layer)
)

const ingest = (name: string) => IngestProgram.ingestProgram({ images, manifest: { name, label: name } })

const verdicts = ({ manifests }: Verification.VerificationReport) =>
  manifests.flatMap(({ images }) => images.map(({ id, verdict }) => [id.split(":").at(-1), verdict] as const))

const manifestOf = (url: string, options?: Verification.Options) =>
  Verification.Verification.use((service) => service.manifest(url, options))

const audit = (text: string) => Audit.Audit.use(({ run }) => run(Result.getOrThrow(Subset.parse(text))))

const infoOf = (id: string, effect: Faults.FaultEffect): Faults.FaultRule => ({
  match: { op: "ImageInfo", assetId: id },
  effect
})

const withFaults = <A, E, R>(faults: ReadonlyArray<Faults.FaultRule>, run: Effect.Effect<A, E, R>) =>
  Effect.flatMap(
    Sandbox.Sandbox,
    (sandbox) => Effect.andThen(sandbox.faults.set(faults), Effect.ensuring(run, sandbox.faults.clear))
  )

layer(services, { excludeTestServices: true })("on the sandbox", (it) => {
  it.effect("all is ok, in both versions, with one request for each image and each version", () =>
    Effect.gen(function*() {
      const report = yield* ingest("FIVE")
      assert.isTrue(IngestReport.isComplete(report), IngestReport.describe(report))
      const sandbox = yield* Sandbox.Sandbox
      const before = (yield* sandbox.requests()).length
      const found = yield* manifestOf(report.manifestId ?? "")
      assert.isTrue(Verification.isOk(found), Verification.describe(found))
      assert.isUndefined(found.manifests[0]?.evidence.problem)
      assert.deepStrictEqual(verdicts(found), pictures.map(({ id }) => [id, "ok"]))
      assert.isAtMost((yield* sandbox.requests()).length - before, pictures.length + 4)
      const holdings = yield* Holdings.Holdings
      assert.strictEqual(yield* holdings.count, pictures.length + 1)
      assert.strictEqual((yield* holdings.versions(report.manifestId ?? "")).length, 1)
    }).pipe(short))

  it.effect("each oddity has its verdict and evidence", () =>
    Effect.gen(function*() {
      const report = yield* ingest("FIVE")
      const [dead, throttled, challenged, other, fine] = pictures.map(({ id }) => id)
      const found = yield* withFaults(
        [
          infoOf(dead ?? "", { type: "status", status: 404 }),
          infoOf(throttled ?? "", { type: "throttle", retryAfterSeconds: 0 }),
          infoOf(challenged ?? "", { type: "emptyAccepted" }),
          infoOf(other ?? "", {
            type: "malformed",
            body: { "@id": "https://mps.lib.harvard.edu/assets/images/AT:another", width: 600, height: 400 }
          })
        ],
        manifestOf(report.manifestId ?? "", { wait: false })
      )
      assert.deepStrictEqual(verdicts(found), [
        [dead, "missing"],
        [throttled, "unknown"],
        [challenged, "unknown"],
        [other, "wrong"],
        [fine, "ok"]
      ])
      const evidence = found.manifests[0]?.images.map(({ evidence }) => evidence) ?? []
      assert.deepStrictEqual(evidence.map(({ status }) => status), [404, 429, 202, undefined, undefined])
      assert.strictEqual(evidence[2]?.header, "x-amzn-waf-action: challenge")
      assert.match(evidence[3]?.declares ?? "", /AT:another/)
    }).pipe(short))

  it.effect("what is late is waited for", () =>
    Effect.gen(function*() {
      const report = yield* ingest("FIVE")
      const late = { match: { op: "ImageInfo" }, effect: { type: "status", status: 404 }, times: 3 } as const
      const found = yield* withFaults([late], manifestOf(report.manifestId ?? ""))
      assert.isTrue(Verification.isOk(found), Verification.describe(found))
    }).pipe(short))

  it.effect("an audit names what is gone and what was replaced, with since when", () =>
    Effect.gen(function*() {
      yield* ingest("FIVE")
      const first = yield* audit("100%")
      assert.isTrue(Audit.isOk(first), Audit.describe(first))
      // another picture, under the id of one that is there, by someone with another journal
      yield* IngestProgram.ingestProgram({
        images: [IngestImage.file(pathOf("falcon9-dscovr.jpg"), { assetId: "coffee", action: "upsert" })],
        manifest: false
      }).pipe(Effect.provideService(Holdings.Holdings, {
        ...(yield* Holdings.Holdings),
        record: () => Effect.void,
        save: () => Effect.void
      }))
      const report = yield* withFaults(
        [infoOf("retinapyramid", { type: "status", status: 404 })],
        audit("100%")
      )
      assert.sameMembers(
        Audit.lost(report).map(({ holding: { id }, sight: { verdict } }) => `${id} ${verdict}`),
        ["SANDBOX:coffee wrong", "SANDBOX:retinapyramid missing"]
      )
      assert.match(Audit.describe(report), /last served \S+, first seen not to be \S+/)
    }).pipe(short))

  it.effect("the pace is kept", () =>
    Effect.gen(function*() {
      yield* ingest("FIVE")
      const start = yield* Clock.currentTimeMillis
      const report = yield* Effect.provide(audit("4"), Pace.layer({ deliveryPerSecond: 20 }))
      assert.strictEqual(report.audited.length, 4)
      assert.isAtLeast((yield* Clock.currentTimeMillis) - start, 3 * 50)
    }).pipe(short))
})
