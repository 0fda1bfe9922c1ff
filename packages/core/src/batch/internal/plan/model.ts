/** The schemas of a plan; exported by `Plan`. */
import * as Schema from "effect/Schema"
import { AssetId, ManifestUri, Namespace } from "../../../base/Ids.ts"
import { EnvironmentName } from "../../../config/MpsEnvironment.ts"
import { Crc32 } from "../../../image/Crc32.ts"
import { Fingerprint } from "../../../image/Fingerprint.ts"
import { Checksum } from "../../../image/Fixity.ts"
import * as IngestImage from "../../../mps/IngestImage.ts"
import * as Manifests from "../../../mps/Manifests.ts"

/**
 * The row that something in a plan comes from, and its cells that are not empty, by column, as they were: enough to
 * write the row into a sheet again.
 *
 * @category models
 * @since 0.1.0
 */
export const Origin = Schema.Struct({
  source: Schema.String,
  row: Schema.optionalKey(Schema.Int),
  cells: Schema.optionalKey(Schema.Record(Schema.String, Schema.String))
})

/**
 * @category models
 * @since 0.1.0
 */
export type Origin = typeof Origin.Type

/**
 * A CRC-32 of an image's bytes: of all of them (`file`), or of blocks at even distances (`sample`), which a plan has by
 * default for a large file, since reading all of it would take as long as sending it.
 *
 * @category models
 * @since 0.1.0
 */
export const Content = Schema.Struct({ of: Schema.Literals(["file", "sample"]), crc32: Crc32 })

/**
 * @category models
 * @since 0.1.0
 */
export type Content = typeof Content.Type

/**
 * One image of a plan.
 *
 * - `file`: its path relative to the plan's `root`, with forward slashes; absolute only where the plan was allowed to
 *   leave the folder.
 * - `id`, `key`: the whole id of the asset, and the whole key of its object in the bucket.
 * - `fingerprint`, `content`: what tells whether the file changed after it was planned.
 * - `fixity`: the checksums of its row, which the upload is verified against.
 * - `replaces`: whether other bytes are there under its id, which it may replace. Unlike an action, this is no part of
 *   what is asked for: a plan that is made again, once it has replaced them, asks for the same.
 *
 * @category models
 * @since 0.1.0
 */
export const PlannedImage = Schema.Struct({
  file: Schema.NonEmptyString,
  id: AssetId,
  key: Schema.NonEmptyString,
  width: Schema.Int.check(Schema.isGreaterThan(0)),
  height: Schema.Int.check(Schema.isGreaterThan(0)),
  mediaType: Schema.NonEmptyString,
  fingerprint: Fingerprint,
  content: Schema.optionalKey(Content),
  fixity: Schema.optionalKey(Schema.Array(Checksum)),
  replaces: Schema.optionalKey(Schema.Literal(true)),
  description: IngestImage.Description,
  origin: Origin
})

/**
 * @category models
 * @since 0.1.0
 */
export type PlannedImage = typeof PlannedImage.Type

/**
 * One manifest of a plan, with its images in the order of the pages. The description has a name; `id` is the address that
 * follows from it.
 *
 * @category models
 * @since 0.1.0
 */
export const PlannedManifest = Schema.Struct({
  id: ManifestUri,
  description: Manifests.Description,
  origin: Origin,
  images: Schema.Array(PlannedImage)
})

/**
 * @category models
 * @since 0.1.0
 */
export type PlannedManifest = typeof PlannedManifest.Type

/**
 * The version of the format that this release writes.
 *
 * @category constants
 * @since 0.1.0
 */
export const version = 1

/**
 * A plan. `root` is the folder that the files are relative to: relative to the folder of the plan's own file where it is
 * in it or below, so that both can be moved together, and otherwise absolute.
 *
 * @category models
 * @since 0.1.0
 */
export const Plan = Schema.Struct({
  format: Schema.Literal("iiif-ingest plan"),
  version: Schema.Literal(version),
  environment: EnvironmentName,
  account: Schema.NonEmptyString,
  space: Schema.NonEmptyString,
  namespace: Namespace,
  bucket: Schema.NonEmptyString,
  root: Schema.NonEmptyString,
  manifests: Schema.Array(PlannedManifest)
})

/**
 * @category models
 * @since 0.1.0
 */
export type Plan = typeof Plan.Type
