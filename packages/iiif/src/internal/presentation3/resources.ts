import * as Schema from "effect/Schema"
import { Feature } from "./geo.ts"
import { byField, byType, lazy, list, oneOrMany, open } from "./open.ts"
import { Creator, type OneOrMany, type Provenance, provenance } from "./provenance.ts"
import { Selector } from "./selectors.ts"
import { Service } from "./services.ts"
import { Context, Duration, Id, LabelValue, LanguageMap, Reference, Size } from "./values.ts"

const text = Schema.optionalKey(Schema.String)

const texts = Schema.optionalKey(oneOrMany(Schema.String))

const size = Schema.optionalKey(Size)

const direction = Schema.optionalKey(Schema.Literals(["ltr", "rtl", "auto"]))

const resource = lazy((): Schema.Codec<Resource> => Resource)

const contentFields = {
  ...provenance,
  id: Id,
  label: Schema.optionalKey(LanguageMap),
  format: text,
  profile: text,
  language: texts,
  processingLanguage: text,
  textDirection: direction,
  height: size,
  width: size,
  duration: Schema.optionalKey(Duration),
  service: list(Service),
  thumbnail: list(resource),
  rendering: list(lazy((): Schema.Codec<ContentResource> => ContentResource)),
  annotations: list(lazy((): Schema.Codec<AnnotationPageOrReference> => AnnotationPageOrReference))
}

/**
 * A resource with an address: an image, a sound, a video, text, data, a model, a page about the object. `width` and
 * `height` in pixels, `duration` in seconds. Clauses 3.2 and 5.7.
 *
 * @category models
 * @since 0.1.0
 */
export type ContentResource<Type extends string = string> = Provenance & {
  readonly id: string
  readonly type: Type
  readonly label?: LanguageMap
  readonly format?: string
  readonly profile?: string
  readonly language?: OneOrMany<string>
  readonly processingLanguage?: string
  readonly textDirection?: "ltr" | "rtl" | "auto"
  readonly height?: number
  readonly width?: number
  readonly duration?: number
  readonly service?: ReadonlyArray<Service>
  readonly thumbnail?: ReadonlyArray<Resource>
  readonly rendering?: ReadonlyArray<ContentResource>
  readonly annotations?: ReadonlyArray<AnnotationPageOrReference>
}

/**
 * @category models
 * @since 0.1.0
 */
export const ContentResource: Schema.Codec<ContentResource> = open(
  Schema.Struct({ ...contentFields, type: Schema.String })
)

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
export const Image: Schema.Codec<Image> = open(Schema.Struct({ ...contentFields, type: Schema.Literal("Image") }))

/**
 * Text that is embedded in the annotation. Web Annotation Data Model, 3.2.4.
 *
 * @category models
 * @since 0.1.0
 */
export type TextualBody = Provenance & {
  readonly id?: string
  readonly type: "TextualBody"
  readonly value: string
  readonly format?: string
  readonly language?: OneOrMany<string>
  readonly processingLanguage?: string
  readonly textDirection?: "ltr" | "rtl" | "auto"
  readonly purpose?: OneOrMany<string>
}

/**
 * @category models
 * @since 0.1.0
 */
export const TextualBody: Schema.Codec<TextualBody> = open(
  Schema.Struct({
    ...provenance,
    id: Schema.optionalKey(Id),
    type: Schema.Literal("TextualBody"),
    value: Schema.String,
    format: text,
    language: texts,
    processingLanguage: text,
    textDirection: direction,
    purpose: texts
  })
)

/**
 * Several resources of which one is shown at a time, the first by default. Web Annotation Data Model, 3.2.7.
 *
 * @category models
 * @since 0.1.0
 */
export type Choice = {
  readonly id?: string
  readonly type: "Choice"
  readonly label?: LanguageMap
  readonly items: ReadonlyArray<Resource>
}

/**
 * @category models
 * @since 0.1.0
 */
export const Choice: Schema.Codec<Choice> = open(
  Schema.Struct({
    id: Schema.optionalKey(Id),
    type: Schema.Literal("Choice"),
    label: Schema.optionalKey(LanguageMap),
    items: Schema.Array(resource)
  })
)

const resourceOrText = lazy(() => byType<string | Resource>({}, { otherwise: Resource, text: Id }))

/**
 * Several resources together: all of them, in order, or each independently. Web Annotation Data Model, 4.4.
 *
 * @category models
 * @since 0.1.0
 */
export type Group = {
  readonly id?: string
  readonly type: "Composite" | "List" | "Independents"
  readonly items: ReadonlyArray<string | Resource>
}

/**
 * @category models
 * @since 0.1.0
 */
export const Group: Schema.Codec<Group> = open(
  Schema.Struct({
    id: Schema.optionalKey(Id),
    type: Schema.Literals(["Composite", "List", "Independents"]),
    items: Schema.Array(resourceOrText)
  })
)

