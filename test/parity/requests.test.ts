/** The four real requests, rebuilt by this client from the same inputs, and accepted by the sandbox. */
import { assert, describe, it } from "@effect/vitest"
import {
  IngestImage,
  type IngestProgram,
  Job,
  LtsClient,
  type Manifests,
  MpsConfig,
  ObjectStore,
  Status
} from "@iiif-ingest/core"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Layer } from "effect"
import { readFileSync } from "node:fs"
import { sandboxSettings } from "../../examples/support/sandboxLayers.ts"
import { pathOf } from "../support/pictures.ts"
import { short } from "../support/policies.ts"
import { layersWith, sandboxKeys } from "../support/sandboxLayers.ts"
import { account, requestOf } from "./support/memory.ts"
import { picture, sample, sampleText } from "./support/samples.ts"

const page = new URL("../../packages/sandbox/test/fixtures/jpeg2000/page.jp2", import.meta.url)

interface Known {
  readonly file: string
  readonly space: string
  readonly keyPrefix: string
  readonly assetPrefix?: string
  readonly account?: string
  readonly imageSize?: "warn"
  /** The inputs from which the request was made. */
  readonly options: Effect.Effect<IngestProgram.Options>
}

const limits = (authenticated: number, audience: number) => ({
  authenticated: { height: authenticated, width: authenticated },
  public: { height: audience, width: audience }
})

/** The description of the image in both requests with Presentation 2 manifests. */
const ofSpring2022 = (date: string) => ({
  thumbSizes: [150, 300],
  iiifApiVersion: "2" as const,
  createDate: date,
  lastModifiedDate: date,
  policyDefinition: { policy: limits(5000, 5000), thumbnail: limits(250, 250) },
  assetMetadata: [{
    fieldName: "admin",
    jsonValue: {
      name: "Hello there!",
      description: "A test description",
      type: "Standard",
      pages: "120",
      rating: "10",
      shelf: "1A",
      case: "Cabinet 1",
      width: 500,
      height: 500
    }
  }]
})

const harvard = {
  rights: "http://creativecommons.org/licenses/by-sa/3.0/",
  statement: (value: string) => ({ label: "Attribution", value })
}

const april = "2022-04-25 12:36:19"
const november = "2026-11-22 06:46:33"

const v3Pages = [["5GFuCExWrEewNecqfhZKPe", 584], ["hmi96YrbNWzcvxNqAgmZg3", 621], [
  "Dw6EKUzv4H8cFQg6Eq5RKZ",
  621
]] as const

const v3Manifest: Manifests.Description = {
  name: "GENJQDmHuAeKC57iEbJE9Sjsc",
  label: "Test Manifest MCIH",
  metadata: [{ label: "Creator", value: "Unknown" }, { label: "Date", value: "19th Century" }],
  requiredStatement: harvard.statement("Jinah Kim"),
  rights: harvard.rights,
  provider: [
    {
      id: "http://id.loc.gov/authorities/names/n78096930",
      label: "Harvard University - Arts and Humanities Research Computing (organizing org)"
    },
    { id: "http://id.loc.gov/authorities/names/no2008065752", label: "Harvard Art Museum (providing org)" }
  ]
}

/** Recorded from the Python client; without `summary`, which that client drops. */
const recorded: Known = {
  file: "seed-wire/ingest-request.json",
  account: "ataccount",
  space: "atspace",
  keyPrefix: "images",
  assetPrefix: "myapp",
  options: Effect.succeed({
    wire: "iiifingest",
    images: [
      IngestImage.file(pathOf("falcon9-strips.tif"), {
        key: "falcon9-strips.tif",
        assetId: "myapponec3cWHbtXKkEUDJJtzjQ9TE",
        label: "Falcon 9",
        createDate: november,
        lastModifiedDate: november
      }),
      IngestImage.file(pathOf("falcon9-strips.tif"), {
        key: "falcon9.tif",
        assetId: "myapptwoYWc8S6ijcdkKBGukog5Zxw",
        label: "falcon9.tif",
        createDate: november,
        lastModifiedDate: november
      })
    ],
    manifest: {
      name: "WIRETEST",
      label: "Test Manifest",
      metadata: [{ label: "Creator", value: "Unknown" }],
      requiredStatement: harvard.statement("SpaceX"),
      rights: harvard.rights,
      provider: [{ id: "http://id.loc.gov/authorities/names/n78096930", label: "Example Library" }]
    }
  })
}

/** Without labels, so that they default to the ids as in the Python client. */
const v3: Known = {
  file: "mps-samples/ingest-request-v3-manifest.json",
  space: "atmch",
  keyPrefix: "images",
  options: Effect.map(
    Effect.promise(() => Promise.all(v3Pages.map(([, height]) => picture(3600, height)))),
    (tiffs) => ({
      wire: "iiifingest",
      images: tiffs.map((tiff, index) =>
        IngestImage.bytes(tiff, {
          name: `mcihtest${index + 1}.tif`,
          key: `mcihtest${index + 1}.tif`,
          assetId: v3Pages[index]?.[0] ?? "",
          createDate: april,
          lastModifiedDate: april
        })
      ),
      manifest: v3Manifest
    })
  )
}

