/** Faults of programs whose types nobody has checked. */
import * as Schema from "effect/Schema"
import { FaultRule } from "../../Faults.ts"
import { all, type Fault } from "../../Scenarios.ts"
import * as Cause from "../log/cause.ts"
import * as Suggestion from "../suggestion.ts"

// As text, in which a field that is undefined is none.
const decode = Schema.decodeUnknownSync(Schema.fromJsonString(FaultRule), {
  errors: "all",
  onExcessProperty: "error"
})

/** Says that there is no such scenario, and which one may have been meant. */
export const unknownName = (name: string): string => {
  const nearest = Suggestion.nearest(name, all.map((scenario) => scenario.name))
  return `There is no scenario ${name}${nearest === undefined ? "" : `: did you mean ${nearest}?`}`
}

/** Throws a `TypeError` for what is neither a rule nor the name of a scenario. */
export const check = (fault: Fault): void => {
  if (typeof fault === "string") {
    if (all.some(({ name }) => name === fault)) return
    throw new TypeError(unknownName(fault))
  }
  const text = JSON.stringify(fault)
  try {
    decode(text)
  } catch (error) {
    throw new TypeError(`This is no fault rule: ${text}\n${Cause.describe(error)}`, { cause: error })
  }
}
