/**
 * A plan: everything that applying a batch will do, as a value that people can read, compare and keep. It holds every id
 * and key, and no time of its making, so that planning the same again gives the same text.
 *
 * @since 0.1.0
 */
import type * as Result from "effect/Result"
import { counted, visible } from "../base/internal/text.ts"
import * as IngestImage from "../mps/IngestImage.ts"
import * as Decode from "./internal/plan/decode.ts"
import * as Encode from "./internal/plan/encode.ts"
import type { Plan, PlannedManifest } from "./internal/plan/model.ts"
import { below, keyParts, relative } from "./internal/plan/place.ts"

export { PlanInvalid } from "./internal/plan/decode.ts"
export { Content, Origin, Plan, PlannedImage, PlannedManifest, version } from "./internal/plan/model.ts"

/**
 * The text of a plan: JSON with three lines for each image. The same plan always gives the same text, and what changes
 * of one image changes only its lines.
 *
 * @category encoding
 * @since 0.1.0
 */
export const encode: (plan: Plan) => string = Encode.encode

/**
 * Reads the text of a plan. Fails with all of its problems at once, each with its JSON path: another version, a field
 * that is missing, unknown or of a wrong form, an id, key or address that was edited apart from what it belongs to, or
 * that is there twice.
 *
 * @example
 * ```ts
 * import { Plan } from "@iiif-ingest/core"
 * import { Result } from "effect"
 *
 * const { problems } = Result.getOrThrow(Result.flip(Plan.decode(`{ "format": "iiif-ingest plan", "version": 2 }`)))
 * problems.map(({ place }) => place) // => ["version"]
 * ```
 *
 * @category decoding
 * @since 0.1.0
 */
export const decode: (text: string) => Result.Result<Plan, Decode.PlanInvalid> = Decode.decode

/**
 * The folder of the images of a plan, given the folder of the plan's own file.
 *
 * @example
 * ```ts
 * import { Plan } from "@iiif-ingest/core"
 *
 * ["scans", ".", "/mnt/scans"].map((root) => Plan.rootOf({ root }, "/home/ann/books"))
 * // => ["/home/ann/books/scans", "/home/ann/books", "/mnt/scans"]
 * ```
 *
 * @category getters
 * @since 0.1.0
 */
export const rootOf = ({ root }: Pick<Plan, "root">, folder: string): string => below(folder, root)

/**
 * A plan to be written to a file in a folder: its root becomes relative to that folder if it is in it or below.
 *
 * @category combinators
 * @since 0.1.0
 */
export const writtenIn = (plan: Plan, folder: string): Plan => ({
  ...plan,
  root: relative(folder, plan.root) ?? plan.root
})

/**
 * The images of a planned manifest as they are ingested, with whole ids and keys; `root` is the absolute path of the
 * folder of the images. Their names are their paths below it.
 *
 * @category conversions
 * @since 0.1.0
 */
export const imagesOf = (manifest: PlannedManifest, root: string): ReadonlyArray<IngestImage.IngestImage> =>
  manifest.images.map(({ description, file, fixity, id, key }) => {
    const [keyPrefix, name] = keyParts(key)
    return IngestImage.file(below(root, file), {
      ...description,
      name: file,
      assetId: id,
      key: name,
      keyPrefix,
      ...(fixity === undefined ? {} : { fixity })
    })
  })

const bytesOf = (manifest: PlannedManifest): number =>
  manifest.images.reduce((sum, { fingerprint }) => sum + fingerprint.size, 0)

const units: ReadonlyArray<readonly [size: number, name: string]> = [[1e9, "GB"], [1e6, "MB"], [1e3, "kB"]]

const describeBytes = (bytes: number): string => {
  const [size, unit] = units.find(([size]) => bytes >= size) ?? [1, "bytes"]
  return `${(bytes / size).toLocaleString("en-US", { maximumFractionDigits: 1 })} ${unit}`
}

/**
 * A plan in a few lines: where it goes, how much it is, and each manifest with its name and number of images.
 *
 * @category formatting
 * @since 0.1.0
 */
export const describe = ({ account, bucket, environment, manifests, namespace, space }: Plan): string => {
  const images = manifests.reduce((sum, manifest) => sum + manifest.images.length, 0)
  const bytes = manifests.reduce((sum, manifest) => sum + bytesOf(manifest), 0)
  return [
    `${counted(manifests.length, "manifest")}, ${counted(images, "image")}, ${describeBytes(bytes)}`,
    `to ${environment} as ${account}/${space}, namespace ${namespace}, bucket ${bucket}`,
    ...manifests.map((manifest) => {
      const name = visible(manifest.description.name ?? manifest.id)
      return `  ${name}: ${counted(manifest.images.length, "image")}, ${describeBytes(bytesOf(manifest))}`
    })
  ].join("\n")
}
