/** The tests that every layer of `Delivery` must pass. A driver sets up what each layer serves. */
import { assert, describe, it } from "@effect/vitest"
import { AssetId, ManifestName } from "@iiif-ingest/core/base/Ids"
import { MpsConfig } from "@iiif-ingest/core/config/MpsConfig"
import * as MpsEnvironment from "@iiif-ingest/core/config/MpsEnvironment"
import { Delivery } from "@iiif-ingest/core/mps/Delivery"
import type { Observation } from "@iiif-ingest/core/mps/Delivery"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Schema from "effect/Schema"

export type Found =
  | { readonly _tag: "Served"; readonly json: { readonly [key: string]: Schema.Json } }
  | { readonly _tag: "Withheld"; readonly retryAfterSeconds?: number }
  | { readonly _tag: "Unreadable" }

/** What is served: manifests by `{name}:{version}`, images by asset id. Anything else is absent. */
export interface World {
  readonly manifests?: { readonly [nameAndVersion: string]: Found }
  readonly images?: { readonly [assetId: string]: Found }
}

/** `layer`: a delivery service that serves the given world, and the configuration with its URLs. */
export interface Driver {
  readonly layer: (world: World) => Layer.Layer<Delivery | MpsConfig>
}

const image = AssetId.make("falcon9strips")

const manifestOf = (name: string, version: "2" | "3") =>
  Effect.gen(function*() {
    const { environment, namespace } = yield* MpsConfig
    const delivery = yield* Delivery
    // The id is that of version 3, whichever version is requested.
    const id = MpsEnvironment.manifestUri(environment, namespace, ManifestName.make(name), "3")
    return yield* delivery.manifest(id, version)
  })

const infoOf = (id: AssetId) => Delivery.use((delivery) => delivery.imageInfo(id))

/** The same image by the address of its service. */
const infoAt = (id: AssetId) =>
  Effect.gen(function*() {
    const { environment, namespace } = yield* MpsConfig
    return yield* (yield* Delivery).info(MpsEnvironment.assetUrl(environment, namespace, id))
  })

const all = Effect.gen(function*() {
  return [yield* manifestOf("FALCON", "3"), yield* infoOf(image), yield* infoAt(image)] as ReadonlyArray<
    Observation<unknown>
  >
})

const worldOf = (found: Found): World => ({ manifests: { "FALCON:3": found }, images: { [image]: found } })

export const deliverySuite = (name: string, driver: Driver) =>
  describe(`Delivery: ${name}`, () => {
    it.live("serves a manifest in the requested version", () => {
      const of = (version: number) => ({ version, label: { none: ["Größe \u{1F680}"] }, items: [] })
      return Effect.gen(function*() {
        for (const version of ["2", "3"] as const) {
          const found = yield* manifestOf("FALCON", version)
          assert(found._tag === "Served")
          assert.deepStrictEqual(found.value, of(Number(version)))
          assert.include(found.url, "FALCON")
        }
      }).pipe(
        Effect.provide(driver.layer({
          manifests: { "FALCON:2": { _tag: "Served", json: of(2) }, "FALCON:3": { _tag: "Served", json: of(3) } }
        }))
      )
    })

    it.live("returns an image's declared id and size, and its raw info", () => {
      const json = { id: "https://mps.example/assets/images/AT:falcon9strips", width: 640, height: 427, tiles: [] }
      return Effect.gen(function*() {
        for (const found of [yield* infoOf(image), yield* infoAt(image)]) {
          assert(found._tag === "Served")
          const { id, width, height, raw } = found.value
          assert.deepStrictEqual({ id, width, height }, { id: json.id, width: 640, height: 427 })
          assert.deepStrictEqual(raw, json)
        }
      }).pipe(Effect.provide(driver.layer({ images: { [image]: { _tag: "Served", json } } })))
    })

    it.live("reports a missing resource as absent", () =>
      Effect.gen(function*() {
        for (const found of yield* all) {
          assert(found._tag === "Absent")
          assert.strictEqual(found.evidence.status, 404)
        }
      }).pipe(Effect.provide(driver.layer({}))))

    it.live("reports a withheld resource as withheld, with the time to wait", () =>
      Effect.gen(function*() {
        for (const found of yield* all) {
          assert(found._tag === "Withheld")
          assert.strictEqual(found.evidence.status, 429)
          assert.strictEqual(found.retryAfterMillis, 7000)
        }
      }).pipe(Effect.provide(driver.layer(worldOf({ _tag: "Withheld", retryAfterSeconds: 7 })))))

    it.live("reports an unreadable resource, with the reason", () =>
      Effect.gen(function*() {
        for (const found of yield* all) {
          assert(found._tag === "Unreadable")
          assert.match(found.problem, /HTML/)
          assert.include(found.evidence.body, "<html>")
        }
      }).pipe(Effect.provide(driver.layer(worldOf({ _tag: "Unreadable" })))))
  })
