/**
 * What a client did wrong in an ingest request that was accepted, because MPS would accept it too or because nobody
 * knows whether it would. It never changes what is accepted.
 */
import type { ImageAsset, IngestRequest } from "../../IngestRequest.ts"
import * as Requests from "../../IngestRequest.ts"
import type { Note } from "../../RequestLog.ts"
import { canonicalIdentifier } from "../ingest/assets.ts"
import * as ManifestAdvice from "./manifest.ts"
import { bound, note } from "./notes.ts"

type Size = ManifestAdvice.Size

const exceeds = (one: Size, other: Size): boolean => one.width > other.width || one.height > other.height
const sizeText = ({ height, width }: Size) => `${width} x ${height}`

const policy = ({ identifier, policyDefinition }: ImageAsset): ReadonlyArray<Note> => {
  if ("policyGroupName" in policyDefinition) return []
  const { policy, thumbnail } = policyDefinition
  const order = (what: string, sizes: typeof policy) =>
    exceeds(sizes.public, sizes.authenticated)
      ? [note(
        "policy-order",
        `${identifier} allows the public more than someone who is signed in: ${what} ${sizeText(sizes.public)}, ` +
          `not ${sizeText(sizes.authenticated)}`
      )]
      : []
  const large = (["public", "authenticated"] as const).filter((who) => exceeds(thumbnail[who], policy[who])).map((
    who
  ) =>
    note(
      "thumbnail-size",
      `The thumbnail of ${identifier} for ${who} is larger than the image that its policy allows: ` +
        `${sizeText(thumbnail[who])}, not ${sizeText(policy[who])}`
    )
  )
  return [...order("policy", policy), ...order("thumbnail", thumbnail), ...large]
}

const MAX_THUMBNAIL = 1000

const thumbnails = (asset: ImageAsset): ReadonlyArray<Note> => {
  const sizes = asset.thumbSizes ?? []
  const size = Requests.imageSize(asset)
  const limit = Math.min(MAX_THUMBNAIL, size === undefined ? MAX_THUMBNAIL : Math.max(size.width, size.height))
  const large = sizes.filter((one) => one > limit)
  return [
    ...(large.length === 0 ? [] : [note(
      "thumbnail-size",
      `${asset.identifier} asks for thumbnails of ${large.join(", ")} pixels, more than ${limit}`
    )]),
    ...(new Set(sizes).size === sizes.length
      ? []
      : [note("thumbnail-size", `${asset.identifier} asks for the same size of thumbnail more than once`)])
  ]
}

export const advise = (
  request: IngestRequest,
  known: { readonly base: string; readonly ingested: (identifier: string) => Size | undefined }
): ReadonlyArray<Note> => {
  const { image } = request.assets
  const assets = new Map(image.map((asset) => [canonicalIdentifier(asset.identifier), asset]))
  const sizeOf = (identifier: string) => {
    const asset = assets.get(identifier)
    return asset === undefined ? known.ingested(identifier) : Requests.imageSize(asset) ?? "unknown"
  }
  const isEmpty = Object.keys(request.manifest).length === 0
  const shown = ManifestAdvice.shown(request.manifest)
  const unshown = isEmpty ?
    [] :
    [...assets.keys()].filter((identifier) => !shown.has(identifier)).map((identifier) =>
      note("unused-asset", `${identifier} is in the request, but no canvas of its manifest shows it`)
    )
  return bound([
    ...image.flatMap(policy),
    ...image.flatMap(thumbnails),
    ...unshown,
    ...(isEmpty ? [] : ManifestAdvice.advise(request.manifest, { base: known.base, sizeOf }))
  ])
}
