import type { AssetId } from "../../../base/Ids.ts"
import { AssetFate } from "../../../mps/Fate.ts"
import type { IngestReport } from "../../../mps/IngestReport.ts"
import type { PlannedImage, PlannedManifest } from "../../Plan.ts"
import { nameOf } from "../plan/chosen.ts"
import { type Told, toldBy } from "./fates.ts"
import type { Kind } from "./kinds.ts"

type Text = PlannedManifest["description"]["label"]

const isList = (text: Exclude<Text, string>): text is ReadonlyArray<string> => Array.isArray(text)

/** The first value of a label. */
const firstOf = (text: Text): string => {
  if (typeof text === "string") return text
  return (isList(text) ? text[0] : Object.values(text)[0]?.[0]) ?? ""
}

const common = (planned: PlannedManifest) => ({
  id: planned.id,
  name: nameOf(planned),
  label: firstOf(planned.description.label),
  origin: planned.origin
})

const imageOf = ({ file, id, origin }: PlannedImage, { fate, warnings }: Told) => ({ file, id, origin, fate, warnings })

/** The outcome of a manifest that has a report; `urlOf` is the address of an image. */
export const reported = (planned: PlannedManifest, report: IngestReport, urlOf: (id: AssetId) => string) => {
  const told = toldBy(planned.images.map(({ id }) => ({ id, url: urlOf(id) })), report)
  return {
    ...common(planned),
    images: planned.images.flatMap((image, index) => {
      const known = told[index]
      return known === undefined ? [] : [imageOf(image, known)]
    }),
    report
  }
}

const notSent = () => AssetFate.cases.NotSent.make({})

/** The outcome of a manifest that has no report, because of a problem. */
export const failed = (
  planned: PlannedManifest,
  problem: { readonly kind: Kind | "stopped" | "refused"; readonly message: string },
  fateOf: (image: PlannedImage) => AssetFate = notSent
) => ({
  ...common(planned),
  images: planned.images.map((image) => imageOf(image, { fate: fateOf(image), warnings: [] })),
  problem
})
