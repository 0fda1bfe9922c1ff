import * as Schema from "effect/Schema"
import { NavPlace } from "./geo.ts"
import { byField, byType, lazy, list, open } from "./open.ts"
import {
  AnnotationCollection,
  AnnotationPage,
  AnnotationPageOrReference,
  ContentResource,
  Resource,
  SpecificResource
} from "./resources.ts"
import { Service } from "./services.ts"
import { Context, Duration, Id, LabelValue, LanguageMap, NavDate, Reference, Size, ViewingDirection } from "./values.ts"

/**
 * A provider of a resource. Clause 3.1, `provider`.
 *
 * @category models
 * @since 0.1.0
 */
export type Agent = {
  readonly id: string
  readonly type: "Agent"
  readonly label: LanguageMap
  readonly homepage?: ReadonlyArray<ContentResource>
  readonly logo?: ReadonlyArray<Resource>
  readonly seeAlso?: ReadonlyArray<ContentResource>
}

/** The properties that canvases, ranges, manifests and collections share. Clauses 3.1 to 3.3. */
type Described = {
  readonly id: string
  readonly metadata?: ReadonlyArray<LabelValue>
  readonly summary?: LanguageMap
  readonly requiredStatement?: LabelValue
  readonly rights?: string
  readonly provider?: ReadonlyArray<Agent>
  readonly navDate?: string
  readonly navPlace?: NavPlace
  readonly behavior?: ReadonlyArray<string>
  readonly thumbnail?: ReadonlyArray<Resource>
  readonly placeholderCanvas?: Canvas
  readonly accompanyingCanvas?: Canvas
  readonly homepage?: ReadonlyArray<ContentResource>
  readonly seeAlso?: ReadonlyArray<ContentResource>
  readonly rendering?: ReadonlyArray<ContentResource>
  readonly service?: ReadonlyArray<Service>
  readonly partOf?: ReadonlyArray<Reference>
  readonly annotations?: ReadonlyArray<AnnotationPageOrReference>
}

/**
 * A canvas: one page. `width` and `height` give the proportions and coordinates for its content, `duration` its length
 * in seconds; it has either or both. Clause 5.3.
 *
 * @category models
 * @since 0.1.0
 */
export type Canvas = Described & {
  readonly "@context"?: string | ReadonlyArray<string>
  readonly type: "Canvas"
  readonly label?: LanguageMap
  readonly height?: number
  readonly width?: number
  readonly duration?: number
  readonly items: ReadonlyArray<AnnotationPage>
}

/**
 * A reference to a canvas, or to a part of one. Clause 3.4, `start`.
 *
 * @category models
 * @since 0.1.0
 */
export type CanvasReference = Reference<"Canvas"> | SpecificResource

/**
 * A part of a manifest, such as a chapter. Its items are canvases, parts of canvases, and ranges. Clause 5.4.
 *
 * @category models
 * @since 0.1.0
 */
export type Range = Described & {
  readonly type: "Range"
  readonly label?: LanguageMap
  readonly viewingDirection?: ViewingDirection
  readonly start?: CanvasReference
  readonly supplementary?: AnnotationCollection
  readonly items: ReadonlyArray<Range | Reference<"Range"> | Canvas | CanvasReference>
}

/**
 * A manifest: one object, and how to show it. Clause 5.2.
 *
 * @category models
 * @since 0.1.0
 */
export type Manifest = Described & {
  readonly "@context": string | ReadonlyArray<string>
  readonly type: "Manifest"
  readonly label: LanguageMap
  readonly viewingDirection?: ViewingDirection
  readonly start?: CanvasReference
  readonly services?: ReadonlyArray<Service>
  readonly items: readonly [Canvas, ...Array<Canvas>]
  readonly structures?: ReadonlyArray<Range>
}

/**
 * A manifest or a collection within a collection. Clause 5.1.
 *
 * @category models
 * @since 0.1.0
 */
export type CollectionItem = Collection | CollectionMember<"Manifest"> | CollectionMember<"Collection">

/**
 * A reference to a manifest or a collection within a collection. Clause 5.1.
 *
 * @category models
 * @since 0.1.0
 */
export type CollectionMember<Type extends "Manifest" | "Collection"> = Reference<Type> & {
  readonly thumbnail?: ReadonlyArray<Resource>
}

/**
 * An ordered list of manifests and collections. Clause 5.1.
 *
 * @category models
 * @since 0.1.0
 */
export type Collection = Described & {
  readonly "@context"?: string | ReadonlyArray<string>
  readonly type: "Collection"
  readonly label: LanguageMap
  readonly viewingDirection?: ViewingDirection
  readonly services?: ReadonlyArray<Service>
  readonly items: ReadonlyArray<CollectionItem>
}

