import * as Manifest from "@iiif-ingest/iiif/Manifest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { ManifestUri } from "../base/Ids.ts"
import type { Asset } from "../image/Asset.ts"
import type { Descriptions } from "../mps/IngestImage.ts"
import type { Wire } from "../mps/IngestRequest.ts"
import * as ManifestRules from "../mps/ManifestRules.ts"
import * as Manifests from "../mps/Manifests.ts"
import type { ExpectedManifest } from "../mps/Verify.ts"

type Document = { readonly [key: string]: Schema.Json }

/** What was asked for: a manifest to build, a complete one, or none. */
export type Asked = Manifests.Description | { readonly asIs: Document } | false

/** A manifest that is ready to be submitted. */
export interface Planned extends ExpectedManifest {
  readonly json: Document
}

const decodeUri = Schema.decodeUnknownOption(ManifestUri)

const isAsIs = (asked: Exclude<Asked, false>): asked is { readonly asIs: Document } => "asIs" in asked

const versionOf = (json: Document): "2" | "3" => "@id" in json && !("id" in json) ? "2" : "3"

const planAsIs = (json: Document): Effect.Effect<Planned, Manifest.ManifestError> => {
  const id = decodeUri(json["id"] ?? json["@id"])
  return Option.isSome(id)
    ? Effect.succeed({ id: id.value, json, version: versionOf(json) })
    : Effect.fail(
      new Manifest.ManifestError({
        findings: [
          ManifestRules.finding(
            "manifest-id",
            "id" in json ? "id" : "@id",
            "a manifest needs its http(s) address as id (@id in Presentation 2)"
          )
        ]
      })
    )
}

/** Builds the manifest that was asked for, of these assets; `undefined` if none was. A given `uri` is kept. */
export const planManifest = Effect.fnUntraced(function*(
  { manifest, wire }: { readonly manifest: Asked; readonly wire?: Wire },
  assets: ReadonlyArray<Asset>,
  descriptions: Descriptions,
  uri?: ManifestUri
): Effect.fn.Return<Planned | undefined, Manifest.ManifestError, Manifests.Manifests> {
  if (manifest === false) return undefined
  if (isAsIs(manifest)) return yield* planAsIs(manifest.asIs)
  const manifests = yield* Manifests.Manifests
  const id = uri ?? (yield* manifests.uri(manifest.name))
  const json = yield* manifests.build(
    id,
    wire === undefined ? manifest : { wire, ...manifest },
    assets,
    descriptions
  )
  return { id, json, version: versionOf(json) }
})
