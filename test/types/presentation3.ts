/**
 * Compares our Presentation 3 types with those of `@iiif/presentation-3`: each must accept what the other allows, with
 * the exceptions listed here. Compiled, never run.
 *
 * Our lists and properties are readonly, theirs are not: code that needs their types can take a copy
 * (`structuredClone`). In theirs any property may be null and any language undefined, which Presentation 3 JSON never
 * has (clause 3.1).
 */
import type * as Ours from "@iiif-ingest/iiif/Presentation3"
import type * as Theirs from "@iiif/presentation-3"

/** Properties that differ between the two, each with the reason. */
interface Exceptions {
  /** Theirs has no service with `@id`, and allows one without a type and profiles of info.json; compared below. */
  service: never
  services: never
  /** Ours allows pages given only by their URI, as the official schema does. */
  annotations: never
  next: never
  prev: never
  first: never
  last: never
  /** Theirs is any GeoJSON, ours a FeatureCollection, as in the extension. */
  navPlace: never
  /** Theirs has only people, organizations and software, ours any type; and their lists are incompatible. */
  creator: never
  generator: never
  renderedVia: never
  audience: never
  /** Theirs requires the time of a TimeState, unlike the official schema, and forbids a state given only by its id. */
  state: never
  /** Theirs allows only some selectors in refinements, and range selectors only between two of the same kind. */
  refinedBy: never
  startSelector: never
  endSelector: never
  /** Theirs is a string on annotations, not a list. */
  via: never
  /** Theirs allows lists of languages for bodies, and of accessibility for parts, which the official schema rejects. */
  language: never
  accessibility: never
  /** Theirs allows any resource; ours images, as clause 3.3.1 has it. */
  logo: never
  /** Theirs has type any. */
  source: never
  scope: never
  /** Theirs has a stylesheet with a format; ours has several style classes, as in the official schema. */
  stylesheet: never
  styleClass: never
  /** Theirs is a canvas or some of its fields; ours is a reference or a part of a canvas (clause 3.4). */
  start: never
  /** Theirs allows annotation bodies as targets; strings and specific resources are compared below. */
  target: never
  /** Theirs allows textual bodies and specific resources without an id; ours requires one (clause 3.3). */
  seeAlso: never
  homepage: never
  rendering: never
  /** Theirs allows whole manifests and strings; ours a reference (clause 3.3.2). */
  partOf: never
  /** Theirs is a list of resources, ours the single AnnotationCollection of clause 3.3.2. */
  supplementary: never
  /** Theirs allows one context, ours several. */
  "@context": never
}

/** Properties that are required in ours and optional in theirs: every resource has an id, every manifest canvases. */
type RequiredInOurs = "id" | "value" | "items" | "label"

type Leaf = string | number | boolean

type Many<T, No> = T extends ReadonlyArray<infer Item> ? Array<Exclude<Item, No>> : Exclude<T, No>

/** Selectors that the official schema rejects. */
type Refused = { readonly type: "AudioContentSelector" | "VisualContentSelector" } | {
  readonly type: "SvgSelector"
  readonly id: string
}

/** Groups and features, which are resources only in ours. */
type Grouped = { readonly type: "Composite" | "List" | "Independents" | "Feature" }

/**
 * Theirs has five classes of content, ours is open (a Model, for example). Theirs allows bodies that are strings, which
 * the official schema rejects; ours allows choices as thumbnails and inside choices, as that schema does.
 */
type Property<K, T> = K extends "type" ? string extends T ? Theirs.ExternalResourceTypes : T
  : K extends "selector" ? Compared<Many<T, Refused>>
  : K extends "body" ? Compared<Many<T, string | Grouped>>
  : K extends "items" | "thumbnail" | "logo" ? Compared<Many<T, string | Grouped | { readonly type: "Choice" }>>
  : Compared<T>

type Compared<T> = T extends null | undefined ? never
  : T extends Leaf ? T
  : T extends ReadonlyArray<infer Item> ? Array<Compared<Item>>
  :
    & { -readonly [K in keyof T as K extends keyof Exceptions | RequiredInOurs ? never : K]: Property<K, T[K]> }
    & {
      -readonly [K in keyof T as K extends keyof Exceptions ? never : K extends RequiredInOurs ? K : never]?: Property<
        K,
        T[K]
      >
    }

/** Compiles if the second type is assignable to the first. */
const accepts = <T>() => <S extends T>(): (value: S) => T => (value) => value

