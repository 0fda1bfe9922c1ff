import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Table from "./contentStateTables.ts"
import type { Is } from "./names.ts"
import { schemaOf } from "./schema.ts"

/**
 * What a viewer should show: the address of a resource, a resource with what it is part of, or an annotation with the
 * motivation `contentState` that has the resource as its target. Source: Content State API 1.0, 2.
 *
 * @category models
 * @since 0.1.0
 */
export type ContentState = Is<typeof Table.contentState>

/**
 * @category models
 * @since 0.1.0
 */
export const ContentState: Schema.Codec<ContentState> = schemaOf(Table.contentState)

const parse = SchemaParser.decodeUnknownEffect(Schema.fromJsonString(Schema.Unknown))

/** An address is used as it is; anything else is JSON. */
const addressOrJson = SchemaTransformation.transformEffect<unknown, string>({
  decode: (text, options) => /^https?:/i.test(text) ? Effect.succeed(text) : parse(text, options),
  encode: (content) => Effect.succeed(typeof content === "string" ? content : JSON.stringify(content))
})

/**
 * A content state as encoded in the address of a viewer, `?iiif-content=...`. Source: Content State API 1.0, 6.
 *
 * @example
 * ```ts
 * import { Presentation3 } from "@iiif-ingest/iiif"
 * import { Schema } from "effect"
 *
 * Schema.encodeSync(Presentation3.ContentStateText)("https://example.org/1")
 * // => "aHR0cHMlM0ElMkYlMkZleGFtcGxlLm9yZyUyRjE"
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const ContentStateText: Schema.Codec<ContentState, string> = Schema.StringFromBase64Url.pipe(
  Schema.decodeTo(Schema.StringFromUriComponent),
  Schema.decodeTo(Schema.Unknown, addressOrJson),
  Schema.decodeTo(ContentState)
)
