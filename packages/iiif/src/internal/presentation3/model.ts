/** The mutually recursive types: content, the annotations it belongs to, and the annotations it may itself have. */
import type { Feature } from "./geo.ts"
import type { Creator, OneOrMany, Provenance } from "./provenance.ts"
import type { Selector } from "./selectors.ts"
import type { Service } from "./services.ts"
import type { LabelValue, LanguageMap, Reference } from "./values.ts"

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

export type Image = ContentResource<"Image">

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

export type Choice = {
  readonly id?: string
  readonly type: "Choice"
  readonly label?: LanguageMap
  readonly items: ReadonlyArray<Resource>
}

export type Group = {
  readonly id?: string
  readonly type: "Composite" | "List" | "Independents"
  readonly items: ReadonlyArray<string | Resource>
}

export type State =
  | {
    readonly type: "TimeState"
    readonly sourceDate?: OneOrMany<string>
    readonly sourceDateStart?: string
    readonly sourceDateEnd?: string
    readonly cached?: OneOrMany<string>
  }
  | { readonly type: "HttpRequestState"; readonly value: string }

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

export type Resource = ContentResource | TextualBody | SpecificResource | Choice | Group | Feature

export type Target =
  | string
  | SpecificResource
  | Group
  | (Reference & { readonly partOf?: string | ReadonlyArray<Reference> })

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

export type AnnotationPage = AnnotationList & {
  readonly type: "AnnotationPage"
  readonly items: ReadonlyArray<Annotation>
  readonly behavior?: ReadonlyArray<string>
  readonly seeAlso?: ReadonlyArray<ContentResource>
  readonly homepage?: ReadonlyArray<ContentResource>
  readonly startIndex?: number
  readonly prev?: string | Reference<"AnnotationPage">
}

export type AnnotationPageOrReference = string | AnnotationPage | Reference<"AnnotationPage">

export type AnnotationCollection = AnnotationList & {
  readonly type: "AnnotationCollection"
  readonly total?: number
}
