import * as Schema from "effect/Schema"
import { AssetId } from "../../Ids.ts"
import { PolicyDefinition, Wire } from "../../IngestRequest.ts"
import {
  AnnotationPageOrReference,
  NavPlace,
  Reference,
  Resource,
  Size,
  Text,
  ViewingDirection
} from "../../Presentation3.ts"

const { optionalKey } = Schema

/**
 * A label and a value, as text. Clause 3.1, `metadata` and `requiredStatement`.
 *
 * @category models
 * @since 0.1.0
 */
export const LabelValueText = Schema.Struct({ label: Text, value: Text })

/**
 * A page about the object, or data of it: its address, what it is (`Text`, `Dataset`, ...), its label. `language` is a
 * list of tags, `format` a media type. Clause 3.3.1.
 *
 * @category models
 * @since 0.1.0
 */
export const Link = Schema.Struct({
  id: Schema.String,
  type: Schema.String,
  label: optionalKey(Text),
  format: optionalKey(Schema.String),
  language: optionalKey(Schema.Array(Schema.String)),
  profile: optionalKey(Schema.String)
})

/**
 * @category models
 * @since 0.1.0
 */
export type Link = typeof Link.Type

/**
 * Who provides an object, with a URI. Clause 3.1, `provider`.
 *
 * @category models
 * @since 0.1.0
 */
export const Provider = Schema.Struct({
  id: Schema.String,
  label: Text,
  homepage: optionalKey(Schema.Array(Link)),
  logo: optionalKey(Schema.Array(Resource)),
  seeAlso: optionalKey(Schema.Array(Link))
})

/**
 * A rectangle in pixels, from the top left corner.
 *
 * @category models
 * @since 0.1.0
 */
export const Region = Schema.Struct({
  x: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
  y: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
  width: Size,
  height: Size
})

/**
 * @category models
 * @since 0.1.0
 */
export type Region = typeof Region.Type

/**
 * A page by its id, or a part of it. Where images are what is given ({@link IngestProgram.ingestProgram},
 * `Manifests.build`), the id or the name of any image on the page will do.
 *
 * @category models
 * @since 0.1.0
 */
export const PageOrPart = Schema.Union([Schema.String, Schema.Struct({ page: Schema.String, region: Region })])

/**
 * @category models
 * @since 0.1.0
 */
export type PageOrPart = typeof PageOrPart.Type

/** What may be said of a manifest, a page and a section alike. Clauses 3.1 to 3.4. @internal */
export const described = {
  summary: optionalKey(Text),
  metadata: optionalKey(Schema.Array(LabelValueText)),
  requiredStatement: optionalKey(LabelValueText),
  rights: optionalKey(Schema.String),
  provider: optionalKey(Schema.Array(Provider)),
  behavior: optionalKey(Schema.Array(Schema.String)),
  thumbnail: optionalKey(Schema.Array(Resource)),
  homepage: optionalKey(Schema.Array(Link)),
  seeAlso: optionalKey(Schema.Array(Link)),
  rendering: optionalKey(Schema.Array(Link)),
  partOf: optionalKey(Schema.Array(Reference)),
  navDate: optionalKey(Schema.String),
  navPlace: optionalKey(NavPlace),
  annotations: optionalKey(Schema.Array(AnnotationPageOrReference))
}

const Described = Schema.Struct(described)

/** @internal */
export type Described = typeof Described.Type

/**
 * An entry of a table of contents: pages by their ids, parts of pages, and further entries, in order.
 *
 * @category models
 * @since 0.1.0
 */
export interface Section extends Described {
  readonly label: Text
  readonly viewingDirection?: ViewingDirection
  readonly items: ReadonlyArray<PageOrPart | Section>
}

/**
 * @category models
 * @since 0.1.0
 */
export const Section: Schema.Codec<Section> = Schema.Struct({
  ...described,
  label: Text,
  viewingDirection: optionalKey(ViewingDirection),
  items: Schema.Array(Schema.Union([PageOrPart, Schema.suspend((): Schema.Codec<Section> => Section)]))
})

/** What an image service is: its class and profile. */
const ServiceKind = Schema.Struct({ type: Schema.String, profile: Schema.String })

