import * as Schema from "effect/Schema"
import {
  type AnnotationPage,
  AnnotationPageOrReference,
  type Reference,
  Resource,
  Service,
  Size,
  Target,
  Text,
  TextGranularity
} from "../../Presentation3.ts"
import { byKey, oneOrMany } from "./byKey.ts"
import { type PageOrPart, Part, Place, Region, Time } from "./place.ts"

const { optionalKey } = Schema

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

/** The largest size that an image service delivers, in pixels. */
const MaxSize = Schema.Struct({ width: Size, height: Size })

const MediaType = Schema.String.check(
  Schema.isPattern(/^[a-z]+\/[\w!#$&^.+-]+(?:; ?[^\n\r\u2028\u2029]+)?$/, {
    expected: "a media type such as image/jpeg"
  })
)

const Duration = Schema.Finite.check(Schema.isGreaterThan(0, { expected: "a number of seconds above 0" }))

const Rotation = Schema.Finite.check(
  Schema.isBetween({ minimum: 0, maximum: 360 }, { expected: "a number of degrees from 0 to 360" })
)

const Strings = oneOrMany<string>(Schema.String)

/**
 * A stylesheet: its address, or the CSS itself as its `value`. Web Annotation Data Model, 4.5.
 *
 * @category models
 * @since 0.1.0
 */
export const Stylesheet = Schema.Union([Schema.String, Schema.Struct({ value: Schema.String })])

/**
 * @category models
 * @since 0.1.0
 */
export type Stylesheet = typeof Stylesheet.Type

/** What every kind of content can have. */
interface Common {
  readonly label?: Text
  readonly choices?: ReadonlyArray<Content>
  readonly styleClass?: string
}

/** What content with an address of its own can have. */
interface Addressed extends Common {
  readonly mediaType?: string
  readonly auth?: ReadonlyArray<Service>
  readonly annotations?: ReadonlyArray<AnnotationOrPage>
}

interface ImageContent extends Addressed {
  readonly width: number
  readonly height: number
  readonly region?: Region
  readonly rotation?: number
}

/** An image with a service. */
export interface ServedImage extends ImageContent {
  readonly imageService: string
  readonly service?: ServiceKind
  readonly maxSize?: typeof MaxSize.Type
  readonly maxThumbnailSize?: typeof MaxSize.Type
}

/** An image without a service. */
export interface PlainImage extends ImageContent {
  readonly url: string
}

interface Played extends Addressed {
  readonly duration?: number
  readonly language?: string
  readonly clip?: Time
}

export interface Sound extends Played {
  readonly sound: string
}

export interface Video extends Played {
  readonly video: string
  readonly width?: number
  readonly height?: number
}

export interface WrittenText extends Common {
  readonly text: string
  readonly mediaType?: string
  readonly language?: string
}

export interface TextFile extends Addressed {
  readonly textFile: string
  readonly language?: string
}

export interface GivenResource extends Common {
  readonly resource: Resource
}

/** Nothing but its choices. */
export interface Alternatives extends Common {
  readonly choices: ReadonlyArray<Content>
}

/**
 * Something to show: an image, a sound, a video or a text. Clause 5.7. One key says what it is:
 *
 * - `imageService`: the address of an image's service; `url`: the address of an image without one. `width` and `height`
 *   are its size in pixels. `region`: the part of it that is shown, in its own pixels; `rotation`: clockwise, in degrees.
 *   `maxSize`, `maxThumbnailSize`: the largest size at which the service delivers it and its thumbnail, no limit by
 *   default. `service`: the kind of its service, by default that of the description.
 * - `sound`, `video`: its address, with its `duration` in seconds, and the `width` and `height` of a video. `clip`: the
 *   part of it that is played.
 * - `text`: the text itself, plain or with a `mediaType` of `text/html`; `textFile`: the address of a text, such as
 *   subtitles in WebVTT.
 * - `resource`: anything else, as Presentation 3 has it.
 *
 * All kinds can have a `label`, and `choices`: alternatives of which a viewer shows one, chosen by label; the content
 * itself is the first, unless there is nothing but `choices`. `styleClass` is a class of the stylesheet. Content with an
 * address can have a `mediaType` (written for images without a service), the services that control access to it (`auth`:
 * Authorization Flow 2 or Authentication 1; within the image service if it has one), and `annotations` of its own.
 *
 * @category models
 * @since 0.1.0
 */
export type Content = ServedImage | PlainImage | Sound | Video | WrittenText | TextFile | GivenResource | Alternatives

/**
 * Where on a page something is shown (`target`, in the pixels of the canvas) and when (`time`, in seconds); everywhere
 * and always by default. `stylesheet` has the classes that `styleClass` names. Clause 5.6.
 *
 * @category models
 * @since 0.1.0
 */
export interface Placement {
  readonly target?: Region
  readonly time?: Time
  readonly stylesheet?: Stylesheet
}

/**
 * Content and its place on a page.
 *
 * @category models
 * @since 0.1.0
 */
export type Layer = Content & Placement

/**
 * An image and its place on a page, as in {@link Content}.
 *
 * @category models
 * @since 0.1.0
 */
export type Picture = (ServedImage | PlainImage) & Placement

/** What an annotation says: a text, content, a page that it links to, or a resource as Presentation 3 has it. */
type Body = string | Content | Exclude<PageOrPart, string> | Resource

