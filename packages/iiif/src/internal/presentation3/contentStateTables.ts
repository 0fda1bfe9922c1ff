import { isObject } from "effect/Predicate"
import { define, may, must, oneOf, oneOrMany, should } from "../model/kind.ts"
import type { Check } from "../model/walk.ts"
import { annotation, target } from "./annotationTables.ts"
import { anyReference, startResource } from "./contentTables.ts"
import { anyContext } from "./context.ts"
import { id, languageMap, text } from "./scalars.ts"

const clause = "Content State API 1.0, 2"

/** A resource to show, with what it is part of. Content State API 1.0, 2.2.2. */
export const shown = define("ContentStateReference", {
  "@context": may(anyContext, clause),
  id: must(id, clause),
  type: must(text, clause),
  label: may(languageMap, "3.1, label"),
  partOf: should(oneOrMany(anyReference), clause)
})

/** The target of a content state: it may name what it is part of, and be any resource of Presentation 3. */
const stateTarget = oneOf([target, startResource, shown], (value, walk) => {
  if (!isObject(value)) return target.check(value, walk)
  ;(value["type"] === "SpecificResource" ? startResource : shown).check(value, walk)
})

const { target: _target, ...others } = annotation.properties

/** An annotation with the motivation `contentState`. Content State API 1.0, 2.2.1. */
export const stateAnnotation = define("ContentStateAnnotation", {
  ...others,
  target: must(oneOrMany(stateTarget), clause)
})

export const contentStateAnnotation: Check = stateAnnotation.check

export const contentStateReference: Check = shown.check

/** What a viewer should show. Content State API 1.0, 2. */
export const contentState = oneOf([id, stateAnnotation, shown], (value, walk) => {
  if (typeof value === "string") return id.check(value, walk)
  const isAnnotation = isObject(value) && value["type"] === "Annotation"
  ;(isAnnotation ? stateAnnotation : shown).check(value, walk)
})
