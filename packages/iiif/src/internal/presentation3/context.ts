import * as Schema from "effect/Schema"
import { type Leaf, leaf, list, oneOf, oneOrMany } from "../model/kind.ts"
import { kindOf } from "../model/walk.ts"
import { httpUri, text, uri } from "./scalars.ts"

/**
 * The JSON-LD context of every Presentation 3 document.
 *
 * @category constants
 * @since 0.1.0
 */
export const context = "http://iiif.io/api/presentation/3/context.json"

const contexts = list(httpUri)

/** Any context. */
export const documentContext = oneOrMany(text)

/** That of an annotation, which may be one of the Web Annotation Data Model. */
export const anyContext = oneOf(
  [uri, contexts],
  (value, walk) => (Array.isArray(value) ? contexts : uri).check(value, walk)
)

type Contexts = string | ReadonlyArray<string>

/** That of Presentation 3, or a list of contexts. */
const ofPage: Leaf<Contexts> = leaf("context of Presentation 3, or list of contexts", (value, walk) => {
  if (Array.isArray(value)) contexts.check(value, walk)
  else if (value !== context) walk.report("context", `it is ${kindOf(value)}`)
}, Schema.Literal(context))

export const pageContext = ofPage

/** The context of a top-level document, in which that of Presentation 3 is last. Clause 4.6. */
export const topContext: Leaf<Contexts> = leaf(
  "context of Presentation 3, or list that ends with it",
  (value, walk) => {
    ofPage.check(value, walk)
    if (Array.isArray(value) && value.at(-1) !== context) {
      walk.report("context", `the last is ${kindOf(value.at(-1))}`)
    }
  },
  Schema.Literal(context)
)
