import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import * as IngestRequest from "../src/IngestRequest.ts"
import { at } from "./support/client.ts"

const SAMPLES = [
  "mps-samples/ingest-request-known-success.json",
  "mps-samples/ingest-request-v2-manifest.json",
  "mps-samples/ingest-request-v3-manifest.json",
  "seed-wire/ingest-request.json"
]
const sample = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../test/data/${name}`, import.meta.url), "utf8"))

const problemPaths = (body: unknown) =>
  IngestRequest.decode(body).pipe(
    Effect.flip,
    Effect.map((error) => IngestRequest.problems(error).map(({ path }) => path))
  )

const withAsset = (changes: Readonly<Record<string, unknown>>): unknown => {
  const request = sample("seed-wire/ingest-request.json")
  const asset = at(request, "assets", "image", 0)
  return {
    ...(typeof request === "object" ? request : {}),
    assets: { audio: [], video: [], text: [], image: [{ ...(typeof asset === "object" ? asset : {}), ...changes }] }
  }
}

describe("decode", () => {
  it.effect.each(SAMPLES)("accepts %s unchanged", (name) =>
    Effect.gen(function*() {
      const body = sample(name)
      assert.deepStrictEqual<unknown>(yield* IngestRequest.decode(body), body)
    }))

  it.effect.each<readonly [string, Readonly<Record<string, unknown>>]>([
    ["identifier", { identifier: "NONAMESPACE" }],
    ["identifier", { identifier: "AT:with-dash" }],
    ["action", { action: "delete" }],
    ["storageSrcPath", { storageSrcPath: "images" }],
    ["createDate", { createDate: "2026-11-22T06:46:33Z" }],
    ["iiifApiVersion", { iiifApiVersion: 3 }],
    ["status", { status: "active" }],
    ["unknown", { unknown: true }],
    ["assetMetadata[0].jsonValue", { assetMetadata: [{ fieldName: "imageSize", jsonValue: { width: 0, height: 1 } }] }],
    ["assetMetadata[0].jsonValue", {
      assetMetadata: [{ fieldName: "imageSize", jsonValue: { width: 1, height: 1, depth: 8 } }]
    }]
  ])("rejects an invalid %s", ([field, change]) =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* problemPaths(withAsset(change)), [`assets.image[0].${field}`])
    }))

  it.effect("reports every problem at once without the values", () =>
    Effect.gen(function*() {
      const body = { ...Object(withAsset({ identifier: "se-cret", status: 1 })), extra: 1, metadata: "hush" }
      assert.sameMembers([...(yield* problemPaths(body))], [
        "extra",
        "metadata",
        "assets.image[0].identifier",
        "assets.image[0].status"
      ])
      const error = yield* Effect.flip(IngestRequest.decode(body))
      assert.notMatch(JSON.stringify(IngestRequest.problems(error)), /se-cret|hush/)
    }))
})
