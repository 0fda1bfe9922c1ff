/** The classes of Presentation 3: their types and schemas, which follow from the tables. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { collectionChecks, manifestChecks } from "../check/check.ts"
import type { FieldsOf, TypeOf } from "../model/kind.ts"
import * as Annotations from "./annotationTables.ts"
import * as States from "./contentStateTables.ts"
import * as Content from "./contentTables.ts"
import { generatedCanvas, generatedCollection, generatedManifest, generatedRange } from "./generated.ts"
import * as Geo from "./geoTables.ts"
import * as Provider from "./providerTable.ts"
import { allOf, schemaOf } from "./schema.ts"
import * as Selectors from "./selectorTables.ts"
import * as Services from "./serviceTables.ts"
import * as Structure from "./structureTables.ts"

/** The types of the classes that tables refer to by name. */
interface Names {
  readonly Agent: Agent
  readonly AnnotationPageOrReference: AnnotationPageOrReference
  readonly Canvas: Canvas
  readonly Choice: Choice
  readonly CollectionItem: CollectionItem
  readonly CompanionCanvas: Canvas
  readonly ContentResource: ContentResource
  readonly EmbeddedCollection: Omit<Collection, "@context"> & Partial<Pick<Collection, "@context">>
  readonly Feature: Feature
  readonly LabelValue: LabelValue
  readonly Range: Range
  readonly Resource: Resource
  readonly Selector: Selector
  readonly Service: Service
  readonly SpecificResource: SpecificResource
}

type Is<K> = TypeOf<K, Names>

/**
 * A provider of a resource. Clause 3.1, `provider`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Agent extends FieldsOf<typeof Provider.agent.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const Agent: Schema.Codec<Agent> = schemaOf(Provider.agent)

/**
 * A canvas: one page. `width` and `height` give the proportions and coordinates for its content, `duration` its length
 * in seconds; it has either or both. Clause 5.3.
 *
 * @category models
 * @since 0.1.0
 */
export interface Canvas extends FieldsOf<typeof Structure.canvas.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const Canvas: Schema.Codec<Canvas> = schemaOf(Structure.canvas, { generated: generatedCanvas })

/**
 * A reference to a canvas, or to a part of one. Clause 3.4, `start`.
 *
 * @category models
 * @since 0.1.0
 */
export type CanvasReference = Is<typeof Structure.start>

/**
 * @category models
 * @since 0.1.0
 */
export const CanvasReference: Schema.Codec<CanvasReference> = schemaOf(Structure.start)

/**
 * A part of a manifest, such as a chapter. Its items are canvases, parts of canvases, and ranges. Clause 5.4.
 *
 * @category models
 * @since 0.1.0
 */
export interface Range extends FieldsOf<typeof Structure.range.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const Range: Schema.Codec<Range> = schemaOf(Structure.range, { generated: generatedRange })

/**
 * A manifest: one object, and how to show it. It has at least one canvas. Clause 5.2.
 *
 * @category models
 * @since 0.1.0
 */
export interface Manifest extends FieldsOf<typeof Structure.manifest.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const Manifest: Schema.Codec<Manifest> = schemaOf(Structure.manifest, {
  check: allOf(manifestChecks()),
  generated: generatedManifest
})

/**
 * A manifest or a collection within a collection. Clause 5.1.
 *
 * @category models
 * @since 0.1.0
 */
export type CollectionItem = Is<typeof Structure.collectionItem>

/**
 * @category models
 * @since 0.1.0
 */
export const CollectionItem: Schema.Codec<CollectionItem> = schemaOf(Structure.collectionItem)

/**
 * A reference to a manifest or a collection within a collection. Clause 5.1.
 *
 * @category models
 * @since 0.1.0
 */
export type CollectionMember<Type extends "Manifest" | "Collection"> =
  & Reference<Type>
  & Is<typeof Structure.referencedManifest>

/**
 * An ordered list of manifests and collections. Clause 5.1.
 *
 * @category models
 * @since 0.1.0
 */
export interface Collection extends FieldsOf<typeof Structure.collection.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const Collection: Schema.Codec<Collection> = schemaOf(Structure.collection, {
  check: allOf(collectionChecks),
  generated: generatedCollection
})

/**
 * A label and a value to show together. Clause 3.1, `metadata` and `requiredStatement`.
 *
 * @category models
 * @since 0.1.0
 */
export interface LabelValue extends FieldsOf<typeof Annotations.labelValue.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const LabelValue: Schema.Codec<LabelValue> = schemaOf(Annotations.labelValue)

/**
 * A reference to a resource that is described elsewhere. Clause 1.3, "referenced".
 *
 * @category models
 * @since 0.1.0
 */
export type Reference<Type extends string = string> = Omit<Is<typeof Content.anyReference>, "type"> & {
  readonly type: Type
}

