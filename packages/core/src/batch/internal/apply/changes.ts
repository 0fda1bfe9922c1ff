import * as Manifest from "@iiif-ingest/iiif/Manifest"
import { isObject } from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { AssetId, identifier, type Namespace } from "../../../base/Ids.ts"
import * as Crc32 from "../../../image/Crc32.ts"
import type { Version } from "../../../mps/Holdings.ts"
import type { Asked, Known } from "./asked.ts"

const values = { before: Schema.optionalKey(Schema.Json), after: Schema.optionalKey(Schema.Json) }

const image = { id: AssetId, file: Schema.String }

/**
 * A change of a manifest. Positions count from 0.
 *
 * - `ImageAdded`, `ImageRemoved`: an image that was not there before, or is not there any more; it stays ingested.
 * - `ImageReplaced`: other bytes under the same id; the CRC-32s of both as hexadecimal numbers, as far as they are known.
 * - `PageMoved`: a page was moved; pages that only shifted because of others are not listed.
 * - `PolicyChanged`: who may see an image, and how large.
 * - `ValueChanged`: a label, metadata, rights, a size, the table of contents or another property; `of` is the file of the
 *   page, or what the manifest calls it, and missing for one of the manifest itself.
 * - `Other`: a change of which only this is known.
 *
 * @category models
 * @since 0.1.0
 */
export const Change = Schema.TaggedUnion({
  ImageAdded: { ...image, position: Schema.Int },
  ImageRemoved: { id: Schema.String, position: Schema.Int },
  ImageReplaced: { ...image, ...values },
  PageMoved: { of: Schema.String, from: Schema.Int, to: Schema.Int },
  PolicyChanged: { ...image, ...values },
  ValueChanged: { of: Schema.optionalKey(Schema.String), property: Schema.String, ...values },
  Other: { what: Schema.String }
})

/**
 * @category models
 * @since 0.1.0
 */
export type Change = typeof Change.Type

type Earlier = Version["images"][number]

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

const hex = (crc: Crc32.Crc32 | undefined) => crc === undefined ? undefined : Crc32.toHex(crc)

const both = (before: Schema.Json | undefined, after: Schema.Json | undefined) => ({
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after })
})

const ofImage = ({ crc32, description, image: { file, id } }: Known, earlier: Earlier): ReadonlyArray<Change> => {
  const policy = description.policyDefinition ?? { policyGroupName: "default" }
  return [
    ...(earlier.crc32 === undefined || crc32 === earlier.crc32
      ? []
      : [Change.cases.ImageReplaced.make({ id, file, ...both(hex(earlier.crc32), hex(crc32)) })]),
    ...(earlier.policyDefinition === undefined || isSame(earlier.policyDefinition, policy)
      ? []
      : [Change.cases.PolicyChanged.make({ id, file, ...both(earlier.policyDefinition, policy) })])
  ]
}

const ofImages = ({ images }: Asked, version: Version, namespace: Namespace): ReadonlyArray<Change> => {
  const before = new Map<string, Earlier>(version.images.map((earlier) => [earlier.id, earlier]))
  const kept = new Set<string>(images.map(({ image }) => identifier(namespace, image.id)))
  return [
    ...version.images.flatMap(({ id }, position) =>
      kept.has(id) ? [] : [Change.cases.ImageRemoved.make({ id, position })]
    ),
    ...images.flatMap((known, position) => {
      const { file, id } = known.image
      const earlier = before.get(identifier(namespace, id))
      return earlier === undefined ? [Change.cases.ImageAdded.make({ id, file, position })] : ofImage(known, earlier)
    })
  ]
}

/** The files of the pages of two manifests, by the ids of their canvases: a page is that of the first image on it. */
const filesByPage = ({ images, json }: Asked, version: Version, namespace: Namespace): ReadonlyMap<string, string> => {
  const files = new Map<string, string>(images.map(({ image: { file, id } }) => [identifier(namespace, id), file]))
  const [start, end] = [`${namespace}:`, /[^A-Za-z0-9]/]
  const canvases = [version.json["items"], json["items"]].flatMap((items) => Array.isArray(items) ? items : [])
  return new Map(canvases.flatMap((canvas) => {
    const { id, items }: { readonly id?: unknown; readonly items?: unknown } = isObject(canvas) ? canvas : {}
    const text = JSON.stringify(items ?? "")
    const at = text.indexOf(start, text.indexOf("\"service\""))
    const [asset] = at === -1 ? [] : text.slice(at + start.length).split(end, 1)
    const file = files.get(`${start}${asset}`)
    return typeof id === "string" && file !== undefined ? [[id, file] as const] : []
  }))
}