const timeState = open(
  Schema.Struct({
    type: Schema.Literal("TimeState"),
    sourceDate: texts,
    sourceDateStart: text,
    sourceDateEnd: text,
    cached: texts
  })
)

const httpRequestState = open(Schema.Struct({ type: Schema.Literal("HttpRequestState"), value: Schema.String }))

/**
 * The intended version of a resource: as of a time, or as requested with a header. Web Annotation Data Model, 4.3.
 *
 * @category models
 * @since 0.1.0
 */
export type State =
  | {
    readonly type: "TimeState"
    readonly sourceDate?: OneOrMany<string>
    readonly sourceDateStart?: string
    readonly sourceDateEnd?: string
    readonly cached?: OneOrMany<string>
  }
  | { readonly type: "HttpRequestState"; readonly value: string }

/**
 * @category models
 * @since 0.1.0
 */
export const State: Schema.Codec<State> = byType<State>({
  TimeState: timeState,
  HttpRequestState: httpRequestState
})

/**
 * A part or a version of a resource. Web Annotation Data Model, 4.
 *
 * @category models
 * @since 0.1.0
 */
export type SpecificResource = Provenance & {
  readonly id?: string
  readonly type: "SpecificResource"
  readonly source: string | Resource
  readonly selector?: OneOrMany<Selector>
  readonly state?: OneOrMany<State>
  readonly purpose?: OneOrMany<string>
  readonly styleClass?: OneOrMany<string>
  readonly renderedVia?: OneOrMany<Creator>
  readonly scope?: string
  readonly format?: string
}

/**
 * @category models
 * @since 0.1.0
 */
export const SpecificResource: Schema.Codec<SpecificResource> = open(
  Schema.Struct({
    ...provenance,
    id: Schema.optionalKey(Id),
    type: Schema.Literal("SpecificResource"),
    source: resourceOrText,
    selector: Schema.optionalKey(oneOrMany(Selector)),
    state: Schema.optionalKey(oneOrMany(State)),
    purpose: texts,
    styleClass: texts,
    renderedVia: Schema.optionalKey(oneOrMany(Creator)),
    scope: text,
    format: text
  })
)

/**
 * The body of an annotation, or a thumbnail. Clause 5.7.
 *
 * @category models
 * @since 0.1.0
 */
export type Resource = ContentResource | TextualBody | SpecificResource | Choice | Group | Feature

/**
 * @category models
 * @since 0.1.0
 */
export const Resource: Schema.Codec<Resource> = byType<Resource>({
  TextualBody,
  SpecificResource,
  Choice,
  Composite: Group,
  List: Group,
  Independents: Group,
  Feature
}, { otherwise: ContentResource })

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
export const isImage = (resource: string | OneOrMany<Resource> | undefined): resource is Image =>
  typeof resource === "object" && "type" in resource && resource.type === "Image"

const languages = Schema.optionalKey(LanguageMap)

const contentResources = list(ContentResource)

/**
 * The target of an annotation: the address of a canvas or of a part of it, a canvas, a manifest, or a part of either.
 * Clause 5.6.
 *
 * @category models
 * @since 0.1.0
 */
export type Target =
  | string
  | SpecificResource
  | Group
  | (Reference & { readonly partOf?: string | ReadonlyArray<Reference> })

/**
 * @category models
 * @since 0.1.0
 */
export const Target: Schema.Codec<Target> = byType<Target>({
  SpecificResource,
  Composite: Group,
  List: Group,
  Independents: Group
}, {
  otherwise: open(
    Schema.Struct({
      id: Id,
      type: Schema.String,
      label: languages,
      partOf: Schema.optionalKey(
        Schema.Union([Schema.String, Schema.Array(Reference)])
      )
    })
  ),
  text: Id
})

const stylesheet = byType<
  string | { readonly id?: string; readonly type: "CssStylesheet"; readonly value?: OneOrMany<string> }
>({
  CssStylesheet: open(
    Schema.Struct({
      id: text,
      type: Schema.Literal("CssStylesheet"),
      value: Schema.optionalKey(oneOrMany(Schema.String))
    })
  )
}, { text: Schema.String })

/**
 * An annotation; with the motivation `painting`, content to show on a canvas. Clause 5.6.
 *
 * @category models
 * @since 0.1.0
 */
