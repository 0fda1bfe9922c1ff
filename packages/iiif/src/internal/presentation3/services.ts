import type * as Schema from "effect/Schema"
import type { Is } from "./names.ts"
import { schemaOf } from "./schema.ts"
import * as Table from "./serviceTables.ts"

/**
 * An Image API 3 service. Clause 3.3.1, `service`.
 *
 * @category models
 * @since 0.1.0
 */
export type ImageService3 = Is<typeof Table.imageService3>

/**
 * @category models
 * @since 0.1.0
 */
export const ImageService3: Schema.Codec<ImageService3> = schemaOf(Table.imageService3)

/**
 * An Image API 2 service as a Presentation 3 manifest embeds it: with `@id` and `@type`. Clause 3.3.1, `service`.
 *
 * @category models
 * @since 0.1.0
 */
export type ImageService2 = Is<typeof Table.imageService2>

/**
 * @category models
 * @since 0.1.0
 */
export const ImageService2: Schema.Codec<ImageService2> = schemaOf(Table.imageService2)

/**
 * An Image API 1 service as a Presentation 3 manifest embeds it. Clause 3.3.1, `service`.
 *
 * @category models
 * @since 0.1.0
 */
export type ImageService1 = Is<typeof Table.imageService1>

/**
 * @category models
 * @since 0.1.0
 */
export const ImageService1: Schema.Codec<ImageService1> = schemaOf(Table.imageService1)

/**
 * A service of Authorization Flow 2: probe, access, access token or logout.
 *
 * @category models
 * @since 0.1.0
 */
export type AuthService2 = Is<typeof Table.authService2>

/**
 * @category models
 * @since 0.1.0
 */
export const AuthService2: Schema.Codec<AuthService2> = schemaOf(Table.authService2)

/**
 * A service of Authentication 1: cookie, token or logout. Its labels and messages are plain strings.
 *
 * @category models
 * @since 0.1.0
 */
export type AuthService1 = Is<typeof Table.authService1>

/**
 * @category models
 * @since 0.1.0
 */
export const AuthService1: Schema.Codec<AuthService1> = schemaOf(Table.authService1)

/**
 * A service of Content Search 2: search or autocompletion.
 *
 * @category models
 * @since 0.1.0
 */
export type SearchService2 = Is<typeof Table.searchService2>

/**
 * @category models
 * @since 0.1.0
 */
export const SearchService2: Schema.Codec<SearchService2> = schemaOf(Table.searchService2)

/**
 * A service of Content Search 1: search or autocompletion.
 *
 * @category models
 * @since 0.1.0
 */
export type SearchService1 = Is<typeof Table.searchService1>

/**
 * @category models
 * @since 0.1.0
 */
export const SearchService1: Schema.Codec<SearchService1> = schemaOf(Table.searchService1)

/**
 * Any other service, or an older one with `id` and `type`, as some tools write it.
 *
 * @category models
 * @since 0.1.0
 */
export type OtherService = Is<typeof Table.otherService> | Is<typeof Table.otherOlderService>

/**
 * A service for images, authentication, search or anything else. Clause 3.3.1, `service`.
 *
 * @category models
 * @since 0.1.0
 */
export type Service = Is<typeof Table.anyService>

/**
 * @category models
 * @since 0.1.0
 */
export const Service: Schema.Codec<Service> = schemaOf(Table.anyService)