/**
 * An annotation, as of the Web Annotation Data Model: a comment (`commenting`), a tag (`tagging`), a link (`linking`), a
 * transcription or subtitles (`supplementing`), or with any other `motivation` but `painting`. Clause 3.4.
 *
 * - `body`: what it says: a plain text, {@link Content}, a page of the manifest that it links to (`{ page: "p2" }`), or a
 *   resource of Presentation 3 with its `type`; or a list of these.
 * - `target`: a page, given by its id, or a part of one; without `page`, a part of what the annotation is said of; or a
 *   target of Presentation 3 with its `type`. By default the whole of what it is said of.
 * - `id`: derived from that of what it is said of by default. `textGranularity`: `page`, `block`, `line` and so on.
 *
 * @category models
 * @since 0.1.0
 */
export interface Annotation {
  readonly motivation: string | ReadonlyArray<string>
  readonly body?: Body | ReadonlyArray<Body>
  readonly target?: string | Place | Exclude<Target, string>
  readonly id?: string
  readonly label?: Text
  readonly stylesheet?: Stylesheet
  readonly textGranularity?: TextGranularity
}

/**
 * An annotation, or a whole page of annotations as Presentation 3 has it, embedded or referenced.
 *
 * @category models
 * @since 0.1.0
 */
export type AnnotationOrPage = Annotation | AnnotationPage | Reference<"AnnotationPage"> | string

const contents = Schema.Array(Schema.suspend((): Schema.Codec<Content> => Content))

const common = { label: optionalKey(Text), choices: optionalKey(contents), styleClass: optionalKey(Schema.String) }

const addressed = {
  ...common,
  mediaType: optionalKey(MediaType),
  auth: optionalKey(Schema.Array(Service)),
  annotations: optionalKey(Schema.Array(Schema.suspend((): Schema.Codec<AnnotationOrPage> => AnnotationOrPage)))
}

const image = {
  ...addressed,
  width: Size,
  height: Size,
  region: optionalKey(Region),
  rotation: optionalKey(Rotation)
}

const played = {
  ...addressed,
  duration: optionalKey(Duration),
  language: optionalKey(Schema.String),
  clip: optionalKey(Time)
}

/** The fields of each kind of content, by the key that says which it is. */
export const kinds = {
  imageService: {
    ...image,
    imageService: Schema.String,
    service: optionalKey(ServiceKind),
    maxSize: optionalKey(MaxSize),
    maxThumbnailSize: optionalKey(MaxSize)
  },
  url: { ...image, url: Schema.String },
  sound: { ...played, sound: Schema.String },
  video: { ...played, video: Schema.String, width: optionalKey(Size), height: optionalKey(Size) },
  text: {
    ...common,
    text: Schema.String,
    mediaType: optionalKey(MediaType),
    language: optionalKey(Schema.String)
  },
  textFile: { ...addressed, textFile: Schema.String, language: optionalKey(Schema.String) },
  resource: { ...common, resource: Resource },
  choices: { ...common, choices: contents }
}

/** Where and when content is shown. */
export const placement = {
  target: optionalKey(Region),
  time: optionalKey(Time),
  stylesheet: optionalKey(Stylesheet)
}

/**
 * How an image is painted on its canvas, as in {@link Picture}.
 *
 * @category models
 * @since 0.1.0
 */
export const Painting = Schema.Struct({
  target: placement.target,
  region: image.region,
  rotation: image.rotation
})

const { Struct } = Schema

/**
 * @category models
 * @since 0.1.0
 */
export const Picture: Schema.Codec<Picture> = byKey<Picture>({
  imageService: Struct({ ...kinds.imageService, ...placement }),
  url: Struct({ ...kinds.url, ...placement })
})

/**
 * @category models
 * @since 0.1.0
 */
export const Content: Schema.Codec<Content> = byKey<Content>({
  imageService: Struct(kinds.imageService),
  url: Struct(kinds.url),
  sound: Struct(kinds.sound),
  video: Struct(kinds.video),
  text: Struct(kinds.text),
  textFile: Struct(kinds.textFile),
  resource: Struct(kinds.resource),
  choices: Struct(kinds.choices)
})

/**
 * @category models
 * @since 0.1.0
 */
export const Layer: Schema.Codec<Layer> = byKey<Layer>({
  imageService: Struct({ ...kinds.imageService, ...placement }),
  url: Struct({ ...kinds.url, ...placement }),
  sound: Struct({ ...kinds.sound, ...placement }),
  video: Struct({ ...kinds.video, ...placement }),
  text: Struct({ ...kinds.text, ...placement }),
  textFile: Struct({ ...kinds.textFile, ...placement }),
  resource: Struct({ ...kinds.resource, ...placement }),
  choices: Struct({ ...kinds.choices, ...placement })
})

const Body: Schema.Codec<Body> = byKey<Body>({
  type: Resource,
  page: Struct({ ...Part.fields, page: Schema.String })
}, { otherwise: Content, text: Schema.String })

/**
 * @category models
 * @since 0.1.0
 */
export const Annotation: Schema.Codec<Annotation> = Struct({
  motivation: Strings,
  body: optionalKey(oneOrMany(Body)),
  target: optionalKey(
    byKey<string | Place | Exclude<Target, string>>({ type: Target as Schema.Codec<Exclude<Target, string>> }, {
      otherwise: Place,
      text: Schema.String
    })
  ),
  id: optionalKey(Schema.String),
  label: optionalKey(Text),
  stylesheet: optionalKey(Stylesheet),
  textGranularity: optionalKey(TextGranularity)
})

/**
 * @category models
 * @since 0.1.0
 */
export const AnnotationOrPage: Schema.Codec<AnnotationOrPage> = byKey<AnnotationOrPage>({
  type: AnnotationPageOrReference
}, { otherwise: Annotation, text: Schema.String })
