import * as Schema from "effect/Schema"
import {
  AnnotationCollection,
  Canvas,
  NavPlace,
  Reference,
  Service,
  Size,
  SpecificResource,
  Text,
  ViewingDirection
} from "../../Presentation3.ts"
import type { RuleSet } from "../check/ruleSet.ts"
import { byKey } from "./byKey.ts"
import { AnnotationOrPage, Content, kinds, Layer, placement, ServiceKind } from "./content.ts"
import { LabelValueText, Link, Provider, Thumbnail } from "./links.ts"
import { PageOrPart } from "./place.ts"

const { optionalKey, Struct } = Schema

/**
 * The properties that manifests, pages and sections share. Clauses 3.1 to 3.4.
 *
 * - `thumbnail`: {@link Thumbnail}. `annotations`: {@link Annotation}s, and whole pages of annotations.
 * - `placeholderCanvas`, `accompanyingCanvas`: what is shown before or beside the content, described as a page without an
 *   id, or a canvas as Presentation 3 has it.
 * - `services`: the services of the resource itself, such as search, with their own `service` (autocompletion). In the
 *   manifest this is `service`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Described {
  readonly summary?: Text
  readonly metadata?: ReadonlyArray<typeof LabelValueText.Type>
  readonly requiredStatement?: typeof LabelValueText.Type
  readonly rights?: string
  readonly provider?: ReadonlyArray<typeof Provider.Type>
  readonly behavior?: ReadonlyArray<string>
  readonly thumbnail?: ReadonlyArray<Thumbnail>
  readonly placeholderCanvas?: InnerPage | Canvas
  readonly accompanyingCanvas?: InnerPage | Canvas
  readonly homepage?: ReadonlyArray<Link>
  readonly seeAlso?: ReadonlyArray<Link>
  readonly rendering?: ReadonlyArray<Link>
  readonly services?: ReadonlyArray<Service>
  readonly partOf?: ReadonlyArray<Reference>
  readonly navDate?: string
  readonly navPlace?: NavPlace
  readonly annotations?: ReadonlyArray<AnnotationOrPage>
}

const innerPage = Schema.suspend((): Schema.Codec<InnerPage | Canvas> => InnerPageOrCanvas)

/**
 * @category models
 * @since 0.1.0
 */
export const Described = Struct({
  summary: optionalKey(Text),
  metadata: optionalKey(Schema.Array(LabelValueText)),
  requiredStatement: optionalKey(LabelValueText),
  rights: optionalKey(Schema.String),
  provider: optionalKey(Schema.Array(Provider)),
  behavior: optionalKey(Schema.Array(Schema.String)),
  thumbnail: optionalKey(Schema.Array(Thumbnail)),
  placeholderCanvas: optionalKey(innerPage),
  accompanyingCanvas: optionalKey(innerPage),
  homepage: optionalKey(Schema.Array(Link)),
  seeAlso: optionalKey(Schema.Array(Link)),
  rendering: optionalKey(Schema.Array(Link)),
  services: optionalKey(Schema.Array(Service)),
  partOf: optionalKey(Schema.Array(Reference)),
  navDate: optionalKey(Schema.String),
  navPlace: optionalKey(NavPlace),
  annotations: optionalKey(Schema.Array(AnnotationOrPage))
})

/** A range that is described elsewhere, or a part of a canvas that no {@link PageOrPart} describes. */
type ItemAsIs = Reference<"Range"> | SpecificResource

const ItemAsIs: Schema.Codec<ItemAsIs> = byKey<ItemAsIs>({ source: SpecificResource }, {
  otherwise: Struct({ id: Schema.String, type: Schema.Literal("Range") })
})

/**
 * An entry of a table of contents: page ids, parts of pages and nested entries, in order, or items as Presentation 3 has
 * them, with their `type`.
 * `start`: where to begin. `supplementary`: annotations that belong to it, such as those of a transcription. Clause 5.4.
 *
 * @category models
 * @since 0.1.0
 */
export interface Section extends Described {
  readonly label?: Text
  readonly viewingDirection?: ViewingDirection
  readonly start?: PageOrPart
  readonly supplementary?: AnnotationCollection
  readonly items: ReadonlyArray<PageOrPart | Section | ItemAsIs>
}

/**
 * @category models
 * @since 0.1.0
 */
export const Section: Schema.Codec<Section> = Struct({
  ...Described.fields,
  label: optionalKey(Text),
  viewingDirection: optionalKey(ViewingDirection),
  start: optionalKey(PageOrPart),
  supplementary: optionalKey(AnnotationCollection),
  items: Schema.Array(
    byKey<PageOrPart | Section | ItemAsIs>({
      items: Schema.suspend((): Schema.Codec<Section> => Section),
      type: ItemAsIs
    }, { otherwise: PageOrPart, text: Schema.String })
  )
})

/**
 * The properties of a manifest as a whole.
 *
 * - `label`: its title. `language`: the language tag for strings without a language, `none` by default.
 * - `rights`: a Creative Commons or RightsStatements.org URI; another form of one (https, the page about it) is
 *   corrected to the canonical URI, and a finding reports it.
 * - `provider`: its providers, each with a URI.
 * - `behavior`: by default `individuals` for one page and `paged` for more; none if there are pages without
 *   images, or with a duration.
 * - `thumbnail`: that of the first page by default.
 * - `contents`: the table of contents, whose entries become ranges. `start`: the page, or part of one, to open at.
 * - `service`: the kind of image service of all pages that do not set one; by default that of {@link BuildOptions}.
 * - `services`: the services of the manifest itself. `sharedServices`: those that several resources refer to by their
 *   ids; in the manifest this is `services` (clause 3.3.1).
 * - `context`: the contexts of extensions, besides those of `navPlace` and `textGranularity`, which are added if needed.
 *
 * @category models
 * @since 0.1.0
 */
