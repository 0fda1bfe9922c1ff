/**
 * Manifests of a configured account: the thin service between `Manifest` of `@iiif-ingest/iiif`, which is pure and knows
 * nothing of MPS, and the names, addresses, policies and rules of MPS.
 *
 * @since 0.1.0
 */
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import * as Presentation2 from "@iiif-ingest/iiif/Presentation2"
import type * as Presentation3 from "@iiif-ingest/iiif/Presentation3"
import * as Context from "effect/Context"
import { SecureRandom } from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { isObject } from "effect/Predicate"
import type * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import * as Ids from "../base/Ids.ts"
import { randomText } from "../base/internal/randomText.ts"
import { quoted } from "../base/internal/text.ts"
import { MpsConfig } from "../config/MpsConfig.ts"
import * as MpsEnvironment from "../config/MpsEnvironment.ts"
import type { Asset } from "../image/Asset.ts"
import type { Descriptions } from "./IngestImage.ts"
import { Wire } from "./IngestRequest.ts"
import { buildOfImages } from "./internal/manifest/assets.ts"
import { described, optionsFor } from "./internal/manifest/form.ts"
import * as ManifestRules from "./ManifestRules.ts"

/**
 * What a manifest for MPS says of the whole: all that `Manifest.Description` of `@iiif-ingest/iiif` has, and
 *
 * - `name`: what it is called at MPS, capital letters and digits; made at random by default.
 * - `addNone`: if the label has no value under `none`, its first values are repeated under it: MPS's own viewer reads no
 *   other (docs/mps.md, 2.4).
 * - `wire`: {@link Wire}, `mps` by default. As `iiifingest`, bodies are named and typed after the source (`default.tiff`),
 *   services have `id` and `type`, nothing has a thumbnail, and the defaults are `paged` and language `en`.
 *
 * `contents` and `start` name pages by the ids of images (with or without the asset prefix) or by their names. The default
 * `service` is `ImageService2` of level 2, as MPS has them.
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
 * - `uri` is the address of a manifest by its name; without a name, one is made at random (`GEN` and 22 capital letters
 *   and digits).
 * - `build` makes the manifest of assets in their order, at `uri`: a page for each, but for those that are on the page of
 *   another (`page` of `IngestImage.Description`). A name in `contents`, `start` or `page` that stands for no image or for
 *   several is a finding.
 *
 * @category services
 * @since 0.1.0
 */
export class Manifests extends Context.Service<Manifests, {
  readonly uri: (name?: string) => Effect.Effect<Ids.ManifestUri, Manifest.ManifestError>
  readonly build: (
    uri: Ids.ManifestUri,
    description: Description,
    assets: ReadonlyArray<Asset>,
    descriptions?: Descriptions
  ) => Effect.Effect<Presentation3.Manifest, Manifest.ManifestError>
}>()("@iiif-ingest/core/mps/Manifests") {}

const decodeName = Schema.decodeUnknownOption(Ids.ManifestName)

const nameError = (name: string) =>
  new Manifest.ManifestError({
    findings: [
      ManifestRules.finding(
        "manifest-name",
        "name",
        `${quoted(name)} cannot be the name of a manifest: MPS keeps capital letters and digits only, ` +
          `such as ${JSON.stringify(name.toUpperCase().replace(/[^A-Z0-9]/g, "").slice(0, 200) || "HAMLET")}`
      )
    ]
  })

/** How many findings of each code are logged: a book may have one on every page. */
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

  const addressOf = ({ id }: Asset) => MpsEnvironment.assetUrl(config.environment, config.namespace, id)

  return Manifests.of({
    uri: Effect.fn("Manifests.uri")(function*(given) {
      const generated = Effect.map(random.randomBytes(64), (bytes) => `GEN${randomText(bytes, 22).toUpperCase()}`)
      const text = given ?? (yield* generated)
      const name = decodeName(text)
      return Option.isSome(name)
        ? MpsEnvironment.manifestUri(config.environment, config.namespace, name.value)
        : yield* nameError(text)
    }),
    build: Effect.fn("Manifests.build")((uri, given, assets, descriptions) => {
      const { addNone, wire } = given
      const description = described(Struct.omit(given, ["addNone", "name", "wire"]), wire, addNone)
      const entries = assets.map((asset) => ({ asset, description: descriptions?.get(asset.id) ?? {} }))
      return Effect.fromResult(buildOfImages(uri, description, entries, addressOf, optionsFor(wire))).pipe(
        Effect.tap(({ findings }) => warn(findings)),
        Effect.map(({ manifest }) => manifest)
      )
    })
  })
})

/**
 * Manifests at the addresses and in the namespace of `MpsConfig`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Manifests, never, MpsConfig | SecureRandom> = Layer.effect(Manifests, make)

/**
 * How `Manifest.build` of `@iiif-ingest/iiif` builds for MPS: the form of its image services, and its rules. As `iiifingest`
 * it builds what the Python client does.
 *
 * @category constants
 * @since 0.1.0
 */
export const buildOptions: (wire?: Wire) => Manifest.BuildOptions = optionsFor

/**
 * Everything that is wrong or doubtful in any manifest, collection or page of annotations, by the specification and by the
 * rules of MPS; with an `environment`, the manifest's address is compared with it too. All codes are in docs/findings.md.
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

/** Renames the address of a manifest, as MPS names it and as it serves it, and with it the ids of everything below. */
const renaming = (given: unknown, version: "2" | "3"): (id: string) => string => {
  const uri = Option.getOrUndefined(decodeUri(given))
  if (uri === undefined) return identity
  const other = Ids.withVersion(uri, version).replace(/\/iiif\/[23]\/(?=URN-3:)/i, `/iiif/${version}/`)
  return (id) => id === uri || id.startsWith(`${uri}/`) || id.startsWith(`${uri}#`) ? other + id.slice(uri.length) : id
}

/**
 * Writes a manifest of MPS in Presentation 2, as `Presentation2.fromPresentation3` does. Ids that end in `:MANIFEST:3`,
 * and those below them, end in `:MANIFEST:2`.
 *
 * @category converting
 * @since 0.1.0
 */
export const toPresentation2 = (
  manifest: Presentation3.Manifest
): Result.Result<Presentation2.Converted, Presentation2.ConversionError> =>
  Presentation2.fromPresentation3(manifest, { rename: renaming(manifest.id, "2") })

/**
 * Reads a manifest of MPS in Presentation 2 into Presentation 3, as `Presentation2.toPresentation3` does. Ids that end in
 * `:MANIFEST:2`, and those below them, end in `:MANIFEST:3`.
 *
 * @category converting
 * @since 0.1.0
 */
export const toPresentation3 = (
  document: unknown
): Effect.Effect<Presentation3.Manifest, Presentation2.ConversionError> =>
  Presentation2.toPresentation3(document, { rename: renaming(isObject(document) ? document["@id"] : undefined, "3") })
