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

/** Everything that can be said of an asset in a request; text of the canvas is the manifest's concern. */
const Said = Schema.Struct({
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

const uploaded = (said: typeof Said.Type): UploadedAsset.UploadedAsset => ({
  asset: {
    id: said.id,
    key: `images/${said.id}.${said.extension}`,
    source: ImageSource.file(`${said.id}.${said.extension}`),
    fingerprint: { size: 1 },
    width: said.width,
    height: said.height,
    mediaType: "image/tiff",
    warnings: []
  },
  crc32: Schema.decodeSync(UploadedAsset.UploadedAsset.fields.crc32)(said.crc32),
  how: said.how
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

describe("what core encodes, the sandbox decodes with nothing left over", () => {
  it.effect.prop("whatever is said of the assets", [Schema.Array(Said)], ([said]) =>
    Effect.gen(function*() {
      const service = yield* Ingest.Ingest
      const request = yield* service.request({
        assets: said.map(uploaded),
        descriptions: new Map(said.map(({ description, id }) => [id, description]))
      })
      const wire: unknown = JSON.parse(JSON.stringify(yield* Schema.encodeEffect(IngestRequest.IngestRequest)(request)))
      const decoded = yield* SandboxRequest.decode(wire)
      assert.deepStrictEqual(JSON.parse(JSON.stringify(decoded)), wire)
      assert.strictEqual(decoded.assets.image.length, said.length)
      for (const [i, image] of decoded.assets.image.entries()) {
        assert.deepStrictEqual(SandboxRequest.imageSize(image), { width: said[i]?.width, height: said[i]?.height })
      }
    }).pipe(Effect.provide(ingest)))
})
