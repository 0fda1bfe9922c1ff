import * as Schema from "effect/Schema"
import {
  type CollectionItem,
  CollectionItem as Presentation3Item,
  type Manifest,
  Service,
  Text,
  ViewingDirection
} from "../../Presentation3.ts"
import { byKey } from "../manifest/byKey.ts"
import { ServiceKind } from "../manifest/content.ts"
import { Described } from "../manifest/description.ts"

const { optionalKey, Struct } = Schema

const described = { ...Described.fields, label: Text, viewingDirection: optionalKey(ViewingDirection) }

/**
 * The properties of a collection as a whole: those of `Manifest.Described`, and
 *
 * - `label`: its title. `language`: the language tag for strings without a language, `none` by default.
 * - `behavior`: such as `multi-part` for the volumes of one work, or `unordered`; none by default.
 * - `service`: the kind of image service of thumbnails that do not set one; `ImageService3` of `level2` by default.
 * - `sharedServices` (in the collection `services`) and `context`: as in `Manifest.Description`.
 *
 * Clause 5.1.
 *
 * @category models
 * @since 0.1.0
 */
export const Description = Struct({
  ...described,
  language: optionalKey(Schema.String),
  service: optionalKey(ServiceKind),
  sharedServices: optionalKey(Schema.Array(Service)),
  context: optionalKey(Schema.Array(Schema.String))
})

/**
 * @category models
 * @since 0.1.0
 */
export type Description = typeof Description.Type

/** What is said of a manifest or a collection where it is a member. */
interface Said extends Described {
  readonly label: Text
  readonly viewingDirection?: ViewingDirection
}

interface ManifestMember extends Said {
  readonly manifest: string
}

interface CollectionMember extends Said {
  readonly collection: string
  readonly members?: ReadonlyArray<Member>
}

/**
 * A member of a collection: a manifest (`manifest` is its address) or another collection (`collection`), with its label
 * and whatever else clients show of it, such as a thumbnail, a summary and a `navDate`. A collection with `members` is
 * embedded, and one without them is referenced. Manifests and members as Presentation 3 has them, with their `type`, are
 * accepted as well; of a whole manifest, its label, summary, thumbnail, `navDate` and `navPlace` are taken. Clause 5.1.
 *
 * @category models
 * @since 0.1.0
 */
export type Member = ManifestMember | CollectionMember | CollectionItem | Manifest

/**
 * @category models
 * @since 0.1.0
 */
export const Member: Schema.Codec<Member> = byKey<Member>({
  type: Presentation3Item,
  manifest: Struct({ ...described, manifest: Schema.String }),
  collection: Struct({
    ...described,
    collection: Schema.String,
    members: optionalKey(Schema.Array(Schema.suspend((): Schema.Codec<Member> => Member)))
  })
})
