import * as Schema from "effect/Schema"
import { Resource, Text } from "../../Presentation3.ts"
import { byKey } from "./byKey.ts"
import { Content } from "./content.ts"

const { optionalKey, Struct } = Schema

/**
 * A label and its value, as text. Clause 3.1, `metadata` and `requiredStatement`.
 *
 * @category models
 * @since 0.1.0
 */
export const LabelValueText = Struct({ label: Text, value: Text })

/**
 * A link to a page about the object, or to data about it: its address, type (`Text`, `Dataset`, ...) and label.
 * `language` is a list of language tags, `format` a media type. Clause 3.3.1.
 *
 * @category models
 * @since 0.1.0
 */
export const Link = Struct({
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
 * A thumbnail or a logo: {@link Content}, or a resource as Presentation 3 has it, with its `type`.
 *
 * @category models
 * @since 0.1.0
 */
export type Thumbnail = Content | Resource

/**
 * @category models
 * @since 0.1.0
 */
export const Thumbnail: Schema.Codec<Thumbnail> = byKey<Thumbnail>({ type: Resource }, { otherwise: Content })

/**
 * A provider of an object, identified by a URI. Clause 3.1, `provider`.
 *
 * @category models
 * @since 0.1.0
 */
export const Provider = Struct({
  id: Schema.String,
  label: Text,
  homepage: optionalKey(Schema.Array(Link)),
  logo: optionalKey(Schema.Array(Thumbnail)),
  seeAlso: optionalKey(Schema.Array(Link))
})
