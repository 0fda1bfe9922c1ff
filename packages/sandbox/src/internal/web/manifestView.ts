/**
 * What a page shows of a manifest, read leniently: the sandbox accepts any JSON object as a manifest, so every field may
 * be missing or of another form, and nothing of it is trusted.
 */
import { isReadonlyObject } from "effect/Predicate"
import * as Paintings from "../presentation/paintings.ts"
import * as Links from "./links.ts"

type Fields = Readonly<Record<PropertyKey, unknown>>

/** The values of a language map, in its order. `language` is missing where the document has `none`. */
export interface LanguageText {
  readonly language: string | undefined
  readonly values: ReadonlyArray<string>
}
export type Texts = ReadonlyArray<LanguageText>

export interface LabelledValue {
  readonly label: Texts
  readonly value: Texts
}

export interface LinkView {
  readonly href: string
  readonly label: Texts
  readonly kind: string
}

export interface CanvasView {
  readonly id: string
  readonly label: Texts
  readonly size: string | undefined
  readonly alternative: Texts
  /** Assets of the sandbox that are painted on it. */
  readonly assets: ReadonlyArray<string>
  /** The address of an own thumbnail that the document names. */
  readonly thumbnail: string | undefined
  readonly metadata: ReadonlyArray<LabelledValue>
}

export interface RangeView {
  readonly label: Texts
  /** Positions of canvases, and further ranges. */
  readonly items: ReadonlyArray<number | RangeView>
}

export interface ManifestView {
  readonly label: Texts
  readonly summary: Texts
  readonly metadata: ReadonlyArray<LabelledValue>
  readonly requiredStatement: LabelledValue | undefined
  readonly rights: string | undefined
  readonly links: ReadonlyArray<LinkView>
  readonly canvases: ReadonlyArray<CanvasView>
  readonly ranges: ReadonlyArray<RangeView>
}

const MAX_DEPTH = 16

const objects = (value: unknown): ReadonlyArray<Fields> =>
  (Array.isArray(value) ? value : [value]).filter(isReadonlyObject)
const text = (value: unknown): string | undefined => typeof value === "string" ? value : undefined
const strings = (value: unknown): ReadonlyArray<string> =>
  (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === "string")

const texts = (value: unknown): Texts => {
  if (typeof value === "string") return [{ language: undefined, values: [value] }]
  return objects(value).slice(0, 1).flatMap((map) =>
    Object.entries(map).map(([language, values]) => ({
      language: language === "none" ? undefined : language,
      values: strings(values)
    }))
  ).filter(({ values }) => values.length > 0)
}

const labelled = (value: unknown): ReadonlyArray<LabelledValue> =>
  objects(value).map((one) => ({ label: texts(one["label"]), value: texts(one["value"]) }))

const LINK_KINDS = ["homepage", "rendering", "seeAlso"]

const links = (manifest: Fields): ReadonlyArray<LinkView> =>
  LINK_KINDS.flatMap((kind) =>
    objects(manifest[kind]).flatMap((one) => {
      const href = Links.followable(text(one["id"]) ?? "")
      return href === undefined ? [] : [{ href, kind, label: texts(one["label"]) }]
    })
  )

/** Annotations that describe the whole canvas in words, as `Presentation4.alternativeText` of `iiif` writes them. */
const alternative = (canvas: Fields, id: string): Texts =>
  objects(canvas["annotations"]).flatMap((page) => objects(page["items"])).filter(({ target }) =>
    strings(target).includes(id) || objects(target).some((one) => one["id"] === id)
  ).flatMap(({ body }) => objects(body)).filter((body) => strings(body["accessibility"]).includes("alternativeText"))
    .map((body) => ({ language: strings(body["language"])[0], values: strings(body["value"]) }))

const canvasView = (base: string) => (canvas: Fields, index: number): CanvasView => {
  const id = text(canvas["id"]) ?? ""
  const { height, width } = canvas
  const assets = Paintings.on(canvas, index + 1).flatMap(({ id = "", services }) =>
    [...services, id].flatMap((address) => Links.assetOf(base, address) ?? [])
  )
  return {
    id,
    label: texts(canvas["label"]),
    size: typeof width === "number" && typeof height === "number" ? `${width} × ${height}` : undefined,
    alternative: alternative(canvas, id),
    assets: [...new Set(assets)],
    thumbnail: objects(canvas["thumbnail"]).map((one) => Links.own(base, text(one["id"]) ?? "")).find(Boolean),
    metadata: labelled(canvas["metadata"])
  }
}

/** A range may name a part of a canvas: `#xywh=…` does not change which canvas it is. */
const withoutFragment = (id: string): string => id.split("#", 1)[0] ?? id

const rangeView = (positions: ReadonlyMap<string, number>, depth: number) => (range: Fields): RangeView => ({
  label: texts(range["label"]),
  items: depth > MAX_DEPTH ? [] : objects(range["items"]).flatMap((item): ReadonlyArray<number | RangeView> => {
    if (item["type"] === "Range" && item["items"] !== undefined) return [rangeView(positions, depth + 1)(item)]
    const source = item["type"] === "SpecificResource" ? item["source"] : item
    const id = text(source) ?? objects(source).map((one) => text(one["id"])).find(Boolean) ?? ""
    const position = positions.get(withoutFragment(id))
    return position === undefined ? [] : [position]
  })
})

/** Reads a Presentation 3 manifest. */
export const make = (manifest: Fields, base: string): ManifestView => {
  const canvases = objects(manifest["items"]).filter(({ type }) => type === "Canvas").map(canvasView(base))
  const positions = new Map(canvases.map(({ id }, index) => [id, index]))
  return {
    label: texts(manifest["label"]),
    summary: texts(manifest["summary"]),
    metadata: labelled(manifest["metadata"]),
    requiredStatement: labelled(manifest["requiredStatement"])[0],
    rights: text(manifest["rights"]),
    links: links(manifest),
    canvases,
    ranges: objects(manifest["structures"]).map(rangeView(positions, 0))
  }
}

/** The first value, for places with room for one. */
export const firstOf = (all: Texts): LanguageText | undefined =>
  all.map(({ language, values }) => ({ language, values: values.slice(0, 1) }))[0]