/** What a value is of: the manifest itself, a page by its file, or what the manifest calls it. */
const placeOf = ({ manifest }: Asked, files: ReadonlyMap<string, string>, of: string): { readonly of?: string } =>
  of === manifest.id ? {} : { of: files.get(of) ?? of }

/** The files of the images whose thumbnails were chosen. */
const chosenThumbnails = ({ images }: Asked): ReadonlySet<string> =>
  new Set(images.flatMap(({ description, image }) => description.thumbnail === undefined ? [] : [image.file]))

/** What the pages of a comparison are called. */
interface Pages {
  readonly files: ReadonlyMap<string, string>
  readonly thumbnails: ReadonlySet<string>
}

/** Whether a thumbnail only follows from the images: that of another page, or of another size. */
const isDerived = ({ manifest }: Asked, { files, thumbnails }: Pages, of: string): boolean =>
  of === manifest.id ? manifest.description.thumbnail === undefined : !thumbnails.has(files.get(of) ?? "")

const fromIiif = (
  asked: Asked,
  pages: Pages,
  change: Manifest.Change
): ReadonlyArray<Change> => {
  const { files } = pages
  const value = (property: string, of: string, before: Schema.Json | undefined, after: Schema.Json | undefined) => [
    Change.cases.ValueChanged.make({ ...placeOf(asked, files, of), property, ...both(before, after) })
  ]
  switch (change._tag) {
    // images that are new, removed or replaced are told by their ids and bytes
    case "PageAdded":
    case "PageRemoved":
    case "ImageReplaced":
      return []
    case "PageMoved":
      return [
        Change.cases.PageMoved.make({ of: files.get(change.id) ?? change.id, from: change.from, to: change.to })
      ]
    case "LabelChanged":
      return value("label", change.of, change.before, change.after)
    case "MetadataChanged":
      return value("metadata", change.of, change.before, change.after)
    case "SizeChanged":
      return value("size", change.of, { ...change.before }, { ...change.after })
    case "RangesChanged":
      return value("contents", change.of, change.before, change.after)
    case "PropertyChanged":
      return change.property === "thumbnail" && isDerived(asked, pages, change.of)
        ? []
        : value(change.property, change.of, change.before, change.after)
    case "ImageChanged":
      return value("image", change.of, undefined, undefined)
  }
}

/** A manifest that is what this library built can be read; one from elsewhere may not. */
const ofManifest = (asked: Asked, version: Version, namespace: Namespace): ReadonlyArray<Change> => {
  const { json } = version
  if (isSame(json, asked.json)) return []
  const pages = { files: filesByPage(asked, version, namespace), thumbnails: chosenThumbnails(asked) }
  const read = Result.all([Manifest.fromUnknown(json), Manifest.fromUnknown(asked.json)])
  const changes = Result.flatMap(read, ([before, after]) => Manifest.diff(before, after))
  return Result.isSuccess(changes)
    ? changes.success.flatMap((change) => fromIiif(asked, pages, change))
    : [Change.cases.Other.make({ what: "the manifest; the one that was sent before cannot be compared" })]
}

const rest = "something that is asked for with it, such as its status, agent, dates, thumbnail sizes or metadata"

/** Without this, an update that was cut off would look as if it were made. */
const unfinished = "nothing, but the job of the last run that sent it is not known to have ended as success"

/** What changed of a manifest since a version of it, or, without one, since it was ingested. */
export const changesOf = (asked: Asked, version: Version | undefined, namespace: Namespace): ReadonlyArray<Change> => {
  const { content, earlier } = asked
  if (version === undefined) {
    return earlier._tag === "None" || earlier._tag === "Ingested"
      ? []
      : [Change.cases.Other.make({ what: "the journal has not kept what was sent before" })]
  }
  const changes = [...ofManifest(asked, version, namespace), ...ofImages(asked, version, namespace)]
  if (changes.length > 0 || earlier._tag === "None" || earlier._tag === "Ingested") return changes
  const isOther = earlier.record.content !== undefined && earlier.record.content !== content.digest
  return [Change.cases.Other.make({ what: isOther ? rest : unfinished })]
}
