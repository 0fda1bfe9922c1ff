import * as Schema from "effect/Schema"
import { byField, byType, lazy, list, oneOrMany, open } from "./open.ts"
import { Context, Id, LanguageMap, Size } from "./values.ts"

type Sizes = ReadonlyArray<{ readonly width: number; readonly height: number }>

type Tiles = ReadonlyArray<
  { readonly width: number; readonly height?: number; readonly scaleFactors: ReadonlyArray<number> }
>

/** Image information that an embedded image service may include. Image API 3.0, 5. */
type ImageInformation = {
  readonly "@context"?: string | ReadonlyArray<string>
  readonly profile?: string
  readonly protocol?: string
  readonly width?: number
  readonly height?: number
  readonly maxWidth?: number
  readonly maxHeight?: number
  readonly maxArea?: number
  readonly sizes?: Sizes
  readonly tiles?: Tiles
  readonly service?: ReadonlyArray<Service>
}

/**
 * An Image API 3 service. Clause 3.3.1, `service`.
 *
 * @category models
 * @since 0.1.0
 */
export type ImageService3 = ImageInformation & { readonly id: string; readonly type: "ImageService3" }

/**
 * An Image API 2 service as a Presentation 3 manifest embeds it: with `@id` and `@type`. Clause 3.3.1, `service`.
 *
 * @category models
 * @since 0.1.0
 */
export type ImageService2 = ImageInformation & { readonly "@id": string; readonly "@type": "ImageService2" }

/**
 * An Image API 1 service as a Presentation 3 manifest embeds it. Clause 3.3.1, `service`.
 *
 * @category models
 * @since 0.1.0
 */
export type ImageService1 = ImageInformation & { readonly "@id": string; readonly "@type": "ImageService1" }

type AuthText = {
  readonly profile?: string
  readonly label?: LanguageMap
  readonly heading?: LanguageMap
  readonly note?: LanguageMap
  readonly confirmLabel?: LanguageMap
  readonly errorHeading?: LanguageMap
  readonly errorNote?: LanguageMap
  readonly service?: ReadonlyArray<Service>
}

/**
 * A service of Authorization Flow 2: probe, access, access token or logout.
 *
 * @category models
 * @since 0.1.0
 */
export type AuthService2 = AuthText & {
  readonly id: string
  readonly type: "AuthProbeService2" | "AuthAccessService2" | "AuthAccessTokenService2" | "AuthLogoutService2"
}

/**
 * A service of Authentication 1: cookie, token or logout. Its labels and messages are plain strings.
 *
 * @category models
 * @since 0.1.0
 */
export type AuthService1 = {
  readonly "@id": string
  readonly "@type": "AuthCookieService1" | "AuthTokenService1" | "AuthLogoutService1"
  readonly profile?: string
  readonly label?: string
  readonly header?: string
  readonly description?: string
  readonly confirmLabel?: string
  readonly failureHeader?: string
  readonly failureDescription?: string
  readonly service?: Service | ReadonlyArray<Service>
}

/**
 * A service of Content Search 2: search or autocompletion.
 *
 * @category models
 * @since 0.1.0
 */
export type SearchService2 = {
  readonly id: string
  readonly type: "SearchService2" | "AutoCompleteService2"
  readonly profile?: string
  readonly label?: LanguageMap
  readonly service?: ReadonlyArray<Service>
}

/**
 * A service of Content Search 1: search or autocompletion.
 *
 * @category models
 * @since 0.1.0
 */
export type SearchService1 = {
  readonly "@context"?: string | ReadonlyArray<string>
  readonly "@id": string
  readonly "@type": "SearchService1" | "AutoCompleteService1"
  readonly profile?: string
  readonly label?: string
  readonly service?: Service | ReadonlyArray<Service>
}

/**
 * Any other service, or an older one with `id` and `type`, as some tools write it.
 *
 * @category models
 * @since 0.1.0
 */
export type OtherService =
  | { readonly id: string; readonly type: string; readonly profile?: string }
  | { readonly "@id": string; readonly "@type": string; readonly profile?: string }

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

const text = Schema.optionalKey(Schema.String)

const languages = Schema.optionalKey(LanguageMap)

const size = Schema.optionalKey(Size)

const nested = lazy((): Schema.Codec<Service> => Service)

const services = list(nested)