accepts<Compared<Theirs.MetadataItem>>()<Compared<Ours.LabelValue>>()
accepts<Compared<Theirs.Selector>>()<Compared<Ours.Selector>>()
accepts<Compared<Theirs.SpecificResource>>()<Compared<Ours.SpecificResource>>()
accepts<Compared<Theirs.EmbeddedResource>>()<Compared<Ours.TextualBody>>()
accepts<Compared<Theirs.IIIFExternalWebResource>>()<Compared<Ours.ContentResource>>()
accepts<Compared<Theirs.ChoiceBody>>()<Compared<Ours.Choice>>()
accepts<Compared<Theirs.ResourceProvider>>()<Compared<Ours.Agent>>()
accepts<Compared<Theirs.AnnotationBody>>()<Compared<Exclude<Ours.Resource, Grouped>>>()
accepts<Compared<Theirs.AnnotationTarget>>()<Compared<string | Ours.SpecificResource>>()
accepts<Compared<Theirs.Annotation>>()<Compared<Ours.Annotation>>()
accepts<Compared<Theirs.AnnotationPage>>()<Compared<Ours.AnnotationPage>>()
accepts<Compared<Theirs.AnnotationCollection>>()<Compared<Ours.AnnotationCollection>>()
accepts<Compared<Theirs.Canvas>>()<Compared<Ours.Canvas>>()
accepts<Compared<Theirs.Range>>()<Compared<Ours.Range>>()
accepts<Compared<Theirs.Manifest>>()<Compared<Ours.Manifest>>()
accepts<Compared<Theirs.Collection>>()<Compared<Ours.Collection>>()

accepts<Compared<Ours.LabelValue>>()<Compared<Theirs.MetadataItem>>()
accepts<Compared<Ours.Selector>>()<Compared<Exclude<Theirs.Selector, Refused>>>()
accepts<Compared<Ours.SpecificResource>>()<Compared<Theirs.SpecificResource>>()
accepts<Compared<Ours.TextualBody>>()<Compared<Theirs.EmbeddedResource>>()
accepts<Compared<Ours.ContentResource>>()<Compared<Theirs.IIIFExternalWebResource>>()
accepts<Compared<Ours.Choice>>()<Compared<Theirs.ChoiceBody>>()
accepts<Compared<Ours.Agent>>()<Compared<Theirs.ResourceProvider>>()
accepts<Compared<Ours.Resource>>()<Compared<Exclude<Theirs.AnnotationBody, string>>>()
accepts<Compared<Ours.Target>>()<Compared<string | Theirs.SpecificResource>>()
accepts<Compared<Ours.Annotation>>()<Compared<Theirs.Annotation>>()
accepts<Compared<Ours.AnnotationPage>>()<Compared<Theirs.AnnotationPage>>()
accepts<Compared<Ours.AnnotationCollection>>()<Compared<Theirs.AnnotationCollection>>()
accepts<Compared<Ours.Canvas>>()<Compared<Theirs.Canvas>>()
accepts<Compared<Ours.Range>>()<Compared<Theirs.Range>>()
accepts<Compared<Ours.Manifest>>()<Compared<Theirs.Manifest>>()
accepts<Compared<Ours.Collection>>()<Compared<Theirs.Collection>>()

type Service<T> = Compared<Omit<T, "profile" | "type" | "@type">>

accepts<Service<Theirs.ImageService2>>()<Service<Ours.ImageService2>>()
accepts<Service<Ours.ImageService2>>()<Service<Theirs.ImageService2>>()
accepts<Service<Ours.ImageService3>>()<Service<Theirs.ImageService3>>()
accepts<Compared<Ours.Service>>()<Compared<Theirs.Search2Service>>()
accepts<Compared<Ours.Service>>()<Compared<Theirs.AuthProbeService2>>()

declare const manifest: Ours.Manifest

// Invalid manifests do not compile.
export const nonsense: ReadonlyArray<Ours.Manifest> = [
  // @ts-expect-error a manifest needs a canvas
  { ...manifest, items: [] },
  // @ts-expect-error text is by language
  { ...manifest, label: "Hamlet" },
  // @ts-expect-error behavior is a list
  { ...manifest, behavior: "paged" },
  // @ts-expect-error the direction is one of four
  { ...manifest, viewingDirection: "inside-out" },
  // @ts-expect-error the type is Manifest
  { ...manifest, type: "Collection" },
  // @ts-expect-error a provider has a label
  { ...manifest, provider: [{ id: "https://example.org", type: "Agent" }] },
  // @ts-expect-error width is a number
  { ...manifest, items: [{ id: "https://example.org/c", type: "Canvas", width: "1", height: 1, items: [] }] }
]