/**
 * @category models
 * @since 0.1.0
 */
export const Reference: Schema.Codec<Reference> = schemaOf(Content.anyReference)

/**
 * The target of an annotation: the address of a resource or of a part of it, a canvas, a manifest, or a part of
 * either. Clause 5.6.
 *
 * @category models
 * @since 0.1.0
 */
export type Target = Is<typeof Annotations.target>

/**
 * @category models
 * @since 0.1.0
 */
export const Target: Schema.Codec<Target> = schemaOf(Annotations.target)

/**
 * What a text is of: a page, a line, a word. Source: the Text Granularity extension, 2.
 *
 * @category models
 * @since 0.1.0
 */
export type TextGranularity = Is<typeof Annotations.textGranularity>

/**
 * @category models
 * @since 0.1.0
 */
export const TextGranularity: Schema.Codec<TextGranularity> = schemaOf(Annotations.textGranularity)

/**
 * An annotation; with the motivation `painting`, content to show on a canvas. Clause 5.6.
 *
 * @category models
 * @since 0.1.0
 */
export interface Annotation extends FieldsOf<typeof Annotations.annotation.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const Annotation: Schema.Codec<Annotation> = schemaOf(Annotations.annotation)

/**
 * An ordered list of annotations. Clause 5.5.
 *
 * @category models
 * @since 0.1.0
 */
export interface AnnotationPage extends FieldsOf<typeof Annotations.annotationPage.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const AnnotationPage: Schema.Codec<AnnotationPage> = schemaOf(Annotations.annotationPage)

/**
 * An annotation page, embedded or referenced by its address. Clause 3.4, `annotations`.
 *
 * @category models
 * @since 0.1.0
 */
export type AnnotationPageOrReference = Is<typeof Annotations.pageOrReference>

/**
 * @category models
 * @since 0.1.0
 */
export const AnnotationPageOrReference: Schema.Codec<AnnotationPageOrReference> = schemaOf(Annotations.pageOrReference)

/**
 * A group of annotation pages. Clause 5.8.
 *
 * @category models
 * @since 0.1.0
 */
export interface AnnotationCollection extends FieldsOf<typeof Annotations.annotationCollection.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const AnnotationCollection: Schema.Codec<AnnotationCollection> = schemaOf(Annotations.annotationCollection)

/**
 * Who or what created a resource. Web Annotation Data Model, 3.3.1.
 *
 * @category models
 * @since 0.1.0
 */
export interface Creator extends FieldsOf<typeof Content.creator.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const Creator: Schema.Codec<Creator> = schemaOf(Content.creator)

/**
 * A resource with an address: an image, a sound, a video, text, data, a model, a page about the object. `width` and
 * `height` in pixels, `duration` in seconds. Clauses 3.2 and 5.7.
 *
 * @category models
 * @since 0.1.0
 */
export type ContentResource<Type extends string = string> = Omit<Is<typeof Content.contentResource>, "type"> & {
  readonly type: Type
}

/**
 * @category models
 * @since 0.1.0
 */
export const ContentResource: Schema.Codec<ContentResource> = schemaOf(Content.contentResource)

/**
 * An image resource: a painting body or a thumbnail. `width` and `height` in pixels.
 *
 * @category models
 * @since 0.1.0
 */
export type Image = ContentResource<"Image">

/**
 * @category models
 * @since 0.1.0
 */
export const Image: Schema.Codec<Image> = schemaOf(Content.image)

/**
 * A page about the object. Clause 3.3.1, `homepage`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Homepage extends FieldsOf<typeof Content.homepageLink.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const Homepage: Schema.Codec<Homepage> = schemaOf(Content.homepageLink)

/**
 * Data about the object. Clause 3.3.1, `seeAlso`.
 *
 * @category models
 * @since 0.1.0
 */
export interface SeeAlso extends FieldsOf<typeof Content.seeAlsoLink.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const SeeAlso: Schema.Codec<SeeAlso> = schemaOf(Content.seeAlsoLink)

/**
 * The object in another form. Clause 3.3.1, `rendering`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Rendering extends FieldsOf<typeof Content.renderingLink.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const Rendering: Schema.Codec<Rendering> = schemaOf(Content.renderingLink)

/**
 * Text that is embedded in the annotation. Web Annotation Data Model, 3.2.4.
 *
 * @category models
 * @since 0.1.0
 */
export interface TextualBody extends FieldsOf<typeof Content.textualBody.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const TextualBody: Schema.Codec<TextualBody> = schemaOf(Content.textualBody)

/**
 * Several resources of which one is shown at a time, the first by default. Web Annotation Data Model, 3.2.7.
 *
 * @category models
 * @since 0.1.0
 */
export interface Choice extends FieldsOf<typeof Content.choice.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const Choice: Schema.Codec<Choice> = schemaOf(Content.choice)