export type Annotation = Provenance & {
  readonly "@context"?: string | ReadonlyArray<string>
  readonly id: string
  readonly type: "Annotation"
  readonly label?: LanguageMap
  readonly motivation?: OneOrMany<string>
  readonly body?: OneOrMany<Resource>
  readonly bodyValue?: string
  readonly target: OneOrMany<Target>
  readonly timeMode?: string
  readonly stylesheet?: string | {
    readonly id?: string
    readonly type: "CssStylesheet"
    readonly value?: OneOrMany<string>
  }
  readonly metadata?: ReadonlyArray<LabelValue>
  readonly service?: ReadonlyArray<Service>
  readonly rendering?: ReadonlyArray<ContentResource>
  readonly seeAlso?: ReadonlyArray<ContentResource>
  readonly thumbnail?: ReadonlyArray<Resource>
}

/**
 * @category models
 * @since 0.1.0
 */
export const Annotation: Schema.Codec<Annotation> = open(
  Schema.Struct({
    ...provenance,
    "@context": Schema.optionalKey(Context),
    id: Id,
    type: Schema.Literal("Annotation"),
    label: languages,
    motivation: Schema.optionalKey(oneOrMany(Schema.String)),
    body: Schema.optionalKey(oneOrMany(Resource)),
    bodyValue: text,
    target: oneOrMany(Target),
    timeMode: text,
    stylesheet: Schema.optionalKey(stylesheet),
    metadata: list(LabelValue),
    service: list(Service),
    rendering: contentResources,
    seeAlso: contentResources,
    thumbnail: list(Resource)
  })
)

const pageReference: Schema.Codec<Reference<"AnnotationPage">> = open(
  Schema.Struct({ id: Id, type: Schema.Literal("AnnotationPage"), label: languages })
)

const pageLink = Schema.optionalKey(
  byType<string | Reference<"AnnotationPage">>({ AnnotationPage: pageReference }, { text: Schema.String })
)

const fields = {
  "@context": Schema.optionalKey(Context),
  id: Id,
  label: languages,
  summary: languages,
  metadata: list(LabelValue),
  requiredStatement: Schema.optionalKey(LabelValue),
  rights: text,
  thumbnail: list(Resource),
  rendering: contentResources,
  service: list(Service),
  partOf: list(Reference),
  first: pageLink,
  last: pageLink,
  next: pageLink
}

/** The properties that annotation pages and annotation collections share. */
type AnnotationList = {
  readonly "@context"?: string | ReadonlyArray<string>
  readonly id: string
  readonly label?: LanguageMap
  readonly summary?: LanguageMap
  readonly metadata?: ReadonlyArray<LabelValue>
  readonly requiredStatement?: LabelValue
  readonly rights?: string
  readonly thumbnail?: ReadonlyArray<Resource>
  readonly rendering?: ReadonlyArray<ContentResource>
  readonly service?: ReadonlyArray<Service>
  readonly partOf?: ReadonlyArray<Reference>
  readonly first?: string | Reference<"AnnotationPage">
  readonly last?: string | Reference<"AnnotationPage">
  readonly next?: string | Reference<"AnnotationPage">
}

/**
 * An ordered list of annotations. Clause 5.5.
 *
 * @category models
 * @since 0.1.0
 */
export type AnnotationPage = AnnotationList & {
  readonly type: "AnnotationPage"
  readonly items: ReadonlyArray<Annotation>
  readonly behavior?: ReadonlyArray<string>
  readonly seeAlso?: ReadonlyArray<ContentResource>
  readonly homepage?: ReadonlyArray<ContentResource>
  readonly startIndex?: number
  readonly prev?: string | Reference<"AnnotationPage">
}

/**
 * @category models
 * @since 0.1.0
 */
export const AnnotationPage: Schema.Codec<AnnotationPage> = open(
  Schema.Struct({
    ...fields,
    type: Schema.Literal("AnnotationPage"),
    items: Schema.Array(Annotation),
    behavior: list(Schema.String),
    seeAlso: contentResources,
    homepage: contentResources,
    startIndex: Schema.optionalKey(Schema.Int),
    prev: pageLink
  })
)

/**
 * An annotation page, embedded or referenced by its address. Clause 3.4, `annotations`.
 *
 * @category models
 * @since 0.1.0
 */
export type AnnotationPageOrReference = string | AnnotationPage | Reference<"AnnotationPage">

/**
 * @category models
 * @since 0.1.0
 */
export const AnnotationPageOrReference: Schema.Codec<AnnotationPageOrReference> = byType<AnnotationPageOrReference>({
  AnnotationPage: byField<AnnotationPageOrReference>("items", AnnotationPage, pageReference)
}, { text: Schema.String })

/**
 * A group of annotation pages. Clause 5.8.
 *
 * @category models
 * @since 0.1.0
 */
export type AnnotationCollection = AnnotationList & {
  readonly type: "AnnotationCollection"
  readonly total?: number
}

/**
 * @category models
 * @since 0.1.0
 */
export const AnnotationCollection: Schema.Codec<AnnotationCollection> = open(
  Schema.Struct({
    ...fields,
    type: Schema.Literal("AnnotationCollection"),
    total: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)))
  })
)