/**
 * What a manifest says of the whole. Text without a language is filed under `language`.
 *
 * - `name`: what it is called at MPS, capital letters and digits; made at random when not given.
 * - `label`: its title. `language`: the tag under which text without a language is filed, `none` when not given; MPS's
 *   own viewer reads only `none` (docs/mps.md, 2.4). `addNone`: where the label has no `none`, its first values are
 *   repeated under it, for that viewer.
 * - `rights`: a Creative Commons or rightsstatements.org URI; another form of one (https, the page about it) is corrected
 *   to the one it is known by, and a finding says so.
 * - `provider`: who provides it, with a URI each.
 * - `behavior`: chosen by the number of pages when not given: `individuals` for one, `paged` for more.
 * - `thumbnail`: that of the first page when not given.
 * - `contents`: the table of contents, whose entries become ranges. `start`: the page, or part of one, to begin with.
 * - `service`: what the images' services are; `ImageService2` of level 2 when not given, as MPS has them.
 * - `wire`: whose form it has, `mps` when not given. As `iiifingest`, bodies are named and typed after the source
 *   (`default.tiff`), services have `id` and `type`, nothing has a thumbnail, and what is not given defaults to `paged`
 *   and language `en`.
 *
 * @category models
 * @since 0.1.0
 */
export const Description = Schema.Struct({
  ...described,
  name: optionalKey(Schema.String),
  label: Text,
  language: optionalKey(Schema.String),
  addNone: optionalKey(Schema.Boolean),
  viewingDirection: optionalKey(ViewingDirection),
  start: optionalKey(PageOrPart),
  contents: optionalKey(Schema.Array(Section)),
  service: optionalKey(ServiceKind),
  wire: optionalKey(Wire)
})

/**
 * @category models
 * @since 0.1.0
 */
export type Description = typeof Description.Type

/** How an image is painted on its canvas. @internal */
export const painting = {
  target: optionalKey(Region),
  region: optionalKey(Region),
  rotation: optionalKey(Schema.Finite)
}

const picture = {
  ...painting,
  width: Size,
  height: Size,
  mediaType: optionalKey(Schema.String)
}

const served = {
  ...picture,
  imageService: Schema.String,
  service: optionalKey(ServiceKind),
  policyDefinition: optionalKey(PolicyDefinition)
}

const plain = { ...picture, url: Schema.String }

const labelled = { label: optionalKey(Text) }

/**
 * An image: the address of its image service, or its own (`url`) where no service serves it, and its size in pixels.
 *
 * - `policyDefinition`: how large the public may see it, as in the ingest request; the body asks for no more.
 * - `mediaType`: of the source; shown for images without a service, and by the form `iiifingest`.
 * - `target`: where on the canvas it is painted, in the canvas's pixels; all of the canvas when not given.
 * - `region`: the part of the image that is painted, in its own pixels. `rotation`: by how many degrees it is turned,
 *   clockwise.
 *
 * @category models
 * @since 0.1.0
 */
export const Picture = Schema.Union([
  Schema.Struct({ ...served, ...labelled }),
  Schema.Struct({ ...plain, ...labelled })
])

/**
 * @category models
 * @since 0.1.0
 */
export type Picture = typeof Picture.Type

/** Width and height of a canvas in pixels. @internal */
export const CanvasSize = Schema.Struct({ width: Size, height: Size })

const page = {
  ...described,
  ...labelled,
  id: AssetId,
  canvas: optionalKey(CanvasSize),
  choices: optionalKey(Schema.Array(Picture)),
  layers: optionalKey(Schema.Array(Picture))
}

/**
 * A page of a manifest: its id, its image, and what is said of it.
 *
 * - `canvas`: its width and height, that of the image as it is painted when not given.
 * - `choices`: other images of the same thing (infrared, the back), of which a viewer shows one, by its label. They are
 *   painted where the page's own image is.
 * - `layers`: further images that are painted over the first one, each where its `target` says, with its label.
 * - `thumbnail`: made of the image when not given, with its service.
 *
 * @category models
 * @since 0.1.0
 */
export const Page = Schema.Union([Schema.Struct({ ...served, ...page }), Schema.Struct({ ...plain, ...page })])

/**
 * @category models
 * @since 0.1.0
 */
export type Page = typeof Page.Type
