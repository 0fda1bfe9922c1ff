/**
 * Manifests of a configured account: a thin service that applies the names, addresses, policies and rules of MPS to
 * `Manifest` of `@iiif-ingest/iiif`, which is pure and does not depend on MPS.
 *
 * @since 0.1.0
 */
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import type * as Presentation2 from "@iiif-ingest/iiif/Presentation2"
import type * as Presentation3 from "@iiif-ingest/iiif/Presentation3"
import * as Context from "effect/Context"
import { SecureRandom } from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { isObject } from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import * as Ids from "../base/Ids.ts"
import { randomText } from "../base/internal/randomText.ts"
import { MpsConfig } from "../config/MpsConfig.ts"
import * as MpsEnvironment from "../config/MpsEnvironment.ts"
import type { StoredAsset } from "../upload/UploadedAsset.ts"
import * as IngestImage from "./IngestImage.ts"
import { Wire } from "./IngestRequest.ts"
import { buildOfImages, type ImageForm } from "./internal/manifest/assets.ts"
import { optionsFor, withDefaults } from "./internal/manifest/form.ts"
import { nameProblem } from "./internal/manifest/manifestName.ts"
import * as ManifestRules from "./ManifestRules.ts"

/**
 * The description of a manifest for MPS: all fields of `Manifest.Description` of `@iiif-ingest/iiif`, and
 *
 * - `name`: its name in MPS ({@link Ids.ManifestName}), sent as it is given; random by default. MPS compares names
 *   without case.
 * - `addNone`: if the label has no value under `none`, its first values are repeated there, because MPS's own viewer
 *   reads no other (docs/mps.md, 2.4).
 * - `wire`: {@link Wire}; `mps` by default. With `iiifingest`, bodies are named and typed after the source
 *   (`default.tiff`), services have `id` and `type`, there are no thumbnails, and the defaults are `paged`, language `en`
 *   and, as a page's label, the asset's id.
 *
 * `contents` and `start` refer to pages by the ids of images (with or without what is added to them) or by their names. The
 * default `service` is `ImageService2` of level 2, which MPS serves.
 *
 * @category models
 * @since 0.1.0
 */
export const Description = Schema.Struct({
  ...Manifest.Description.fields,
  name: Schema.optionalKey(Schema.String),
  addNone: Schema.optionalKey(Schema.Boolean),
  wire: Schema.optionalKey(Wire)
})

/**
 * @category models
 * @since 0.1.0
 */
export type Description = typeof Description.Type

/**
 * - `uri` returns the address of the manifest with a name; by default the name is random (`GEN` and 22 capital letters
 *   and digits).
 * - `build` makes the manifest of assets, in their order, at `uri`. Each asset gets a page, except those that are on
 *   the page of another (`page` of `IngestImage.Description`). A reference in `contents`, `start` or `page` that
 *   matches no image or more than one is a finding.
 *
 * @category services
 * @since 0.1.0
 */
export class Manifests extends Context.Service<Manifests, {
  readonly uri: (name?: string) => Effect.Effect<Ids.ManifestUri, Manifest.ManifestError>
  readonly build: (
    uri: Ids.ManifestUri,
    description: Description,
    assets: ReadonlyArray<StoredAsset>,
    descriptions?: IngestImage.Descriptions
  ) => Effect.Effect<Presentation3.Manifest, Manifest.ManifestError>
}>()("@iiif-ingest/core/mps/Manifests") {}

const decodeName = Schema.decodeUnknownOption(Ids.ManifestName)

const nameError = (name: string) =>
  new Manifest.ManifestError({ findings: [ManifestRules.finding("manifest-name", "name", nameProblem(name))] })

/** How many findings of each code are logged, since a book may have one on every page. */
const maxLogged = 3

const warn = Effect.fnUntraced(function*(findings: ReadonlyArray<Manifest.Finding>) {
  for (const [code, same] of Map.groupBy(findings, (finding) => finding.code)) {
    for (const { message, path, remedy } of same.slice(0, maxLogged)) {
      yield* Effect.logWarning(`manifest: ${path}: ${message}; ${remedy} [${code}]`)
    }
    if (same.length > maxLogged) yield* Effect.logWarning(`manifest: and ${same.length - maxLogged} more [${code}]`)
  }
})

