import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import {
  Delivery,
  IngestImage,
  IngestProgram,
  IngestReport,
  Journal,
  LtsClient,
  MpsConfig,
  ObjectStore,
  Progress,
  RetryPolicy
} from "@iiif-ingest/core"
import { Duration, Effect, Layer, Schedule } from "effect"
import * as Path from "node:path"

const pictures = [
  ["hubble-deep-field.jpg", 1000, 872],
  ["falcon9-dscovr.jpg", 640, 427],
  ["falcon9-strips.tif", 640, 427],
  ["coffee.png", 600, 400],
  ["retina-pyramid.tif", 1411, 1411]
] as const

const pathOf = (name: string) => Path.resolve(import.meta.dirname, "../../../examples/images", name)

const images = pictures.map(([name]) => IngestImage.file(pathOf(name)))

const sizes = new Map(
  pictures.map(([name, width, height]) => [name.replace(/\.\w+$/, "").replace(/\W/g, ""), { width, height }])
)

const config = MpsConfig.layer({
  environment: "qa",
  account: "at",
  space: "atspace",
  namespace: "at",
  agent: "atagent"
})

const delivered = (broken: ReadonlyArray<string> = []) =>
  Delivery.layerScripted({
    manifest: (id) =>
      Delivery.served(id, { items: pictures.map(([, width, height]) => ({ type: "Canvas", width, height })) }),
    imageInfo: (id) => {
      const size = sizes.get(id)
      return size === undefined || broken.includes(id)
        ? Delivery.absent(id)
        : Delivery.served(id, { id, ...size, raw: {} })
    }
  })

const quick = Effect.provideService(RetryPolicy.RetryPolicy, {
  ...RetryPolicy.standard,
  poll: Schedule.recurs(20),
  delivery: Schedule.recurs(1),
  deliveryLimit: Duration.seconds(1)
})

const inMemory = (options: {
  readonly lts?: LtsClient.Script
  readonly broken?: ReadonlyArray<string>
} = {}) =>
  IngestProgram.layer().pipe(
    Layer.provideMerge(Layer.mergeAll(
      ObjectStore.layerMemory,
      LtsClient.layerScripted(options.lts),
      delivered(options.broken),
      Journal.layerMemory
    )),
    Layer.provideMerge(config),
    Layer.provideMerge(NodeFileSystem.layer)
  )

const fates = (report: IngestReport.IngestReport) => report.assets.map((asset) => asset.fate._tag)

describe("ingestProgram in memory", () => {
  it.effect("ingests five images in memory, without a network", () =>
    Effect.gen(function*() {
      const seen: Array<string> = []
      const report = yield* IngestProgram.ingestProgram({ images, manifest: { name: "FIVE", label: "Five pictures" } })
        .pipe(
          Effect.provide(Progress.layer((event) => Effect.sync(() => void seen.push(event._tag))))
        )
      assert.isTrue(IngestReport.isComplete(report))
      assert.deepStrictEqual(fates(report), Array.from(pictures, () => "Served"))
      assert.strictEqual(report.manifestId, "https://nrs-qa.lib.harvard.edu/URN-3:AT:FIVE:MANIFEST:3")
      assert.strictEqual(seen.filter((tag) => tag === "Uploaded").length, 5)
      assert.deepStrictEqual([...new Set(seen)], [
        "Probed",
        "UploadStarted",
        "Uploaded",
        "ManifestBuilt",
        "Submitted",
        "JobSeen",
        "Verified"
      ])
    }).pipe(quick, Effect.provide(inMemory())))
})
