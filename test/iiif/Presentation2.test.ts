/** The conversions from and to Presentation 2, tested with the official schema and with `@iiif/parser`. */
import { assert, describe, it } from "@effect/vitest"
import * as Presentation2 from "@iiif-ingest/iiif/Presentation2"
import { upgrade } from "@iiif/parser/upgrader"
import { Effect } from "effect"
import { randomCollection, randomManifest } from "../../packages/iiif/test/support/presentation2.ts"
import { officialMissing, officialProblems } from "../support/iiif.ts"
import { manifests } from "./support/built.ts"

const seeds = Array.from({ length: 200 }, (_, index) => index + 1)

/** Without properties of extensions, which the specification allows everywhere, but not the schema. */
const withoutExtensions = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutExtensions)
  if (typeof value !== "object" || value === null) return value
  const { type } = value as { readonly type?: unknown }
  const isClosed = type === "Manifest" || type === "AnnotationPage"
  return Object.fromEntries(
    Object.entries(value).filter(([key]) => !isClosed || !key.includes(":"))
      .map(([key, inner]) => [key, withoutExtensions(inner)])
  )
}

describe.skipIf(officialMissing !== undefined)(
  `the official schema${officialMissing ? `: ${officialMissing}` : ""}`,
  () => {
    it.effect("accepts manifests that are converted from random ones", () =>
      Effect.gen(function*() {
        for (const seed of seeds) {
          const { manifest } = yield* Presentation2.toPresentation3(randomManifest(seed))
          assert.deepStrictEqual(officialProblems?.(withoutExtensions(manifest)), [], `seed ${seed}`)
        }
      }))

    it.effect("accepts collections that are converted from random ones", () =>
      Effect.gen(function*() {
        for (const seed of seeds) {
          const { collection } = yield* Presentation2.collectionToPresentation3(randomCollection(seed))
          assert.deepStrictEqual(officialProblems?.(withoutExtensions(collection)), [], `seed ${seed}`)
        }
      }))
  }
)

type Fields = { readonly [key: string]: unknown }

const listOf = (value: unknown): ReadonlyArray<Fields> => Array.isArray(value) ? value : []

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null

/** The parser writes services in a form of its own. */
const withoutService = (body: unknown): unknown => {
  const { service: _, ...others } = isFields(body) ? body : { service: undefined }
  return others
}

/** What a reader shows of a manifest: its pages, what is painted on them, and its contents. */
const shown = ({ id, items, label, metadata, structures }: Fields) => ({
  id,
  label,
  metadata: listOf(metadata),
  pages: listOf(items).map(({ height, id, items, label, width }) => ({
    id,
    label,
    width,
    height,
    painted: listOf(items).flatMap(({ items }) => listOf(items)).map(({ body, id, target }) => ({
      id,
      target,
      body: withoutService(body)
    }))
  })),
  contents: listOf(structures).map(({ id, items, label }) => ({ id, label, pages: listOf(items).map(({ id }) => id) }))
})

const copy = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

const ours = (manifest: object) => shown(copy(manifest) as Fields)

const theirs = (document: object) => shown(copy(upgrade(copy(document))) as Fields)

describe("@iiif/parser", () => {
  for (const [name, manifest] of Object.entries(manifests)) {
    it.effect(`reads the Presentation 2 form of ${name} as we do`, () =>
      Effect.gen(function*() {
        const older = yield* Presentation2.fromPresentation3(manifest)
        const { manifest: read } = yield* Presentation2.toPresentation3(older.manifest)
        assert.deepStrictEqual<unknown>(theirs(older.manifest), ours(read))
      }))
  }

  it.effect("reads what it can of pages, labels and contents as we do", () =>
    Effect.gen(function*() {
      const uri = "https://example.org/iiif"
      const canvas = (name: string, resource: object) => ({
        "@id": `${uri}/canvas/${name}`,
        "@type": "sc:Canvas",
        label: [{ "@value": name, "@language": "en" }],
        width: 640,
        height: 427,
        images: [{
          "@id": `${uri}/annotation/${name}`,
          "@type": "oa:Annotation",
          motivation: "sc:painting",
          resource,
          on: `${uri}/canvas/${name}#xywh=0,0,10,10`
        }]
      })
      const image = { "@id": `${uri}/1.jpg`, "@type": "dctypes:Image", format: "image/jpeg", width: 640, height: 427 }
      const document = {
        "@context": Presentation2.context,
        "@id": `${uri}/manifest`,
        "@type": "sc:Manifest",
        label: "Hamlet",
        metadata: [{ label: "Author", value: ["Shakespeare", { "@value": "et autres", "@language": "fr" }] }],
        sequences: [{
          "@id": `${uri}/sequence`,
          "@type": "sc:Sequence",
          canvases: [canvas("1", image), canvas("2", { ...image, "@id": `${uri}/2.jpg` })]
        }],
        structures: [{
          "@id": `${uri}/range/1`,
          "@type": "sc:Range",
          label: "All",
          canvases: [`${uri}/canvas/1`, `${uri}/canvas/2`]
        }]
      }
      const { manifest } = yield* Presentation2.toPresentation3(document)
      assert.deepStrictEqual<unknown>(theirs(document), ours(manifest))
    }))
})
