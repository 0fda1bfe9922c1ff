import * as Schema from "effect/Schema"
import {
  AnnotationPageOrReference,
  NavPlace,
  Reference,
  Resource,
  Size,
  Text,
  ViewingDirection
} from "../../Presentation3.ts"
import type { RuleSet } from "../check/ruleSet.ts"

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
 * A page by its id, or a part of it.
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

const described = {
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

/**
 * What may be said of a manifest, a page and a section alike. Clauses 3.1 to 3.4.
 *
 * @category models
 * @since 0.1.0
 */
export const Described = Schema.Struct(described)

/**
 * @category models
 * @since 0.1.0
 */
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

/**
 * The class and the profile of an image service: `ImageService3` and `level2`, or `ImageService2` and
 * `http://iiif.io/api/image/2/level2.json`.
 *
 * @category models
 * @since 0.1.0
 */
export const ServiceKind = Schema.Struct({ type: Schema.String, profile: Schema.String })

/**
 * @category models
 * @since 0.1.0
 */
export type ServiceKind = typeof ServiceKind.Type

/**
 * What a manifest says of the whole.
 *
 * - `label`: its title. `language`: the tag under which strings without a language are filed, `none` by default.
 * - `rights`: a Creative Commons or rightsstatements.org URI; another form of one (https, the page about it) is corrected
 *   to the canonical one, and a finding says so.
 * - `provider`: who provides it, with a URI each.
 * - `behavior`: by default `individuals` for one page and `paged` for more.
 * - `thumbnail`: that of the first page by default.
 * - `contents`: the table of contents, whose entries become ranges. `start`: the page, or part of one, to open at.
 * - `service`: what the image services of its pages are, unless a page says otherwise; by default that of
 *   {@link BuildOptions}.
 *
 * @category models
 * @since 0.1.0
 */
export const Description = Schema.Struct({
  ...described,
  label: Text,
  language: optionalKey(Schema.String),
  viewingDirection: optionalKey(ViewingDirection),
  start: optionalKey(PageOrPart),
  contents: optionalKey(Schema.Array(Section)),
  service: optionalKey(ServiceKind)
})

/**
 * @category models
 * @since 0.1.0
 */
export type Description = typeof Description.Type

const painting = {
  target: optionalKey(Region),
  region: optionalKey(Region),
  rotation: optionalKey(Schema.Finite)
}

/** The largest size that an image service delivers, in pixels. */
const MaxSize = Schema.Struct({ width: Size, height: Size })

const picture = {
  ...painting,
  width: Size,
  height: Size,
  mediaType: optionalKey(Schema.String)
}

/**
 * How an image is painted on its canvas, as in {@link Picture}.
 *
 * @category models
 * @since 0.1.0
 */
export const Painting = Schema.Struct(painting)

const served = {
  ...picture,
  imageService: Schema.String,
  service: optionalKey(ServiceKind),
  maxSize: optionalKey(MaxSize),
  maxThumbnailSize: optionalKey(MaxSize)
}

const plain = { ...picture, url: Schema.String }

const labelled = { label: optionalKey(Text) }

/**
 * An image: the address of its image service, or its own (`url`) where no service serves it, and its size in pixels.
 *
 * - `maxSize`, `maxThumbnailSize`: the largest size that the service delivers of the image, and of its thumbnail; the
 *   body and the thumbnail ask for no more. No limit by default.
 * - `mediaType`: of the source, written for images without a service.
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

/**
 * Width and height of a canvas, in pixels.
 *
 * @category models
 * @since 0.1.0
 */
export const CanvasSize = Schema.Struct({ width: Size, height: Size })

const page = {
  ...described,
  ...labelled,
  id: Schema.String,
  canvas: optionalKey(CanvasSize),
  choices: optionalKey(Schema.Array(Picture)),
  layers: optionalKey(Schema.Array(Picture))
}

/**
 * A page of a manifest: its id, its image, and what is said of it. The id is letters, digits and `. _ ~ -`, since the ids
 * of canvas and annotations are made from it.
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

/**
 * How manifests are built for one kind of service.
 *
 * - `service`: what image services are where neither page nor manifest says; `ImageService3` of `level2` by default.
 * - `legacyServiceKeys`: the keys of services older than Image API 3: `@id` and `@type` by default, as the specification
 *   has it (clause 3.3.1, `service`), or `id` and `type`, which some clients write.
 * - `bodyFormat`: the format that images are requested in: `jpeg` by default, or that of the `source`.
 * - `thumbnails`: whether canvases and the manifest get a thumbnail made of the image's service; true by default.
 * - `rules`: rules beyond the specification's that the manifest is checked by; none by default.
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
