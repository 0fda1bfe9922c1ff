import { visitDocument } from "./check/check.ts"
import { rules } from "./check/rules.ts"
import type { Direction } from "./convert.ts"
import * as From3 from "./from3/structure.ts"
import { originOf } from "./origin.ts"
import type { Fields, World } from "./place.ts"
import { checked3 } from "./to3/accepted.ts"
import * as To3 from "./to3/structure.ts"

const checked4 = (result: Fields, world: World): void => {
  const visit = visitDocument(result)
  const errors = visit.found.filter(({ code }) => rules[code].severity === "error")
  for (const { code, keys, message, more } of errors) {
    const expected = more.expected ?? rules[code].expected
    world.refused.add(originOf(result, keys, world), `${message}; Presentation 4 expects ${expected}`)
  }
  if (errors.length > 0) world.refused.omitted += visit.omitted
}

/** From Presentation 3 to Presentation 4. */
export const from3: Direction = {
  classes: From3.classes,
  content: From3.content,
  typeOf: From3.typeOf,
  document: From3.document,
  check: checked4
}

/** From Presentation 4 to Presentation 3. */
export const to3: Direction = {
  classes: To3.classes,
  content: To3.content,
  document: To3.document,
  check: checked3
}
