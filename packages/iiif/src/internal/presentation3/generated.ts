/**
 * How generated values of classes are made whose rules involve several values: what is random is in their own
 * properties, and what they contain is made to fit.
 */
import { isObject } from "effect/Predicate"
import * as Schema from "effect/Schema"
import type { Class, Properties } from "../model/kind.ts"
import { plainOf } from "./registry.ts"
import type { Generated } from "./schema.ts"
import { canvas, collection, manifest, range } from "./structureTables.ts"

type Fields = { readonly [key: string]: unknown }

const fieldsOf = (seed: unknown): Fields => isObject(seed) ? seed : {}

/** The properties that are random: those that contain nothing that refers to something else. */
const own = <P extends Properties>({ properties }: Class<P>): Schema.Codec<unknown> => {
  const dependent = new Set([
    "items",
    "structures",
    "annotations",
    "placeholderCanvas",
    "accompanyingCanvas",
    "start",
    "supplementary",
    "width",
    "height",
    "duration"
  ])
  return Schema.Struct(
    Object.fromEntries(
      Object.entries(properties).filter(([name]) => !dependent.has(name)).map(([name, { kind, level }]) => {
        const plain = kind.plain(plainOf)
        return [name, level === "must" ? plain : Schema.optionalKey(plain)]
      })
    )
  )
}

const painted = (seed: unknown, id: string) => ({
  ...fieldsOf(seed),
  id,
  height: 1000,
  width: 800,
  items: [{
    id: `${id}/page`,
    type: "AnnotationPage",
    items: [{
      id: `${id}/annotation`,
      type: "Annotation",
      motivation: "painting",
      body: { id: `${id}/image.jpg`, type: "Image", format: "image/jpeg", height: 1000, width: 800 },
      target: id
    }]
  }]
})

const generated = (from: () => Schema.Codec<unknown>, make: (seed: unknown) => unknown): Generated => ({
  from: Schema.suspend(from),
  make
})

export const generatedCanvas = generated(
  () => own(canvas),
  (seed) => painted(seed, String(fieldsOf(seed)["id"]))
)

export const generatedRange = generated(
  () => own(range),
  (seed) => ({
    ...fieldsOf(seed),
    items: [{ id: `${String(fieldsOf(seed)["id"])}/canvas`, type: "Canvas" }]
  })
)

export const generatedManifest = generated(
  () => Schema.Struct({ manifest: own(manifest), canvases: Schema.NonEmptyArray(own(canvas)) }),
  (seed) => {
    const { canvases, manifest: given } = fieldsOf(seed)
    const { id } = fieldsOf(given)
    const items = Array.isArray(canvases) ? canvases : []
    return {
      ...fieldsOf(given),
      items: items.map((one, index) => painted(one, `${String(id)}/canvas/${index + 1}`))
    }
  }
)

export const generatedCollection = generated(
  () => own(collection),
  (seed) => ({
    ...fieldsOf(seed),
    items: [{ id: `${String(fieldsOf(seed)["id"])}/manifest`, type: "Manifest", label: { en: ["One"] } }]
  })
)