const make = Effect.gen(function*() {
  const config = yield* MpsConfig
  const random = yield* SecureRandom

  const addressOf = ({ id }: StoredAsset) => MpsEnvironment.assetUrl(config.environment, config.namespace, id)

  return Manifests.of({
    uri: Effect.fn("Manifests.uri")(function*(requested) {
      const generated = Effect.map(random.randomBytes(64), (bytes) => `GEN${randomText(bytes, 22).toUpperCase()}`)
      const text = requested ?? (yield* generated)
      const name = decodeName(text)
      return Option.isSome(name)
        ? MpsEnvironment.manifestUri(config.environment, config.namespace, name.value)
        : yield* nameError(text)
    }),
    build: Effect.fn("Manifests.build")((uri, options, assets, descriptions) => {
      const { addNone, wire } = options
      const description = withDefaults(Struct.omit(options, ["addNone", "name", "wire"]), wire, addNone)
      const entries = assets.map((asset) => ({ asset, description: descriptions?.get(asset.id) ?? {} }))
      const form: ImageForm = { addressOf, labelOf: (entry) => IngestImage.label(entry.asset, entry.description, wire) }
      return Effect.fromResult(buildOfImages(uri, description, entries, form, optionsFor(wire))).pipe(
        Effect.tap(({ findings }) => warn(findings)),
        Effect.map(({ manifest }) => manifest)
      )
    })
  })
})

/**
 * Manifests with the addresses and the namespace of `MpsConfig`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Manifests, never, MpsConfig | SecureRandom> = Layer.effect(Manifests, make)

/**
 * The options for building a manifest for MPS with `Manifest.build` of `@iiif-ingest/iiif`: the form of its image
 * services, and its rules. With `iiifingest` the result equals that of the Python client.
 *
 * @category constants
 * @since 0.1.0
 */
export const buildOptions: (wire?: Wire) => Manifest.BuildOptions = optionsFor

/**
 * Finds all errors and doubtful points in a manifest, collection or annotation page, by the specification and by the
 * rules of MPS. If an `environment` is given, the manifest's address is compared with it too. All codes are in
 * docs/findings.md.
 *
 * @example
 * ```ts
 * import { Manifests } from "@iiif-ingest/core"
 *
 * Manifests.check({ type: "Manifest", id: "manifest.json" }).map(({ code, path }) => `${path}: ${code}`)
 * // => ["@context: missing", "label: missing", "items: missing", "id: id-uri"]
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const check = (
  document: unknown,
  { environment, sizeOf }: Pick<Manifest.CheckOptions, "sizeOf"> & {
    readonly environment?: Pick<MpsEnvironment.MpsEnvironment, "manifestUrl">
  } = {}
): ReadonlyArray<Manifest.Finding> =>
  Manifest.check(document, { rules: [ManifestRules.make(environment)], ...(sizeOf === undefined ? {} : { sizeOf }) })

const decodeUri = Schema.decodeUnknownOption(Ids.ManifestUri)

/** Renames the address of a manifest to its other version, and the ids of everything below it. */
const renaming = (id: unknown, version: "2" | "3"): (id: string) => string => {
  const uri = Option.getOrUndefined(decodeUri(id))
  if (uri === undefined) return identity
  const other = Ids.withVersion(uri, version).replace(/\/iiif\/[23]\/(?=URN-3:)/i, `/iiif/${version}/`)
  return (id) => id === uri || id.startsWith(`${uri}/`) || id.startsWith(`${uri}#`) ? other + id.slice(uri.length) : id
}

/** The converter has dozens of modules, which most programs never need. */
const loadPresentation2 = Effect.promise(() => import("@iiif-ingest/iiif/Presentation2"))

/**
 * Converts a manifest of MPS to Presentation 2 with `Presentation2.fromPresentation3`, and changes `:MANIFEST:3` to
 * `:MANIFEST:2` in its id and in those below it.
 *
 * @category converting
 * @since 0.1.0
 */
export const toPresentation2 = (
  manifest: Presentation3.Manifest
): Effect.Effect<Presentation2.Converted<Presentation2.Manifest>, Presentation2.ConversionError> =>
  Effect.flatMap(
    loadPresentation2,
    ({ fromPresentation3 }) => fromPresentation3(manifest, { rename: renaming(manifest.id, "2") })
  )

/**
 * Converts a manifest of MPS from Presentation 2 with `Presentation2.toPresentation3`, and changes `:MANIFEST:2` to
 * `:MANIFEST:3` in its id and in those below it.
 *
 * @category converting
 * @since 0.1.0
 */
export const toPresentation3 = (
  document: unknown
): Effect.Effect<Presentation2.Converted<Presentation3.Manifest>, Presentation2.ConversionError> =>
  Effect.flatMap(
    loadPresentation2,
    ({ toPresentation3 }) =>
      toPresentation3(document, { rename: renaming(isObject(document) ? document["@id"] : undefined, "3") })
  )
