import type * as Schema from "effect/Schema"
import { visible } from "../../base/internal/text.ts"
import type { DeliveryError, ImageInfo, Observation } from "../Delivery.ts"
import { AssetFate, ManifestFate } from "../Fate.ts"
import * as ServedManifest from "../ServedManifest.ts"
import type { Judged } from "./servedWatch.ts"
import { type Unserved, unserved } from "./unserved.ts"

/** An asset as it should be served. */
interface Expected {
  readonly id: string
  readonly width: number
  readonly height: number
}

const sizeText = (size: { readonly width: number; readonly height: number }): string => `${size.width} x ${size.height}`

/** The fates that assets and manifests have in common. */
type CommonFate = Extract<AssetFate, { readonly _tag: "NotServed" | "Unknown" }>

const judgeUnserved = (seen: Unserved): Judged<CommonFate> => {
  const told = unserved(seen)
  const [{ NotServed, Unknown }, evidence] = [AssetFate.cases, { url: seen.url, problem: told.problem }]
  return { ...told, fate: told.standing === "NotServedYet" ? NotServed.make(evidence) : Unknown.make(evidence) }
}

export const unanswered = ({ reason, url }: DeliveryError): CommonFate =>
  AssetFate.cases.Unknown.make({ url, problem: reason.message })

/** The namespace and case of an id are the service's. */
const localOf = (name: string): string => name.slice(name.lastIndexOf(":") + 1).toUpperCase()

/**
 * Whether an info.json that declares `declared` is that of an asset, by its id or address. After a redirect, it may
 * declare what it was redirected to (docs/mps.md, 2.4). An id that names nothing tells nothing.
 */
export const names = (declared: string, id: string, url: string): boolean => {
  const name = localOf(ServedManifest.assetOf(declared))
  return name === "" || name === localOf(ServedManifest.assetOf(id)) || name === localOf(ServedManifest.assetOf(url))
}

export const judgeAsset = (expected: Expected) => (seen: Observation<ImageInfo>): Judged<AssetFate> => {
  if (seen._tag !== "Served") return judgeUnserved(seen)
  const { url, value: { height, id, width } } = seen
  if (!names(id, expected.id, url)) {
    const problem = `served as ${visible(id)}`
    return { fate: AssetFate.cases.NotServed.make({ url, problem, differs: true }), standing: "NotServedYet", problem }
  }
  if (width === expected.width && height === expected.height) {
    return { fate: AssetFate.cases.Served.make({ url, width, height }), standing: "Served", problem: "" }
  }
  const [wanted, served] = [sizeText(expected), sizeText(seen.value)]
  return {
    fate: AssetFate.cases.SizeDiffers.make({ url, expected: wanted, served }),
    standing: "NotServedYet",
    problem: `served as ${served} instead of ${wanted}`
  }
}

export const judgeManifest = (expected: Schema.Json) => (seen: Observation<Schema.Json>): Judged<ManifestFate> => {
  if (seen._tag !== "Served") return judgeUnserved(seen)
  const problem = ServedManifest.problem(expected, seen.value)
  return problem === undefined
    ? { fate: ManifestFate.cases.Served.make({ url: seen.url }), standing: "Served", problem: "" }
    : {
      fate: ManifestFate.cases.NotServed.make({ url: seen.url, problem, differs: true }),
      standing: "NotServedYet",
      problem
    }
}
