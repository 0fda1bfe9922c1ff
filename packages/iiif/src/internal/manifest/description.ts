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
 * A label and its value, as text. Clause 3.1, `metadata` and `requiredStatement`.
 *
 * @category models
 * @since 0.1.0
 */
export const LabelValueText = Schema.Struct({ label: Text, value: Text })

/**
 * A link to a page about the object, or to data about it: its address, type (`Text`, `Dataset`, ...) and label.
 * `language` is a list of language tags, `format` a media type. Clause 3.3.1.
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
 * A provider of an object, identified by a URI. Clause 3.1, `provider`.
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
 * A rectangle in pixels, measured from the top left corner.
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
 * A page, given by its id, or a part of a page.
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
 * The properties that manifests, pages and sections share. Clauses 3.1 to 3.4.
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
 * An entry of a table of contents: page ids, parts of pages and nested entries, in order.
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
 * The type and the profile of an image service: `ImageService3` and `level2`, or `ImageService2` and
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
 * The properties of a manifest as a whole.
 *
 * - `label`: its title. `language`: the language tag for strings without a language, `none` by default.
 * - `rights`: a Creative Commons or RightsStatements.org URI; another form of one (https, the page about it) is
 *   corrected to the canonical URI, and a finding reports it.
 * - `provider`: its providers, each with a URI.
 * - `behavior`: by default `individuals` for one page and `paged` for more.
 * - `thumbnail`: that of the first page by default.
 * - `contents`: the table of contents, whose entries become ranges. `start`: the page, or part of one, to open at.
 * - `service`: the kind of image service of all pages that do not set one; by default that of {@link BuildOptions}.
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

const labeled = { label: optionalKey(Text) }

/**
 * An image: the address of its image service, or its own address (`url`) if it has no service, and its size in pixels.
 *
 * - `maxSize`, `maxThumbnailSize`: the largest size at which the service delivers the image and its thumbnail; the body
 *   and the thumbnail request no more. No limit by default.
 * - `mediaType`: that of the source, written for images without a service.
 * - `target`: where on the canvas the image is painted, in the canvas's pixels; the whole canvas by default.
 * - `region`: the part of the image that is painted, in the image's pixels. `rotation`: clockwise, in degrees.
 *
 * @category models
 * @since 0.1.0
 */
export const Picture = Schema.Union([
  Schema.Struct({ ...served, ...labeled }),
  Schema.Struct({ ...plain, ...labeled })
])

/**
 * @category models
 * @since 0.1.0
 */
export type Picture = typeof Picture.Type

/**
 * The width and height of a canvas, in pixels.
 *
 * @category models
 * @since 0.1.0
 */
export const CanvasSize = Schema.Struct({ width: Size, height: Size })

const page = {
  ...described,
  ...labeled,
  id: Schema.String,
  canvas: optionalKey(CanvasSize),
  choices: optionalKey(Schema.Array(Picture)),
  layers: optionalKey(Schema.Array(Picture))
}

/**
 * A page of a manifest: its id, its image and its properties. The id consists of letters, digits and `. _ ~ -`, since
 * the ids of the canvas and its annotations are derived from it.
 *
 * - `canvas`: the size of the canvas; by default that of the image as it is painted.
 * - `choices`: alternative images of the same thing (infrared, the back), of which a viewer shows one, chosen by label.
 *   They are painted in the same place as the page's own image.
 * - `layers`: further images to paint over the first one, each at its `target`, with its label.
 * - `thumbnail`: by default made from the image, with its service.
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