/**
 * Several resources together: all of them, in order, or each independently. Web Annotation Data Model, 4.4.
 *
 * @category models
 * @since 0.1.0
 */
export interface Group extends FieldsOf<typeof Content.group.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const Group: Schema.Codec<Group> = schemaOf(Content.group)

/**
 * The intended version of a resource: as of a time, or as requested with a header. Web Annotation Data Model, 4.3.
 *
 * @category models
 * @since 0.1.0
 */
export type State = Is<typeof Content.state>

/**
 * @category models
 * @since 0.1.0
 */
export const State: Schema.Codec<State> = schemaOf(Content.state)

/**
 * A part or a version of a resource. Web Annotation Data Model, 4.
 *
 * @category models
 * @since 0.1.0
 */
export interface SpecificResource extends FieldsOf<typeof Content.specificResource.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const SpecificResource: Schema.Codec<SpecificResource> = schemaOf(Content.specificResource)

/**
 * The body of an annotation, or a thumbnail. Clause 5.7.
 *
 * @category models
 * @since 0.1.0
 */
export type Resource =
  | ContentResource
  | TextualBody
  | SpecificResource
  | Choice
  | Group
  | Feature

/**
 * @category models
 * @since 0.1.0
 */
export const Resource: Schema.Codec<Resource> = schemaOf(Content.body)

/**
 * Whether this is a single image with its own address.
 *
 * @example
 * ```ts
 * import { Presentation3 } from "@iiif-ingest/iiif"
 *
 * Presentation3.isImage({ id: "https://example.org/1.jpg", type: "Image" })
 * // => true
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const isImage = (resource: string | Resource | ReadonlyArray<Resource> | undefined): resource is Image =>
  typeof resource === "object" && "type" in resource && resource.type === "Image"

/**
 * A point in space or time: `x` and `y` in the units of the resource, `t` in seconds. Open/Web Annotation Extensions,
 * 2.2.
 *
 * @category models
 * @since 0.1.0
 */
export interface PointSelector extends FieldsOf<typeof Selectors.pointSelector.properties, Names> {}

/**
 * A part given by a URI fragment: `xywh=0,0,100,200`. Web Annotation Data Model, 4.2.1.
 *
 * @category models
 * @since 0.1.0
 */
export interface FragmentSelector extends FieldsOf<typeof Selectors.fragmentSelector.properties, Names> {}

/**
 * A part within an outline, given as SVG. Web Annotation Data Model, 4.2.7.
 *
 * @category models
 * @since 0.1.0
 */
export interface SvgSelector extends FieldsOf<typeof Selectors.svgSelector.properties, Names> {}

/**
 * A rendering of an image by its service; omitted parameters have the service's defaults. Open/Web Annotation
 * Extensions, 2.1.
 *
 * @category models
 * @since 0.1.0
 */
export interface ImageApiSelector extends FieldsOf<typeof Selectors.imageApiSelector.properties, Names> {}

/**
 * A passage of text, identified by its content and the text around it. Web Annotation Data Model, 4.2.4.
 *
 * @category models
 * @since 0.1.0
 */
export interface TextQuoteSelector extends FieldsOf<typeof Selectors.textQuoteSelector.properties, Names> {}

/**
 * Everything from one selected position to another. Web Annotation Data Model, 4.2.9.
 *
 * @category models
 * @since 0.1.0
 */
export interface RangeSelector extends FieldsOf<typeof Selectors.rangeSelector.properties, Names> {}

/**
 * Selects a part of a resource: an address, or a selector of the Web Annotation Data Model (4.2) or of IIIF.
 *
 * @category models
 * @since 0.1.0
 */
export type Selector = Is<typeof Selectors.anySelector>

/**
 * @category models
 * @since 0.1.0
 */
export const Selector: Schema.Codec<Selector> = schemaOf(Selectors.anySelector)

/**
 * An Image API 3 service. Clause 3.3.1, `service`.
 *
 * @category models
 * @since 0.1.0
 */
export interface ImageService3 extends FieldsOf<typeof Services.imageService3.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const ImageService3: Schema.Codec<ImageService3> = schemaOf(Services.imageService3)

/**
 * An Image API 2 service as a Presentation 3 manifest embeds it: with `@id` and `@type`. Clause 3.3.1, `service`.
 *
 * @category models
 * @since 0.1.0
 */
export interface ImageService2 extends FieldsOf<typeof Services.imageService2.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const ImageService2: Schema.Codec<ImageService2> = schemaOf(Services.imageService2)

/**
 * An Image API 1 service as a Presentation 3 manifest embeds it. Clause 3.3.1, `service`.
 *
 * @category models
 * @since 0.1.0
 */
export interface ImageService1 extends FieldsOf<typeof Services.imageService1.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const ImageService1: Schema.Codec<ImageService1> = schemaOf(Services.imageService1)

