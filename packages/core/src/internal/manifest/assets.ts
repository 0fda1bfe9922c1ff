import * as Result from "effect/Result"
import * as Struct from "effect/Struct"
import * as Asset from "../../Asset.ts"
import type { ManifestUri } from "../../Ids.ts"
import { type Finding, finding } from "../check/finding.ts"
import { quoted } from "../shown.ts"
import { build, type Built, isError, ManifestError } from "./build.ts"
import { described, type Description, type Page, painting, type Picture } from "./description.ts"
import { Names } from "./names.ts"
import { withPageIds } from "./withPageIds.ts"

type AddressOf = (asset: Asset.Asset) => string

const ofPage = Struct.keys(described)

const ofPicture = Struct.keys(painting)

/** What only a page can say. */
const unsaidAsChoice = [...ofPage, "canvas"] as const

const pictureOf = (asset: Asset.Asset, addressOf: AddressOf) => ({
  imageService: addressOf(asset),
  width: asset.width,
  height: asset.height,
  mediaType: asset.mediaType,
  ...Struct.pick(asset.source.description, [...ofPicture, "policyDefinition"])
})

/** Viewers list choices by their labels; a layer needs none. */
const choiceOf = (asset: Asset.Asset, addressOf: AddressOf): Picture => ({
  ...pictureOf(asset, addressOf),
  label: Asset.label(asset)
})

const layerOf = (asset: Asset.Asset, addressOf: AddressOf): Picture => ({
  ...pictureOf(asset, addressOf),
  ...Struct.pick(asset.source.description, ["label"])
})

const unsaid = (asset: Asset.Asset, path: string): ReadonlyArray<Finding> => {
  const lost = unsaidAsChoice.filter((key) => asset.source.description[key] !== undefined)
  if (lost.length === 0) return []
  return [
    finding("image-unsaid", path, `${quoted(asset.source.name)} is on another's page, with its ${lost.join(", ")}`)
  ]
}

/** The images that are on the pages of others, by those. */
interface Guests {
  readonly choices: Map<Asset.Asset, Array<Picture>>
  readonly layers: Map<Asset.Asset, Array<Picture>>
  readonly findings: ReadonlyArray<Finding>
}

const add = (guests: Map<Asset.Asset, Array<Picture>>, host: Asset.Asset, picture: Picture): void => {
  const others = guests.get(host)
  if (others === undefined) guests.set(host, [picture])
  else others.push(picture)
}

const guestsOf = (assets: ReadonlyArray<Asset.Asset>, names: Names, addressOf: AddressOf): Guests => {
  const findings: Array<Finding> = []
  const [choices, layers]: [Guests["choices"], Guests["layers"]] = [new Map(), new Map()]
  for (const [index, asset] of assets.entries()) {
    const { page } = asset.source.description
    if (page === undefined) continue
    const host = names.hostOf(page.of, `images[${index}].page.of`)
    findings.push(...unsaid(asset, `images[${index}]`))
    if (Result.isFailure(host)) findings.push(host.failure)
    else if (page.as === "choice") add(choices, host.success, choiceOf(asset, addressOf))
    else add(layers, host.success, layerOf(asset, addressOf))
  }
  return { choices, layers, findings }
}

const pageOf = (asset: Asset.Asset, addressOf: AddressOf, { choices, layers }: Guests): Page => {
  const page = {
    id: asset.id,
    ...pictureOf(asset, addressOf),
    label: Asset.label(asset),
    ...Struct.pick(asset.source.description, [...ofPage, "canvas"])
  }
  const [others, over] = [choices.get(asset), layers.get(asset)]
  return {
    ...page,
    ...(others === undefined ? {} : { choices: others }),
    ...(over === undefined ? {} : { layers: over })
  }
}

/** What the builder says besides of names that stand for no page. */
const besides = new Set(["page-missing", "manifest-empty"])

/** The manifest of assets: a page for each, but for those that are on the page of another. */
export const buildOfAssets = (
  uri: ManifestUri,
  description: Description,
  assets: ReadonlyArray<Asset.Asset>,
  addressOf: AddressOf
): Result.Result<Built, ManifestError> => {
  const names = new Names(assets)
  const guests = guestsOf(assets, names, addressOf)
  const pages = assets.filter(({ source }) => source.description.page === undefined)
    .map((asset) => pageOf(asset, addressOf, guests))
  const named = withPageIds(description, names)
  const findings = [...guests.findings, ...named.findings]
  const built = build(uri, named.description, pages)
  if (!findings.some(isError)) {
    return Result.map(built, ({ findings: more, manifest }) => ({ manifest, findings: [...findings, ...more] }))
  }
  const more = Result.isFailure(built) ? built.failure.findings.filter(({ code }) => !besides.has(code)) : []
  return Result.fail(new ManifestError({ findings: [...findings.filter(isError), ...more] }))
}
