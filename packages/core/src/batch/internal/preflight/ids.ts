/** The ids of images. */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { AssetId, maximumLength } from "../../../base/Ids.ts"
import { quoted } from "../../../base/internal/text.ts"
import { type Findings, otherPlace } from "./codes.ts"
import type { ImageDraft } from "./draft.ts"

const decodeId = Schema.decodeOption(AssetId)

const plain = (text: string): string => text.normalize("NFC").replace(/[^A-Za-z0-9]/g, "")

const withoutExtension = (name: string): string => name.replace(/\.[^./\\]+$/, "")

/** The whole id that a row asks for, or that follows from the file's name. */
const idText = ({ exists, fromFolder, name, place, row: { own } }: ImageDraft, prefix: string, findings: Findings) => {
  const [id, assetId] = fromFolder ? [] : [own.get("id"), own.get("assetId")]
  if (id !== undefined && assetId !== undefined) {
    findings.add("id-and-asset-id", assetId.place, `it has the id ${quoted(id.text)} as well`)
    return undefined
  }
  if (assetId !== undefined) return { text: assetId.text, place: assetId.place, given: true }
  if (id !== undefined) return { text: `${prefix}${id.text}`, place: id.place, given: true }
  if (!exists) return undefined
  const stem = withoutExtension(name)
  const local = plain(stem)
  if (local === "") {
    findings.add("id-none", place, `${quoted(name)} has no ASCII letters or digits`)
    return undefined
  }
  if (/[\p{L}\p{N}]/u.test(stem.replace(/[A-Za-z0-9]/g, ""))) {
    findings.add("id-letters", place, `its id is ${prefix}${local}, without the other letters of ${quoted(name)}`)
  }
  return { text: `${prefix}${local}`, place, given: false }
}

export type Ids = ReadonlyMap<ImageDraft, AssetId>

const decode = (wanted: Exclude<ReturnType<typeof idText>, undefined>, findings: Findings): AssetId | undefined => {
  const id = decodeId(wanted.text)
  if (Option.isSome(id)) return id.value
  if (plain(wanted.text) === wanted.text) {
    findings.add("id-long", wanted.place, `the id has ${wanted.text.length} characters, of at most ${maximumLength}`)
    return undefined
  }
  const remedy = plain(wanted.text) === ""
    ? undefined
    : `use letters A to Z and digits only, such as ${plain(wanted.text)}`
  findings.add("id-form", wanted.place, `${quoted(wanted.text)} cannot be an id`, remedy)
  return undefined
}

/** The ids of all images that can have one; every id that two images have is a finding at each but the first. */
export const idsOf = (drafts: ReadonlyArray<ImageDraft>, prefix: string, findings: Findings): Ids => {
  const ids = new Map<ImageDraft, AssetId>()
  const byId = new Map<string, { readonly draft: ImageDraft; readonly id: AssetId }>()
  const byPath = new Map<string, ImageDraft>()
  for (const draft of drafts) {
    const sameFile = byPath.get(draft.path)
    if (sameFile === undefined) byPath.set(draft.path, draft)
    const wanted = idText(draft, prefix, findings)
    const id = wanted === undefined ? undefined : decode(wanted, findings)
    if (wanted === undefined || id === undefined) continue
    const earlier = byId.get(id.toLowerCase())
    const isAgain = sameFile !== undefined && earlier?.draft === sameFile
    if (isAgain) {
      findings.add(
        "file-duplicate",
        draft.place,
        `${quoted(draft.name)} is in ${otherPlace(sameFile.place, draft.place)} too`
      )
    } else if (earlier !== undefined) {
      const other = `${quoted(earlier.draft.name)} (${otherPlace(earlier.draft.place, wanted.place)})`
      findings.add(
        earlier.id === id ? "id-duplicate" : "id-case",
        wanted.place,
        earlier.id === id
          ? `the id ${id} is that of ${other} too`
          : `${id} and ${earlier.id}, the id of ${other}, differ only by case`,
        wanted.given ? undefined : "give each of the images an `id`"
      )
    }
    if (!isAgain && sameFile !== undefined) {
      findings.add(
        "file-repeated",
        draft.place,
        `${quoted(draft.name)} is in ${otherPlace(sameFile.place, draft.place)} too`
      )
    }
    if (earlier === undefined) byId.set(id.toLowerCase(), { draft, id })
    ids.set(draft, id)
  }
  return ids
}
