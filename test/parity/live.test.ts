/** What the Python client can name, ingested by the live layer into a sandbox, and into memory. */
import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Delivery, Ids, IngestImage, IngestProgram, IngestReport, ObjectStore, TestMps } from "@iiif-ingest/core"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Layer, Option } from "effect"
import { Credentials, Live } from "iiif-ingest"
import { sandboxSettings, withSandbox } from "../../examples/support/sandboxLayers.ts"
import { pathOf } from "../support/pictures.ts"
import { short } from "../support/policies.ts"

const coffee = pathOf("coffee.png")
const pyramid = pathOf("retina-pyramid.tif")

const inMemory = TestMps.layer({ jobDuration: "5 millis" }).pipe(Layer.provideMerge(NodeFileSystem.layer))

type Needs = Effect.Services<ReturnType<typeof IngestProgram.ingestProgram>>

const worlds: ReadonlyArray<
  readonly [world: string, Layer.Layer<Needs | Delivery.Delivery | ObjectStore.ObjectStore, unknown>]
> = [
  ["the sandbox", withSandbox],
  ["memory", inMemory]
]

const complete = (options: IngestProgram.Options) =>
  IngestProgram.ingestProgram(options).pipe(
    short,
    Effect.tap((report) => Effect.sync(() => assert.isTrue(IngestReport.isComplete(report), JSON.stringify(report))))
  )

/** Sizes as they are served. */
const sizes = ({ assets }: IngestReport.IngestReport) =>
  assets.map(({ fate }) => fate._tag === "Served" ? `${fate.width} x ${fate.height}` : fate._tag)

describe("manifests with the Python client's names", () => {
  for (const [world, layer] of worlds) {
    for (const name of ["functional_test", "GENJQDmHuAeKC57iEbJE9Sjsc", "!$&'()*+,;=@-._~"]) {
      it.live(`${name} is ingested into ${world} and served under that name`, () =>
        Effect.gen(function*() {
          const report = yield* complete({ images: [IngestImage.file(coffee)], manifest: { name, label: "x" } })
          assert.include(report.manifestId ?? "", `:${name}:MANIFEST:3`)
        }).pipe(Effect.provide(layer)))
    }

    it.live(`names that differ only by case are one manifest in ${world}`, () =>
      Effect.gen(function*() {
        const delivery = yield* Delivery.Delivery
        for (const [name, path] of [["Hamlet", coffee], ["HAMLET", pyramid]] as const) {
          const report = yield* complete({ images: [IngestImage.file(path)], manifest: { name, label: name } })
          const id = Ids.ManifestUri.make((report.manifestId ?? "").replace(name, "hamlet"))
          const seen = yield* delivery.manifest(id, "3")
          assert(seen._tag === "Served")
          assert.deepInclude(seen.value, { label: { none: [name] } })
        }
      }).pipe(Effect.provide(layer)))
  }
})

describe("objects at the bucket's root", () => {
  for (const [world, layer] of worlds) {
    for (const wire of ["mps", "iiifingest"] as const) {
      it.live(`are ingested into ${world} with wire ${wire}`, () =>
        Effect.gen(function*() {
          const report = yield* complete({
            wire,
            images: [
              IngestImage.file(coffee, { keyPrefix: "/", key: "cup.png" }),
              IngestImage.file(pyramid)
            ],
            manifest: { name: "ROOT", label: "x" }
          })
          assert.deepStrictEqual(sizes(report), ["600 x 400", "1411 x 1411"])
          const store = yield* ObjectStore.ObjectStore
          for (const key of ["cup.png", "images/retinapyramid.tif"]) {
            assert.isTrue(Option.isSome(yield* store.head(key)), key)
          }
        }).pipe(Effect.provide(layer)))
    }
  }

  it.live("are there when the configuration asks for the root", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const live = Live.layer({
        config: { ...sandboxSettings(sandbox), keyPrefix: "/" },
        credentials: { issuer: sandbox.issuer, kid: sandbox.kid, key: Credentials.keyFile(sandbox.privateKeyPath) },
        s3: { region: sandbox.s3.region, credentials: sandbox.s3 },
        journal: "memory"
      })
      yield* complete({ images: [IngestImage.file(coffee)], manifest: { name: "ROOT", label: "x" } }).pipe(
        Effect.provide(live)
      )
      assert.isTrue(Option.isSome(yield* sandbox.object(sandbox.s3.bucket, "coffee.png")))
    }).pipe(Effect.provide(Sandbox.Sandbox.layer())))
})

describe("an existing asset", () => {
  it.live("is updated by its whole id, whatever prefix and random parts new assets get", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const live = (assetPrefix: string) =>
        Live.layer({
          config: { ...sandboxSettings(sandbox), assetPrefix },
          credentials: { issuer: sandbox.issuer, kid: sandbox.kid, key: Credentials.keyFile(sandbox.privateKeyPath) },
          s3: { region: sandbox.s3.region, credentials: sandbox.s3 },
          journal: "memory"
        })
      const manifest = { name: "ONE", label: "x" }
      const made = yield* complete({ images: [IngestImage.file(coffee, { id: "cup" })], manifest, randomIds: true })
        .pipe(
          Effect.provide(live("old"))
        )
      const id = made.assets[0]?.id ?? ""
      assert.match(id, /^oldcup[A-Za-z0-9]{22}$/)
      const updated = yield* complete({
        images: [IngestImage.file(pyramid, { assetId: id, action: "update" })],
        manifest,
        randomIds: true
      }).pipe(Effect.provide(live("new")))
      assert.deepStrictEqual<ReadonlyArray<unknown>>(updated.assets.map(({ id }) => id), [id])
      assert.deepStrictEqual(sizes(updated), ["1411 x 1411"])
    }).pipe(Effect.provide(Sandbox.Sandbox.layer())))
})

describe("the same file given twice", () => {
  it.live("is refused in words that say so, and nothing is sent", () =>
    Effect.gen(function*() {
      const report = yield* IngestProgram.ingestProgram({
        images: [IngestImage.file(coffee), IngestImage.file(coffee)],
        manifest: { label: "x" }
      })
      assert.deepStrictEqual(
        report.assets.map(({ fate }) => fate._tag === "Refused" ? fate.problem : fate._tag),
        Array.from(
          { length: 2 },
          () =>
            "it is the same file given twice, each time with the id coffee: give it once, or each time an id of its own"
        )
      )
      const mps = yield* TestMps.TestMps
      assert.deepStrictEqual(yield* mps.calls, [])
    }).pipe(Effect.provide(inMemory)))
})
