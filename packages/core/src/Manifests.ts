/**
 * Manifests of a configured account: the thin service between `Manifest`, which is pure, and names and addresses.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import { SecureRandom } from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Asset from "./Asset.ts"
import { ManifestName, type ManifestUri } from "./Ids.ts"
import { buildOfAssets } from "./internal/manifest/assets.ts"
import { randomText } from "./internal/randomText.ts"
import { quoted } from "./internal/shown.ts"
import * as Manifest from "./Manifest.ts"
import { MpsConfig } from "./MpsConfig.ts"
import * as MpsEnvironment from "./MpsEnvironment.ts"
import type * as Presentation3 from "./Presentation3.ts"

/**
 * - `uri` is the address of a manifest by its name; without a name, one is made at random (`GEN` and 22 capital letters
 *   and digits).
 * - `build` makes the manifest of assets in their order, at `uri`: a page for each, but for those that are on the page of
 *   another ({@link ImageSource.Description}, `page`). `contents` and `start` name pages by the ids of images, with the
 *   asset prefix or without, or by their names; a name that stands for none or for several is a finding.
 *
 * @category services
 * @since 0.1.0
 */
export class Manifests extends Context.Service<Manifests, {
  readonly uri: (name?: string) => Effect.Effect<ManifestUri, Manifest.ManifestError>
  readonly build: (
    uri: ManifestUri,
    description: Manifest.Description,
    assets: ReadonlyArray<Asset.Asset>
  ) => Effect.Effect<Presentation3.Manifest, Manifest.ManifestError>
}>()("@iiif-ingest/core/Manifests") {}

const decodeName = Schema.decodeUnknownOption(ManifestName)

const nameError = (name: string) =>
  new Manifest.ManifestError({
    findings: [
      Manifest.finding(
        "manifest-name",
        "name",
        `${quoted(name)} cannot be the name of a manifest: MPS keeps capital letters and digits only, ` +
          `such as ${JSON.stringify(name.toUpperCase().replace(/[^A-Z0-9]/g, "").slice(0, 200) || "HAMLET")}`
      )
    ]
  })

/** How many findings of each code are told: a book may have one on every page. */
const told = 3

const warn = Effect.fnUntraced(function*(findings: ReadonlyArray<Manifest.Finding>) {
  for (const [code, same] of Map.groupBy(findings, (finding) => finding.code)) {
    for (const { message, path, remedy } of same.slice(0, told)) {
      yield* Effect.logWarning(`manifest: ${path}: ${message}; ${remedy} [${code}]`)
    }
    if (same.length > told) yield* Effect.logWarning(`manifest: and ${same.length - told} more [${code}]`)
  }
})

const make = Effect.gen(function*() {
  const config = yield* MpsConfig
  const random = yield* SecureRandom

  const addressOf = ({ id }: Asset.Asset) => MpsEnvironment.assetUrl(config.environment, config.namespace, id)

  return Manifests.of({
    uri: Effect.fn("Manifests.uri")(function*(given) {
      const generated = Effect.map(random.randomBytes(64), (bytes) => `GEN${randomText(bytes, 22).toUpperCase()}`)
      const text = given ?? (yield* generated)
      const name = decodeName(text)
      return Option.isSome(name)
        ? MpsEnvironment.manifestUri(config.environment, config.namespace, name.value)
        : yield* nameError(text)
    }),
    build: Effect.fn("Manifests.build")((uri, description, assets) =>
      Effect.fromResult(buildOfAssets(uri, description, assets, addressOf)).pipe(
        Effect.tap(({ findings }) => warn(findings)),
        Effect.map(({ manifest }) => manifest)
      )
    )
  })
})

/**
 * Manifests at the addresses and in the namespace of `MpsConfig`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Manifests, never, MpsConfig | SecureRandom> = Layer.effect(Manifests, make)