const text = Schema.optionalKey(Schema.String)

const languages = Schema.optionalKey(LanguageMap)

const canvas = Schema.optionalKey(lazy((): Schema.Codec<Canvas> => Canvas))

/**
 * @category models
 * @since 0.1.0
 */
export const Agent: Schema.Codec<Agent> = open(
  Schema.Struct({
    id: Id,
    type: Schema.Literal("Agent"),
    label: LanguageMap,
    homepage: list(ContentResource),
    logo: list(Resource),
    seeAlso: list(ContentResource)
  })
)

const described = {
  id: Id,
  metadata: list(LabelValue),
  summary: languages,
  requiredStatement: Schema.optionalKey(LabelValue),
  rights: text,
  provider: list(Agent),
  navDate: Schema.optionalKey(NavDate),
  navPlace: Schema.optionalKey(NavPlace),
  behavior: list(Schema.String),
  thumbnail: list(Resource),
  placeholderCanvas: canvas,
  accompanyingCanvas: canvas,
  homepage: list(ContentResource),
  seeAlso: list(ContentResource),
  rendering: list(ContentResource),
  service: list(Service),
  partOf: list(Reference),
  annotations: list(AnnotationPageOrReference)
}

type Extent = { readonly width?: number; readonly height?: number; readonly duration?: number }

const hasExtent = ({ duration, height, width }: Extent): boolean =>
  (width === undefined) === (height === undefined) && (width !== undefined || duration !== undefined)

const canvasFields = {
  ...described,
  "@context": Schema.optionalKey(Context),
  type: Schema.Literal("Canvas"),
  label: languages,
  height: Schema.optionalKey(Size),
  width: Schema.optionalKey(Size),
  duration: Schema.optionalKey(Duration),
  items: Schema.Array(AnnotationPage)
}

/**
 * @category models
 * @since 0.1.0
 */
export const Canvas: Schema.Codec<Canvas> = open(
  Schema.Struct(canvasFields).check(
    Schema.makeFilter(hasExtent, { expected: "both width and height, or a duration, or all three" })
  ),
  Schema.Struct({ ...canvasFields, height: Size, width: Size })
)

const reference = <const Type extends string>(type: Type): Schema.Codec<Reference<Type>> =>
  open(Schema.Struct({ id: Id, type: Schema.Literal(type), label: languages }))

/**
 * @category models
 * @since 0.1.0
 */
export const CanvasReference: Schema.Codec<CanvasReference> = byType<CanvasReference>({
  Canvas: reference("Canvas"),
  SpecificResource
})

type RangeItem = Range["items"][number]

const rangeItem = byType<RangeItem>({
  Range: byField<RangeItem>("items", lazy((): Schema.Codec<Range> => Range), reference("Range")),
  Canvas: byField<RangeItem>("items", Canvas, reference("Canvas")),
  SpecificResource
})

/**
 * @category models
 * @since 0.1.0
 */
export const Range: Schema.Codec<Range> = open(
  Schema.Struct({
    ...described,
    type: Schema.Literal("Range"),
    label: languages,
    viewingDirection: Schema.optionalKey(ViewingDirection),
    start: Schema.optionalKey(CanvasReference),
    supplementary: Schema.optionalKey(AnnotationCollection),
    items: Schema.Array(rangeItem)
  })
)

/**
 * @category models
 * @since 0.1.0
 */
export const Manifest: Schema.Codec<Manifest> = open(
  Schema.Struct({
    ...described,
    "@context": Context,
    type: Schema.Literal("Manifest"),
    label: LanguageMap,
    viewingDirection: Schema.optionalKey(ViewingDirection),
    start: Schema.optionalKey(CanvasReference),
    services: list(Service),
    items: Schema.NonEmptyArray(Canvas),
    structures: list(Range)
  })
)

const member = <const Type extends "Manifest" | "Collection">(type: Type): Schema.Codec<CollectionMember<Type>> =>
  open(Schema.Struct({ id: Id, type: Schema.Literal(type), label: languages, thumbnail: list(Resource) }))

/**
 * @category models
 * @since 0.1.0
 */
export const CollectionItem: Schema.Codec<CollectionItem> = byType<CollectionItem>({
  Manifest: member("Manifest"),
  Collection: byField<CollectionItem>("items", lazy((): Schema.Codec<Collection> => Collection), member("Collection"))
})

/**
 * @category models
 * @since 0.1.0
 */
export const Collection: Schema.Codec<Collection> = open(
  Schema.Struct({
    ...described,
    "@context": Schema.optionalKey(Context),
    type: Schema.Literal("Collection"),
    label: LanguageMap,
    viewingDirection: Schema.optionalKey(ViewingDirection),
    services: list(Service),
    items: Schema.Array(CollectionItem)
  })
)
