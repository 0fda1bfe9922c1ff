/** What the cells of a row say of an image alone. */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { quoted } from "../../../base/internal/text.ts"
import * as Fixity from "../../../image/Fixity.ts"
import type { Description } from "../../../mps/IngestImage.ts"
import { Action, type PolicyDefinition } from "../../../mps/IngestRequest.ts"
import type { Findings } from "./codes.ts"
import { type Context, describedOf, textOf } from "./described.ts"
import { parsePolicy } from "./policy.ts"
import { type Entry, firstOf } from "./row.ts"

type Entries = ReadonlyMap<string, Entry>

/** A policy, or a finding. */
export const policyOf = (entry: Entry | undefined, findings: Findings): PolicyDefinition | undefined => {
  if (entry === undefined) return undefined
  const parsed = parsePolicy(entry.text)
  if (Result.isSuccess(parsed)) return parsed.success
  findings.add(parsed.failure.code, entry.place, parsed.failure.message)
  return undefined
}

const areaOf = (entry: Entry | undefined, findings: Findings): Description["region"] => {
  if (entry === undefined) return undefined
  const [matched, x, y, width, height] =
    /^(\d{1,7})\s*,\s*(\d{1,7})\s*,\s*([1-9]\d{0,6})\s*,\s*([1-9]\d{0,6})$/.exec(entry.text) ?? []
  if (matched !== undefined) return { x: Number(x), y: Number(y), width: Number(width), height: Number(height) }
  findings.add("area-form", entry.place, `${quoted(entry.text)} is no area`)
  return undefined
}

const rotationOf = (entry: Entry | undefined, findings: Findings): number | undefined => {
  if (entry === undefined) return undefined
  const degrees = /^\d{1,3}(?:\.\d+)?$/.test(entry.text) ? Number(entry.text) : Number.NaN
  if (degrees >= 0 && degrees <= 360) return degrees
  findings.add("rotation-form", entry.place, `${quoted(entry.text)} is no number of degrees`)
  return undefined
}

const isAction = Schema.is(Action)

const actionOf = (entry: Entry | undefined, findings: Findings): Action | undefined => {
  const action = entry?.text.toLowerCase()
  if (entry === undefined || isAction(action)) return isAction(action) ? action : undefined
  findings.add("action-unknown", entry.place, `${quoted(entry.text)} is no action`)
  return undefined
}

/**
 * Presentation 3 has no property for alternative text. Its `summary` is the text that a viewer conveys to users who do
 * not see the rest, so a page's `alt` is written there.
 */
const summaryOf = (own: Entries, findings: Findings) => {
  const alt = textOf(own, "alt")
  const place = firstOf(own, "alt")?.place
  if (alt === undefined || place === undefined) return undefined
  if (firstOf(own, "summary") !== undefined) findings.add("alt-and-summary", place, "there is a summary too")
  return alt
}

/** The description of an image, without its references to others. */
export const imageDescription = (own: Entries, context: Context): Description => {
  const { findings } = context
  const label = textOf(own, "label")
  const summary = summaryOf(own, findings)
  const policyDefinition = policyOf(own.get("policy"), findings)
  const region = areaOf(own.get("region"), findings)
  const area = areaOf(own.get("target"), findings)
  const rotation = rotationOf(own.get("rotation"), findings)
  const action = actionOf(own.get("action"), findings)
  return {
    ...(label === undefined ? {} : { label }),
    ...describedOf(own, context),
    ...(summary === undefined ? {} : { summary }),
    ...(area === undefined ? {} : { target: area }),
    ...(region === undefined ? {} : { region }),
    ...(rotation === undefined ? {} : { rotation }),
    ...(action === undefined ? {} : { action }),
    ...(policyDefinition === undefined ? {} : { policyDefinition })
  }
}

const isChecksum = Schema.is(Fixity.Checksum)

/** The checksums of a row. */
export const checksumsOf = (own: Entries, findings: Findings): ReadonlyArray<Fixity.Checksum> =>
  (["md5", "sha1", "sha256", "sha512"] as const).flatMap((algorithm) => {
    const entry = own.get(algorithm)
    if (entry === undefined) return []
    const checksum = { algorithm, value: entry.text.toLowerCase() }
    if (isChecksum(checksum)) return [checksum]
    findings.add("checksum-form", entry.place, `${quoted(entry.text)} is no ${algorithm}`)
    return []
  })
