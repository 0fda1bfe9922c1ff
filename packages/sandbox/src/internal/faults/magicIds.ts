/**
 * Asset ids that are always in trouble, so that a client can choose what befalls which of its assets. The word can stand
 * anywhere in the id, because some clients add random letters to it.
 */
import type { FaultEffect, FaultRule } from "../../Faults.ts"
import { CHILD_OP } from "../jobs/steps.ts"

const PREFIX = "SBX"
const WORD = /SBX(?:(FAIL|DEAD|STUCK|503|WAF|TRUNCATED)|(SLOW|LATE)(\d{1,6})S)/g

const onDelivery = (match: string, effect: FaultEffect): ReadonlyArray<FaultRule> =>
  ["Image", "ImageInfo"].map((op) => ({ match: { op, assetId: match }, effect }))

const NOT_FOUND: FaultEffect = {
  type: "status",
  status: 404,
  headers: { "content-type": "application/json", "access-control-allow-origin": "*" },
  body: JSON.stringify({ error: "This image is dead, because its id has SBXDEAD" })
}

const rulesOf = (match: string, word: string, millis: number): ReadonlyArray<FaultRule> => {
  const onStep = (effect: FaultEffect) => [{ match: { op: CHILD_OP, assetId: match }, effect }]
  switch (word) {
    case "FAIL":
      return onStep({ type: "childFailure", message: "The asset fails, because its id has SBXFAIL" })
    case "STUCK":
      return onStep({ type: "stuck" })
    case "SLOW":
      return onStep({ type: "delay", millis })
    case "LATE":
      return onDelivery(match, { type: "late", millis })
    case "DEAD":
      return onDelivery(match, NOT_FOUND)
    case "503":
      return onDelivery(match, { type: "status", status: 503, headers: { "access-control-allow-origin": "*" } })
    case "WAF":
      return onDelivery(match, { type: "emptyAccepted" })
    default:
      return onDelivery(match, { type: "truncate" })
  }
}

/** The rules that an asset's id stands for; its durations are multiplied by `timeScale`. */
export const rules = (assetId: string, timeScale: number): ReadonlyArray<FaultRule> =>
  assetId.includes(PREFIX)
    ? [...assetId.matchAll(WORD)].flatMap(([whole, word = "", timed = "", seconds = "0"]) =>
      rulesOf(`*${whole}*`, word === "" ? timed : word, Math.round(Number(seconds) * 1000 * timeScale))
    )
    : []
