import {
  type BuildOptions,
  buildWithFindings,
  type Built,
  Described,
  type Description,
  type Finding,
  ManifestError,
  type Page,
  Painting,
  type Picture
} from "@iiif-ingest/iiif/Manifest"
import type { Text } from "@iiif-ingest/iiif/Presentation3"
import * as Result from "effect/Result"
import * as Struct from "effect/Struct"
import { quoted } from "../../../base/internal/text.ts"
import type { StoredAsset } from "../../../upload/UploadedAsset.ts"
import { finding } from "../../ManifestRules.ts"
import { caseConflicts } from "./caseConflicts.ts"
import { limits } from "./form.ts"
import { type Entry, Names } from "./names.ts"
import { withPageIds } from "./withPageIds.ts"

/** What the manifest says of an image that is not in its description: the address of its service, its label. */
export interface ImageForm {
  readonly addressOf: (asset: StoredAsset) => string
  readonly labelOf: (entry: Entry) => Text
}

const pageFields = Struct.keys(Described.fields)

const pictureFields = Struct.keys(Painting.fields)

/** Fields that have no effect on an image without a page of its own. */
const pageOnlyFields = [...pageFields, "canvas"] as const

const pictureOf = ({ asset, description }: Entry, { addressOf }: ImageForm) => ({
  imageService: addressOf(asset),
  width: asset.width,
  height: asset.height,
  mediaType: asset.mediaType,
  ...limits(description.policyDefinition),
  ...Struct.pick(description, pictureFields)
})

/** A choice always has a label, because viewers list choices by their labels. */
const choiceOf = (entry: Entry, form: ImageForm): Picture => ({
  ...pictureOf(entry, form),
  label: form.labelOf(entry)
})

const layerOf = (entry: Entry, form: ImageForm): Picture => ({
  ...pictureOf(entry, form),
  ...Struct.pick(entry.description, ["label"])
})

const ignoredFields = ({ asset, description }: Entry, path: string): ReadonlyArray<Finding> => {
  const ignored = pageOnlyFields.filter((key) => description[key] !== undefined)
  if (ignored.length === 0) return []
  return [
    finding(
      "image-unsaid",
      path,
      `${quoted(asset.source.name)} is on another image's page, where these are ignored: ${ignored.join(", ")}`
    )
  ]
}

/** The images on the pages of others, by the image whose page it is. */
interface Guests {
  readonly choices: Map<Entry, Array<Picture>>
  readonly layers: Map<Entry, Array<Picture>>
  readonly findings: ReadonlyArray<Finding>
}

const add = (guests: Map<Entry, Array<Picture>>, host: Entry, picture: Picture): void => {
  const others = guests.get(host)
  if (others === undefined) guests.set(host, [picture])
  else others.push(picture)
}

const guestsOf = (entries: ReadonlyArray<Entry>, names: Names, form: ImageForm): Guests => {
  const findings: Array<Finding> = []
  const [choices, layers]: [Guests["choices"], Guests["layers"]] = [new Map(), new Map()]
  for (const [index, entry] of entries.entries()) {
    const { page } = entry.description
    if (page === undefined) continue
    const host = names.hostOf(page.of, `images[${index}].page.of`)
    findings.push(...ignoredFields(entry, `images[${index}]`))
    if (Result.isFailure(host)) findings.push(host.failure)
    else if (page.as === "choice") add(choices, host.success, choiceOf(entry, form))
    else add(layers, host.success, layerOf(entry, form))
  }
  return { choices, layers, findings }
}

const pageOf = (entry: Entry, form: ImageForm, { choices, layers }: Guests): Page => {
  const page = {
    id: entry.asset.id,
    ...pictureOf(entry, form),
    label: form.labelOf(entry),
    ...Struct.pick(entry.description, pageOnlyFields)
  }
  const [ownChoices, ownLayers] = [choices.get(entry), layers.get(entry)]
  return {
    ...page,
    ...(ownChoices === undefined ? {} : { choices: ownChoices }),
    ...(ownLayers === undefined ? {} : { layers: ownLayers })
  }
}

const idCaseFindings = (entries: ReadonlyArray<Entry>): ReadonlyArray<Finding> =>
  caseConflicts(entries.map(({ asset }) => asset.id)).map(({ earlier, id, index }) =>
    finding("image-id-case", `images[${index}].id`, `${quoted(id)} and ${quoted(earlier)} differ only in case`)
  )

/** Findings of the builder that follow from a reference that was already reported as unknown. */
const consequences = new Set(["page-missing", "manifest-empty"])

const isError = ({ severity }: Finding): boolean => severity === "error"

/** Builds the manifest of images, with a page for each except those that are on the page of another. */
export const buildOfImages = (
  uri: string,
  description: Description,
  entries: ReadonlyArray<Entry>,
  form: ImageForm,
  options: BuildOptions
): Result.Result<Built, ManifestError> => {
  const names = new Names(entries)
  const guests = guestsOf(entries, names, form)
  const pages = entries.filter(({ description }) => description.page === undefined)
    .map((entry) => pageOf(entry, form, guests))
  const resolved = withPageIds(description, names)
  const findings = [...guests.findings, ...idCaseFindings(entries), ...resolved.findings]
  const built = buildWithFindings(uri, resolved.description, pages, options)
  if (!findings.some(isError)) {
    return Result.map(built, ({ findings: more, manifest }) => ({ manifest, findings: [...findings, ...more] }))
  }
  const more = Result.isFailure(built) ? built.failure.findings.filter(({ code }) => !consequences.has(code)) : []
  return Result.fail(new ManifestError({ findings: [...findings.filter(isError), ...more] }))
}
