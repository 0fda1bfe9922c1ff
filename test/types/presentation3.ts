/**
 * Types of Presentation 3, ours and those of `@iiif/presentation-3`: what one allows, the other takes, but for the
 * exceptions listed here. Compiled, never run.
 *
 * Of ours, lists and properties are readonly, of theirs they are not: a copy (`structuredClone`) is theirs to change.
 * Of theirs, any property may be null and any language undefined, which JSON of Presentation 3 never is (clause 3.1).
 */
import type * as Ours from "@iiif-ingest/iiif/Presentation3"
import type * as Theirs from "@iiif/presentation-3"

/** Exceptions: properties that the two do not have alike, each with its reason. */
interface Exceptions {
  /** Theirs knows no service with `@id`, takes one without a type, and profiles of info.json; compared below. */
  service: never
  services: never
  /** Ours takes pages by their address alone, as the official schema does. */
  annotations: never
  next: never
  prev: never
  first: never
  last: never
  /** Theirs is any GeoJSON, ours a FeatureCollection, as the extension has it. */
  navPlace: never
  /** Theirs has people, organisations and software only, ours any type; nor does either take the other's lists. */
  creator: never
  generator: never
  renderedVia: never
  audience: never
  /** Theirs wants the time of a TimeState, which the official schema does not; and a state by its id alone is none. */
  state: never
  /** Theirs refines by some selectors only, and has ranges between two of one kind only. */
  refinedBy: never
  startSelector: never
  endSelector: never
  /** Theirs is a string and no list on annotations. */
  via: never
  /** Theirs is anything at all. */
  source: never
  scope: never
  /** Theirs has a stylesheet with a format, ours several classes of a style, as the official schema. */
  stylesheet: never
  styleClass: never
  /** Theirs is a canvas or a part of its fields; ours is a reference or a part of a canvas (clause 3.4). */
  start: never
  /** Theirs takes bodies of annotations as targets; strings and parts are compared below. */
  target: never
  /** Theirs takes texts and parts, which have no address; ours wants one (clause 3.3). */
  seeAlso: never
  homepage: never
  rendering: never
  /** Theirs takes whole manifests and strings; ours a reference (clause 3.3.2). */
  partOf: never
  /** Theirs is a list of resources, ours the one AnnotationCollection of clause 3.3.2. */
  supplementary: never
  /** Theirs takes one context where ours takes several. */
  "@context": never
}

/** Properties that ours wants and theirs lets out: no resource is without its id, no manifest without canvases. */
type Wanted = "id" | "value" | "items" | "label"

type Leaf = string | number | boolean

type Many<T, No> = T extends ReadonlyArray<infer Item> ? Array<Exclude<Item, No>> : Exclude<T, No>

/** Groups and places, which only ours has as resources. */
type Grouped = { readonly type: "Composite" | "List" | "Independents" | "Feature" }

/**
 * The classes of content in theirs are five, in ours open (a Model, say). Theirs has bodies that are strings, which the
 * official schema refuses; ours has choices as thumbnails and within choices, as that schema.
 */
type Property<K, T> = K extends "type" ? string extends T ? Theirs.ExternalResourceTypes : T
  : K extends "body" ? Compared<Many<T, string | Grouped>>
  : K extends "items" | "thumbnail" | "logo" ? Compared<Many<T, string | Grouped | { readonly type: "Choice" }>>
  : Compared<T>

type Compared<T> = T extends null | undefined ? never
  : T extends Leaf ? T
  : T extends ReadonlyArray<infer Item> ? Array<Compared<Item>>
  :
    & { -readonly [K in keyof T as K extends keyof Exceptions | Wanted ? never : K]: Property<K, T[K]> }
    & {
      -readonly [K in keyof T as K extends keyof Exceptions ? never : K extends Wanted ? K : never]?: Property<K, T[K]>
    }

/** Compiles where what is of the second type is of the first. */
const takes = <T>() => <S extends T>(): (value: S) => T => (value) => value

