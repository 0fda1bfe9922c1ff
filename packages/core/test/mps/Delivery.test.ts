import { assert, describe, it } from "@effect/vitest"
import { AssetId, ManifestUri } from "@iiif-ingest/core/base/Ids"
import * as Reason from "@iiif-ingest/core/base/Reason"
import * as MpsConfig from "@iiif-ingest/core/config/MpsConfig"
import * as Delivery from "@iiif-ingest/core/mps/Delivery"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Schema from "effect/Schema"
import { deliverySuite } from "../../../../test/suites/delivery.ts"
import type { Found, World } from "../../../../test/suites/delivery.ts"

const config = MpsConfig.layer({ environment: "qa", account: "at", space: "space", namespace: "at", agent: "agent" })

const observed = <A>(
  url: string,
  found: Found | undefined,
  decode: (json: { readonly [key: string]: Schema.Json }) => A
): Delivery.Observation<A> => {
  if (found === undefined) return Delivery.absent(url)
  switch (found._tag) {
    case "Served":
      return Delivery.served(url, decode(found.json))
    case "Withheld": {
      const { retryAfterSeconds } = found
      const wait = retryAfterSeconds === undefined ? {} : { retryAfterMillis: retryAfterSeconds * 1000 }
      return { _tag: "Withheld", url, evidence: Reason.evidence(429, ""), ...wait }
    }
    case "Unreadable":
      return { _tag: "Unreadable", url, evidence: Reason.evidence(200, "<html>"), problem: "an HTML page" }
  }
}

const nameOf = (id: ManifestUri) => /URN-3:AT:([A-Z0-9]+):/.exec(id)?.[1] ?? ""

const infoOf = (json: { readonly [key: string]: Schema.Json }) => ({
  id: String(json["id"]),
  width: Number(json["width"]),
  height: Number(json["height"]),
  raw: json
})

const scripted = (world: World) =>
  Delivery.layerScripted({
    manifest: (id, version) => observed(id, world.manifests?.[`${nameOf(id)}:${version}`], (json) => json),
    imageInfo: (id) => observed(id, world.images?.[id], infoOf),
    info: (url) => observed(url, world.images?.[url.split(":").at(-1) ?? ""], infoOf)
  })

deliverySuite("scripted", { layer: (world) => Layer.merge(scripted(world), Layer.orDie(config)) })

describe("layerScripted", () => {
  it.effect("answers Absent to every request without a script", () =>
    Effect.gen(function*() {
      const delivery = yield* Delivery.Delivery
      const manifest = yield* delivery.manifest(ManifestUri.make("https://nrs.example/URN-3:AT:ONE:MANIFEST:3"), "3")
      const info = yield* delivery.imageInfo(AssetId.make("one"))
      const other = yield* delivery.info("https://iiif.example/one")
      assert.deepStrictEqual([manifest._tag, info._tag, other._tag], ["Absent", "Absent", "Absent"])
    }).pipe(Effect.provide(Delivery.layerScripted())))
})
