import { describePlace, type Finding, type Place } from "../../Finding.ts"
import { fileCodes } from "./codes/files.ts"
import { rowCodes } from "./codes/rows.ts"
import type { Rule } from "./codes/rule.ts"
import { valueCodes } from "./codes/values.ts"

const all = { ...rowCodes, ...fileCodes, ...valueCodes }

export type Code = keyof typeof all

export const codes: { readonly [C in Code]: Rule } = all

/** Collects the findings of one pre-flight. */
export class Findings {
  readonly #found: Array<Finding> = []

  add(code: Code, place: Place, message: string, remedy?: string): void {
    const rule = codes[code]
    this.#found.push({ code, severity: rule.severity, place, message, remedy: remedy ?? rule.remedy })
  }

  /** Takes over a finding of whoever read the table. */
  keep(finding: Finding): void {
    this.#found.push(finding)
  }

  get all(): ReadonlyArray<Finding> {
    return this.#found
  }
}

/** Names another place in a message: its row if it is in the same table. */
export const otherPlace = (other: Place, place: Place): string =>
  other.row !== undefined && other.source === place.source ? `row ${other.row}` : describePlace(other)