const imageInformation = {
  "@context": Schema.optionalKey(Context),
  profile: text,
  protocol: text,
  width: size,
  height: size,
  maxWidth: size,
  maxHeight: size,
  maxArea: size,
  sizes: list(open(Schema.Struct({ width: Size, height: Size }))),
  tiles: list(open(Schema.Struct({ width: Size, height: size, scaleFactors: Schema.Array(Size) }))),
  service: services
}

/**
 * @category models
 * @since 0.1.0
 */
export const ImageService3: Schema.Codec<ImageService3> = open(
  Schema.Struct({ id: Id, type: Schema.Literal("ImageService3"), ...imageInformation })
)

/**
 * @category models
 * @since 0.1.0
 */
export const ImageService2: Schema.Codec<ImageService2> = open(
  Schema.Struct({ "@id": Id, "@type": Schema.Literal("ImageService2"), ...imageInformation })
)

/**
 * @category models
 * @since 0.1.0
 */
export const ImageService1: Schema.Codec<ImageService1> = open(
  Schema.Struct({ "@id": Id, "@type": Schema.Literal("ImageService1"), ...imageInformation })
)

/**
 * @category models
 * @since 0.1.0
 */
export const AuthService2: Schema.Codec<AuthService2> = open(
  Schema.Struct({
    id: Id,
    type: Schema.Literals(["AuthProbeService2", "AuthAccessService2", "AuthAccessTokenService2", "AuthLogoutService2"]),
    profile: text,
    label: languages,
    heading: languages,
    note: languages,
    confirmLabel: languages,
    errorHeading: languages,
    errorNote: languages,
    service: services
  })
)

/**
 * @category models
 * @since 0.1.0
 */
export const SearchService2: Schema.Codec<SearchService2> = open(
  Schema.Struct({
    id: Id,
    type: Schema.Literals(["SearchService2", "AutoCompleteService2"]),
    profile: text,
    label: languages,
    service: services
  })
)

const oneOrManyServices = Schema.optionalKey(oneOrMany(nested))

const auth1 = {
  profile: text,
  label: text,
  header: text,
  description: text,
  confirmLabel: text,
  failureHeader: text,
  failureDescription: text,
  service: oneOrManyServices
}

/**
 * @category models
 * @since 0.1.0
 */
export const AuthService1: Schema.Codec<AuthService1> = open(
  Schema.Struct({
    "@id": Id,
    "@type": Schema.Literals(["AuthCookieService1", "AuthTokenService1", "AuthLogoutService1"]),
    ...auth1
  })
)

const search1 = { "@context": Schema.optionalKey(Context), profile: text, label: text, service: oneOrManyServices }

/**
 * @category models
 * @since 0.1.0
 */
export const SearchService1: Schema.Codec<SearchService1> = open(
  Schema.Struct({ "@id": Id, "@type": Schema.Literals(["SearchService1", "AutoCompleteService1"]), ...search1 })
)

/** With `id` and `type`, as some tools write services that predate Image API 3. */
const renamed = <const Fields extends Schema.Struct.Fields>(fields: Fields) =>
  Schema.Struct({ id: Id, type: Schema.String, ...fields })

const image = (service: Schema.Codec<Service>) => byField<Service>("@id", service, open(renamed(imageInformation)))

const other = byField<OtherService>(
  "@id",
  open(Schema.Struct({ "@id": Id, "@type": Schema.String, profile: text })),
  open(renamed({ profile: text }))
)

const authentication1 = byField<Service>("@id", AuthService1, open(renamed(auth1)))

const searching1 = byField<Service>("@id", SearchService1, open(renamed(search1)))

/**
 * @category models
 * @since 0.1.0
 */
export const Service: Schema.Codec<Service> = byType<Service>({
  ImageService1: image(ImageService1),
  ImageService2: image(ImageService2),
  ImageService3,
  AuthCookieService1: authentication1,
  AuthTokenService1: authentication1,
  AuthLogoutService1: authentication1,
  AuthProbeService2: AuthService2,
  AuthAccessService2: AuthService2,
  AuthAccessTokenService2: AuthService2,
  AuthLogoutService2: AuthService2,
  SearchService1: searching1,
  AutoCompleteService1: searching1,
  SearchService2,
  AutoCompleteService2: SearchService2
}, { otherwise: other })