/**
 * A service of Authorization Flow 2: probe, access, access token or logout.
 *
 * @category models
 * @since 0.1.0
 */
export interface AuthService2 extends FieldsOf<typeof Services.authService2.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const AuthService2: Schema.Codec<AuthService2> = schemaOf(Services.authService2)

/**
 * A service of Authentication 1: cookie, token or logout. Its labels and messages are plain strings.
 *
 * @category models
 * @since 0.1.0
 */
export interface AuthService1 extends FieldsOf<typeof Services.authService1.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const AuthService1: Schema.Codec<AuthService1> = schemaOf(Services.authService1)

/**
 * A service of Content Search 2: search or autocompletion.
 *
 * @category models
 * @since 0.1.0
 */
export interface SearchService2 extends FieldsOf<typeof Services.searchService2.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const SearchService2: Schema.Codec<SearchService2> = schemaOf(Services.searchService2)

/**
 * A service of Content Search 1: search or autocompletion.
 *
 * @category models
 * @since 0.1.0
 */
export interface SearchService1 extends FieldsOf<typeof Services.searchService1.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const SearchService1: Schema.Codec<SearchService1> = schemaOf(Services.searchService1)

/**
 * Any other service, or an older one with `id` and `type`, as some tools write it.
 *
 * @category models
 * @since 0.1.0
 */
export type OtherService = Is<typeof Services.otherService> | Is<typeof Services.otherOlderService>

/**
 * A service for images, authentication, search or anything else. Clause 3.3.1, `service`.
 *
 * @category models
 * @since 0.1.0
 */
export type Service =
  | ImageService3
  | ImageService2
  | ImageService1
  | AuthService2
  | AuthService1
  | SearchService2
  | SearchService1
  | OtherService

/**
 * @category models
 * @since 0.1.0
 */
export const Service: Schema.Codec<Service> = schemaOf(Services.anyService)

/**
 * Longitude, latitude and, if known, altitude. RFC 7946, 3.1.1.
 *
 * @category models
 * @since 0.1.0
 */
export type Position = ReadonlyArray<number>

/**
 * The geometry of a place. RFC 7946, 3.1.
 *
 * @category models
 * @since 0.1.0
 */
export type Geometry = Is<typeof Geo.geometry>

/**
 * @category models
 * @since 0.1.0
 */
export const Geometry: Schema.Codec<Geometry> = schemaOf(Geo.geometry)

/**
 * A place, with its description under `properties`. Source: the navPlace extension.
 *
 * @category models
 * @since 0.1.0
 */
export interface Feature extends FieldsOf<typeof Geo.feature.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const Feature: Schema.Codec<Feature> = schemaOf(Geo.feature)

/**
 * The places of a resource, `navPlace`: embedded, or referenced by id. Source: the navPlace extension, 3.
 *
 * @category models
 * @since 0.1.0
 */
export interface NavPlace extends FieldsOf<typeof Geo.navPlace.properties, Names> {}

/**
 * @category models
 * @since 0.1.0
 */
export const NavPlace: Schema.Codec<NavPlace> = schemaOf(Geo.navPlace)

/**
 * What a viewer should show: the address of a resource, a resource with what it is part of, or an annotation with the
 * motivation `contentState` that has the resource as its target. Source: Content State API 1.0, 2.
 *
 * @category models
 * @since 0.1.0
 */
export type ContentState = Is<typeof States.contentState>

/**
 * @category models
 * @since 0.1.0
 */
export const ContentState: Schema.Codec<ContentState> = schemaOf(States.contentState)

const parse = SchemaParser.decodeUnknownEffect(Schema.fromJsonString(Schema.Unknown))

/** An address is used as it is; anything else is JSON. */
const addressOrJson = SchemaTransformation.transformEffect<unknown, string>({
  decode: (text, options) => /^https?:/i.test(text) ? Effect.succeed(text) : parse(text, options),
  encode: (content) => Effect.succeed(typeof content === "string" ? content : JSON.stringify(content))
})

/**
 * A content state as encoded in the address of a viewer, `?iiif-content=...`. Source: Content State API 1.0, 6.
 *
 * @example
 * ```ts
 * import { Presentation3 } from "@iiif-ingest/iiif"
 * import { Schema } from "effect"
 *
 * Schema.encodeSync(Presentation3.ContentStateText)("https://example.org/1")
 * // => "aHR0cHMlM0ElMkYlMkZleGFtcGxlLm9yZyUyRjE"
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const ContentStateText: Schema.Codec<ContentState, string> = Schema.StringFromBase64Url.pipe(
  Schema.decodeTo(Schema.StringFromUriComponent),
  Schema.decodeTo(Schema.Unknown, addressOrJson),
  Schema.decodeTo(ContentState)
)
