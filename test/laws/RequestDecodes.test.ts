import { assert, describe, it } from "@effect/vitest"
import {
  Ids,
  ImageSource,
  Ingest,
  IngestImage,
  IngestRequest,
  Journal,
  LtsClient,
  MpsConfig,
  UploadedAsset
} from "@iiif-ingest/core"
import { IngestRequest as SandboxRequest } from "@iiif-ingest/sandbox"
import { Effect, Layer, Schema } from "effect"

const { fields } = IngestImage.Description

/** Everything that a request can contain about an asset; labels of canvases belong to the manifest. */
const Given = Schema.Struct({
  id: Ids.AssetId,
  width: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 })),
  height: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 })),
  extension: Schema.Literals(["tif", "jpg", "png", "jp2"]),
  how: Schema.Literals(["sent", "replaced", "resumed", "identical"]),
  crc32: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 0xffff_ffff })),
  description: Schema.Struct({
    space: fields.space,
    agent: fields.agent,
    action: fields.action,
    iiifApiVersion: fields.iiifApiVersion,
    policyDefinition: fields.policyDefinition,
    thumbSizes: fields.thumbSizes,
    assetMetadata: fields.assetMetadata
  })
})

const uploaded = (given: typeof Given.Type): UploadedAsset.UploadedAsset => ({
  asset: {
    id: given.id,
    key: `images/${given.id}.${given.extension}`,
    source: ImageSource.file(`${given.id}.${given.extension}`),
    fingerprint: { size: 1 },
    width: given.width,
    height: given.height,
    mediaType: "image/tiff",
    warnings: []
  },
  crc32: Schema.decodeSync(UploadedAsset.UploadedAsset.fields.crc32)(given.crc32),
  how: given.how
})

const ingest = Ingest.layer.pipe(
  Layer.provide([LtsClient.layerScripted(), Journal.layerMemory]),
  Layer.provide(MpsConfig.layer({
    environment: "qa",
    account: "at",
    space: "atspace",
    namespace: "vpal.harvardonline",
    agent: "atagent"
  }))
)

describe("requests encoded by core", () => {
  it.effect.prop(
    "are decoded by the sandbox in full, for any assets",
    [Schema.Array(Given)],
    ([given]) =>
      Effect.gen(function*() {
        const service = yield* Ingest.Ingest
        const request = yield* service.request({
          assets: given.map(uploaded),
          descriptions: new Map(given.map(({ description, id }) => [id, description]))
        })
        const wire: unknown = JSON.parse(
          JSON.stringify(yield* Schema.encodeEffect(IngestRequest.IngestRequest)(request))
        )
        const decoded = yield* SandboxRequest.decode(wire)
        assert.deepStrictEqual(JSON.parse(JSON.stringify(decoded)), wire)
        assert.strictEqual(decoded.assets.image.length, given.length)
        for (const [i, image] of decoded.assets.image.entries()) {
          assert.deepStrictEqual(SandboxRequest.imageSize(image), { width: given[i]?.width, height: given[i]?.height })
        }
      }).pipe(Effect.provide(ingest))
  )
})