takes<Compared<Theirs.MetadataItem>>()<Compared<Ours.LabelValue>>()
takes<Compared<Theirs.Selector>>()<Compared<Ours.Selector>>()
takes<Compared<Theirs.SpecificResource>>()<Compared<Ours.SpecificResource>>()
takes<Compared<Theirs.EmbeddedResource>>()<Compared<Ours.TextualBody>>()
takes<Compared<Theirs.IIIFExternalWebResource>>()<Compared<Ours.ContentResource>>()
takes<Compared<Theirs.ChoiceBody>>()<Compared<Ours.Choice>>()
takes<Compared<Theirs.ResourceProvider>>()<Compared<Ours.Agent>>()
takes<Compared<Theirs.AnnotationBody>>()<Compared<Exclude<Ours.Resource, Grouped>>>()
takes<Compared<Theirs.AnnotationTarget>>()<Compared<string | Ours.SpecificResource>>()
takes<Compared<Theirs.Annotation>>()<Compared<Ours.Annotation>>()
takes<Compared<Theirs.AnnotationPage>>()<Compared<Ours.AnnotationPage>>()
takes<Compared<Theirs.AnnotationCollection>>()<Compared<Ours.AnnotationCollection>>()
takes<Compared<Theirs.Canvas>>()<Compared<Ours.Canvas>>()
takes<Compared<Theirs.Range>>()<Compared<Ours.Range>>()
takes<Compared<Theirs.Manifest>>()<Compared<Ours.Manifest>>()
takes<Compared<Theirs.Collection>>()<Compared<Ours.Collection>>()

takes<Compared<Ours.LabelValue>>()<Compared<Theirs.MetadataItem>>()
takes<Compared<Ours.Selector>>()<Compared<Theirs.Selector>>()
takes<Compared<Ours.SpecificResource>>()<Compared<Theirs.SpecificResource>>()
takes<Compared<Ours.TextualBody>>()<Compared<Theirs.EmbeddedResource>>()
takes<Compared<Ours.ContentResource>>()<Compared<Theirs.IIIFExternalWebResource>>()
takes<Compared<Ours.Choice>>()<Compared<Theirs.ChoiceBody>>()
takes<Compared<Ours.Agent>>()<Compared<Theirs.ResourceProvider>>()
takes<Compared<Ours.Resource>>()<Compared<Exclude<Theirs.AnnotationBody, string>>>()
takes<Compared<Ours.Target>>()<Compared<string | Theirs.SpecificResource | Theirs.TargetList>>()
takes<Compared<Ours.Annotation>>()<Compared<Theirs.Annotation>>()
takes<Compared<Ours.AnnotationPage>>()<Compared<Theirs.AnnotationPage>>()
takes<Compared<Ours.AnnotationCollection>>()<Compared<Theirs.AnnotationCollection>>()
takes<Compared<Ours.Canvas>>()<Compared<Theirs.Canvas>>()
takes<Compared<Ours.Range>>()<Compared<Theirs.Range>>()
takes<Compared<Ours.Manifest>>()<Compared<Theirs.Manifest>>()
takes<Compared<Ours.Collection>>()<Compared<Theirs.Collection>>()

type Service<T> = Compared<Omit<T, "profile" | "type" | "@type">>

takes<Service<Theirs.ImageService2>>()<Service<Ours.ImageService2>>()
takes<Service<Ours.ImageService2>>()<Service<Theirs.ImageService2>>()
takes<Service<Ours.ImageService3>>()<Service<Theirs.ImageService3>>()
takes<Compared<Ours.Service>>()<Compared<Theirs.Search2Service>>()
takes<Compared<Ours.Service>>()<Compared<Theirs.AuthProbeService2>>()

declare const manifest: Ours.Manifest

// Nonsense does not compile.
export const nonsense: ReadonlyArray<Ours.Manifest> = [
  // @ts-expect-error a manifest shows something
  { ...manifest, items: [] },
  // @ts-expect-error texts are by language
  { ...manifest, label: "Hamlet" },
  // @ts-expect-error a behaviour is one of several
  { ...manifest, behavior: "paged" },
  // @ts-expect-error there are four directions
  { ...manifest, viewingDirection: "inside-out" },
  // @ts-expect-error a manifest is none other
  { ...manifest, type: "Collection" },
  // @ts-expect-error whoever provides it has a name
  { ...manifest, provider: [{ id: "https://example.org", type: "Agent" }] },
  // @ts-expect-error a canvas is measured in numbers
  { ...manifest, items: [{ id: "https://example.org/c", type: "Canvas", width: "1", height: 1, items: [] }] }
]
