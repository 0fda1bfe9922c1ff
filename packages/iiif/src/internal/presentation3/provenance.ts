import * as Schema from "effect/Schema"
import { byType, oneOrMany, open } from "./open.ts"

export type OneOrMany<T> = T | ReadonlyArray<T>

/**
 * Who or what created a resource. Web Annotation Data Model, 3.3.1.
 *
 * @category models
 * @since 0.1.0
 */
export type Creator = {
  readonly id?: string
  readonly type?: OneOrMany<string>
  readonly name?: OneOrMany<string>
  readonly nickname?: string
  readonly email?: string
  readonly email_sha1?: string
  readonly homepage?: OneOrMany<string>
}

const text = Schema.optionalKey(Schema.String)

const texts = Schema.optionalKey(oneOrMany(Schema.String))

/**
 * @category models
 * @since 0.1.0
 */
export const Creator: Schema.Codec<Creator> = open(
  Schema.Struct({
    id: text,
    type: texts,
    name: texts,
    nickname: text,
    email: text,
    email_sha1: text,
    homepage: texts
  })
)

/** How and by whom a resource was created, and for whom. Web Annotation Data Model, 3.3. */
export type Provenance = {
  readonly created?: string
  readonly modified?: string
  readonly generated?: string
  readonly creator?: OneOrMany<string | Creator>
  readonly generator?: OneOrMany<string | Creator>
  readonly accessibility?: OneOrMany<string>
  readonly rights?: OneOrMany<string>
  readonly canonical?: string
  readonly via?: OneOrMany<string>
}

const creators = Schema.optionalKey(
  oneOrMany(byType<string | Creator>({}, { otherwise: Creator, text: Schema.String }))
)

export const provenance = {
  created: text,
  modified: text,
  generated: text,
  creator: creators,
  generator: creators,
  accessibility: texts,
  rights: texts,
  canonical: text,
  via: texts
}