export const Description = Struct({
  ...Described.fields,
  label: Text,
  language: optionalKey(Schema.String),
  viewingDirection: optionalKey(ViewingDirection),
  start: optionalKey(PageOrPart),
  contents: optionalKey(Schema.Array(Section)),
  service: optionalKey(ServiceKind),
  sharedServices: optionalKey(Schema.Array(Service)),
  context: optionalKey(Schema.Array(Schema.String))
})

/**
 * @category models
 * @since 0.1.0
 */
export type Description = typeof Description.Type

/**
 * The width and height of a canvas, in pixels.
 *
 * @category models
 * @since 0.1.0
 */
export const CanvasSize = Struct({ width: Size, height: Size })

/**
 * The size of a canvas in pixels, its duration in seconds, or both. Clause 5.3.
 *
 * @category models
 * @since 0.1.0
 */
export const Extent = Struct({
  width: optionalKey(Size),
  height: optionalKey(Size),
  duration: optionalKey(Schema.Finite.check(Schema.isGreaterThan(0, { expected: "a number of seconds above 0" })))
})

/**
 * @category models
 * @since 0.1.0
 */
export type Extent = typeof Extent.Type

/** What a page has besides its content. */
interface Inner extends Described {
  readonly label?: Text
  readonly canvas?: Extent
  readonly choices?: ReadonlyArray<Content>
  readonly layers?: ReadonlyArray<Layer>
}

/** A page without content of its own: it may have layers, or nothing. */
interface Bare extends Inner {
  readonly canvas: Extent
  readonly imageService?: never
  readonly url?: never
  readonly sound?: never
  readonly video?: never
  readonly text?: never
  readonly textFile?: never
  readonly resource?: never
}

/**
 * A placeholder or accompanying canvas, described as a page without an id.
 *
 * @category models
 * @since 0.1.0
 */
export type InnerPage = (Layer & Inner) | Bare

/**
 * A page of a manifest: its id, its content and its properties. The id consists of letters, digits and `. _ ~ -`, since
 * the ids of the canvas and its annotations are derived from it.
 *
 * - Its content is an image as a rule, or a sound, a video or a text, as in {@link Layer}; `label`, `thumbnail`,
 *   `annotations` and `services` are those of the page. A page without content has a `canvas`.
 * - `canvas`: the width and height, the duration or both of the canvas; by default those of the content as it is painted.
 * - `choices`: alternatives to the content (infrared, the back, another recording), of which a viewer shows one, chosen by
 *   label. They are painted in the same place. The content itself is the first of them, with the page's label; give the
 *   page no content of its own if that needs another label.
 * - `layers`: further content, painted over the first, each at its `target` or `time`, with its label.
 * - `thumbnail`: by default made from the image, with its service.
 *
 * @category models
 * @since 0.1.0
 */
export type Page = InnerPage & { readonly id: string }

const inner = {
  ...Described.fields,
  ...placement,
  label: optionalKey(Text),
  canvas: optionalKey(Extent),
  choices: optionalKey(Schema.Array(Content)),
  layers: optionalKey(Schema.Array(Layer))
}

const InnerPage: Schema.Codec<InnerPage> = byKey<InnerPage>({
  imageService: Struct({ ...kinds.imageService, ...inner }),
  url: Struct({ ...kinds.url, ...inner }),
  sound: Struct({ ...kinds.sound, ...inner }),
  video: Struct({ ...kinds.video, ...inner }),
  text: Struct({ ...kinds.text, ...inner }),
  textFile: Struct({ ...kinds.textFile, ...inner }),
  resource: Struct({ ...kinds.resource, ...inner }),
  choices: Struct({ ...inner, choices: Schema.Array(Content) })
}, { otherwise: Struct({ ...inner, canvas: Extent }) })

const page = { ...inner, id: Schema.String }

const InnerPageOrCanvas: Schema.Codec<InnerPage | Canvas> = byKey<InnerPage | Canvas>({ type: Canvas }, {
  otherwise: InnerPage
})

/**
 * @category models
 * @since 0.1.0
 */
export const Page: Schema.Codec<Page> = byKey<Page>({
  imageService: Struct({ ...kinds.imageService, ...page }),
  url: Struct({ ...kinds.url, ...page }),
  sound: Struct({ ...kinds.sound, ...page }),
  video: Struct({ ...kinds.video, ...page }),
  text: Struct({ ...kinds.text, ...page }),
  textFile: Struct({ ...kinds.textFile, ...page }),
  resource: Struct({ ...kinds.resource, ...page }),
  choices: Struct({ ...page, choices: Schema.Array(Content) })
}, { otherwise: Struct({ ...page, canvas: Extent }) })

/**
 * How to build manifests for one kind of image service.
 *
 * - `service`: the kind of image service if neither the page nor the description sets it; `ImageService3` with `level2`
 *   by default.
 * - `legacyServiceKeys`: the keys of services that predate Image API 3: `@id` and `@type` by default, as the
 *   specification requires (clause 3.3.1, `service`), or `id` and `type`, which some clients write.
 * - `bodyFormat`: the format in which images are requested: `jpeg` by default, or that of the `source`.
 * - `thumbnails`: whether canvases and the manifest get a thumbnail from the image service; true by default.
 * - `rules`: rule sets beyond the specification that the manifest is checked against; none by default.
 *
 * @category models
 * @since 0.1.0
 */
export interface BuildOptions {
  readonly service?: ServiceKind
  readonly legacyServiceKeys?: "@id" | "id"
  readonly bodyFormat?: "jpeg" | "source"
  readonly thumbnails?: boolean
  readonly rules?: ReadonlyArray<RuleSet>
}
