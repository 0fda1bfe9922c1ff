import { isObject } from "effect/Predicate"
import * as Schema from "effect/Schema"
import { type Leaf, leaf } from "../model/kind.ts"

/** An object of which nothing else is said. */
export const jsonObject: Leaf<{ readonly [key: string]: Schema.Json }> = leaf("object", (value, walk) => {
  if (isObject(value)) walk.enterAny(value)
  else walk.reportKind(value, "an object")
}, Schema.Record(Schema.String, Schema.Json))