const known: ReadonlyArray<Known> = [
  {
    file: "mps-samples/ingest-request-known-success.json",
    space: "atomeka",
    keyPrefix: "iiif",
    imageSize: "warn",
    options: Effect.map(Effect.promise(() => picture(3600, 564)), (tiff) => ({
      wire: "iiifingest",
      actionDefault: "update",
      images: [IngestImage.bytes(tiff, {
        name: "27.586.1-cm-2016-02-09.tif",
        key: "27.586.1-cm-2016-02-09.tif",
        id: "OMEKATEST2",
        ...ofSpring2022("2022-03-08 17:14:36")
      })],
      manifest: { asIs: sample("mps-samples/ingest-request-known-success.json").manifest }
    }))
  },
  {
    file: "mps-samples/ingest-request-v2-manifest.json",
    space: "atdarth",
    keyPrefix: "iiif",
    imageSize: "warn",
    options: Effect.sync(() => ({
      wire: "iiifingest",
      actionDefault: "update",
      images: [IngestImage.bytes(readFileSync(page), {
        name: "test-image.jp2",
        key: "test-image.jp2",
        id: "TESTASSET1",
        ...ofSpring2022("2022-01-31 17:56:09")
      })],
      manifest: { asIs: sample("mps-samples/ingest-request-v2-manifest.json").manifest }
    }))
  },
  v3,
  recorded
]

const configOf = ({ account: of = "at", assetPrefix = "", keyPrefix, space }: Known): MpsConfig.Options => ({
  ...account,
  account: of,
  space,
  keyPrefix,
  assetPrefix
})

/** A sandbox with the names of a real account, and this client's layers for it. */
const sandboxOf = (sample: Known) => {
  const { account: of, namespace, space } = configOf(sample)
  const sandbox = Sandbox.Sandbox.layer({
    account: of,
    namespace,
    space,
    bucket: `edu.harvard.huit.lts.mps.${of}-${space}-qa`,
    ...(sample.imageSize === undefined ? {} : { imageSize: sample.imageSize })
  })
  const config = Layer.unwrap(Effect.map(Sandbox.Sandbox, (sandbox) => MpsConfig.layer(sandboxSettings(sandbox))))
  return Layer.provideMerge(layersWith(config, sandboxKeys), sandbox)
}

describe("real requests", () => {
  for (const sample_ of known) {
    it.effect(`${sample_.file} is rebuilt value for value`, () =>
      Effect.gen(function*() {
        const request = yield* requestOf(yield* sample_.options, configOf(sample_))
        assert.deepStrictEqual<unknown>(request, JSON.parse(sampleText(sample_.file)))
      }))

    it.live(`the sandbox accepts ${sample_.file}, and its job succeeds`, () =>
      Effect.gen(function*() {
        const request = sample(sample_.file)
        const { images } = yield* sample_.options
        const store = yield* ObjectStore.ObjectStore
        const client = yield* LtsClient.LtsClient
        const status = yield* Status.Status
        yield* Effect.forEach(request.assets.image, ({ storageSrcKey, storageSrcPath }, index) => {
          const image = images[index]?.source
          const body = image?._tag === "BytesSource"
            ? ObjectStore.bytes(image.bytes)
            : ObjectStore.fileRange(pathOf("falcon9-strips.tif"), 0, 403_104)
          return store.put(`${storageSrcPath}${storageSrcKey}`, body, { contentType: "image/tiff", metadata: {} })
        })
        const { identifiers, jobId } = yield* client.initialize(request)
        assert.deepStrictEqual(identifiers, request.assets.image.map(({ identifier }) => identifier))
        const { errors, job } = yield* status.await(jobId)
        assert.deepStrictEqual([Job.phase(job), errors], ["Succeeded", []])
      }).pipe(short, Effect.provide(sandboxOf(sample_))))
  }

  it.effect("the recorded request is rebuilt to the Python client's exact JSON text", () =>
    Effect.gen(function*() {
      const request = yield* requestOf(yield* recorded.options, configOf(recorded))
      assert.strictEqual(JSON.stringify(request), JSON.stringify(JSON.parse(sampleText(recorded.file))))
    }))

  it.effect("the Presentation 3 manifest of 2022, with its name and its ids as labels, is rebuilt to the same text", () =>
    Effect.gen(function*() {
      const { manifest } = yield* requestOf(yield* v3.options, configOf(v3))
      assert.strictEqual(JSON.stringify(manifest), JSON.stringify(JSON.parse(sampleText(v3.file)).manifest))
    }))
})

describe("the default form for the same inputs", () => {
  it.effect("differs from the Python client's only where that is wrong", () =>
    Effect.gen(function*() {
      const { wire: _, ...options } = yield* recorded.options
      const request = yield* requestOf(options, configOf(recorded))
      const pythonClient = sample(recorded.file)
      assert.deepStrictEqual({ ...request, manifest: {} }, { ...pythonClient, manifest: {} })
      const text = JSON.stringify(request.manifest)
      assert.include(text, "/full/max/0/default.jpg\",\"type\":\"Image\",\"format\":\"image/jpeg\"")
      assert.notInclude(text, "image/tiff")
      assert.include(text, "\"@type\":\"ImageService2\",\"profile\":\"http://iiif.io/api/image/2/level2.json\"")
      assert.include(text, "\"thumbnail\":[")
      assert.deepStrictEqual(request.manifest["label"], { none: ["Test Manifest"] })
      assert.deepStrictEqual(
        Object.keys(request.manifest).filter((key) => key !== "thumbnail"),
        Object.keys(pythonClient.manifest)
      )
    }))
})
