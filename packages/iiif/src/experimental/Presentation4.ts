/**
 * Converts Presentation 3 manifests of images on canvases to IIIF Presentation API 4.0 (release candidate). Version 4
 * is not final, and this module changes with it.
 *
 * For images, version 4 differs from version 3 in its context and in the names `placeholderContainer` and
 * `accompanyingContainer`; motivations are always lists, an annotation has one body and one target, which are always
 * objects, and parts of resources have their own ids. Source: the examples and schemas of the May 2026 release
 * candidate.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Fields, without } from "../internal/fields.ts"
import { pathBelow } from "../internal/jsonPath.ts"
import type {
  Annotation,
  AnnotationPageOrReference,
  Canvas,
  CanvasReference,
  Manifest,
  Range,
  Resource,
  SpecificResource,
  Target
} from "../Presentation3.ts"
import { context as presentation3Context } from "../Presentation3.ts"

/**
 * The JSON-LD context of every Presentation 4 document.
 *
 * @category constants
 * @since 0.1.0
 */
export const context = "http://iiif.io/api/presentation/4/context.json"

/**
 * The manifest cannot be converted to Presentation 4; `problems` has every reason.
 *
 * @category errors
 * @since 0.1.0
 */
export class Presentation4Error extends Schema.TaggedError<Presentation4Error>()("Presentation4Error", {
  problems: Schema.Array(Schema.Struct({ path: Schema.String, problem: Schema.String }))
}) {
  override get message() {
    return `the manifest cannot be converted to Presentation 4:\n${
      this.problems.map(({ path, problem }) => `  ${path}: ${problem}`).join("\n")
    }`
  }
}

/** The current path of the conversion, and the problems found so far. */
class Place {
  readonly path: string
  readonly problems: Array<{ readonly path: string; readonly problem: string }>
  constructor(path: string, problems: Place["problems"]) {
    this.path = path
    this.problems = problems
  }
  at(key: string, index?: number): Place {
    const path = pathBelow(this.path, key)
    return new Place(index === undefined ? path : pathBelow(path, index), this.problems)
  }
  refuse(problem: string): void {
    this.problems.push({ path: this.path, problem })
  }
}

const isList = <T>(value: T | ReadonlyArray<T>): value is ReadonlyArray<T> => Array.isArray(value)

const only = <T>(value: T | ReadonlyArray<T>, place: Place): T | undefined => {
  if (!isList(value)) return value
  if (value.length > 1) place.refuse("Presentation 4 allows only one of these: combine them in a Composite or a Choice")
  return value[0]
}

const canvasOf = (id: string): Fields => ({ id, type: "Canvas" })

/** In Presentation 4 a part of a canvas has an id; `id` is for a part that has none. */
const part = (given: SpecificResource, id: string): Fields => ({
  ...given,
  id: given.id ?? id,
  source: typeof given.source === "string" ? canvasOf(given.source) : given.source
})

const targetOf = (target: Target, id: string): Fields => {
  if (typeof target !== "string") {
    return target.type === "SpecificResource" && "source" in target ? part(target, id) : { ...target }
  }
  const [canvas = target, fragment] = target.split("#", 2)
  if (fragment === undefined) return canvasOf(canvas)
  const selector = { type: "FragmentSelector", value: fragment }
  return { id, type: "SpecificResource", source: canvasOf(canvas), selector }
}

const bodyOf = (body: Resource, id: string): Fields => {
  if (body.type === "SpecificResource" && "source" in body) return { ...body, id: body.id ?? id }
  return body.type === "Sound" ? { ...body, type: "Audio" } : { ...body }
}

const annotation = (given: Annotation, place: Place): Fields => {
  const { body, motivation, target, ...rest } = given
  const oneBody = body === undefined ? undefined : only<Resource>(body, place.at("body"))
  const oneTarget = only<Target>(target, place.at("target"))
  return {
    ...rest,
    ...(motivation === undefined ? {} : { motivation: isList(motivation) ? motivation : [motivation] }),
    ...(oneBody === undefined ? {} : { body: bodyOf(oneBody, `${given.id}/body`) }),
    ...(oneTarget === undefined ? {} : { target: targetOf(oneTarget, `${given.id}/target`) })
  }
}

const page = (given: AnnotationPageOrReference, place: Place): Fields => {
  if (typeof given === "string") return { id: given, type: "AnnotationPage" }
  if (!("items" in given)) return { ...given }
  return { ...given, items: given.items.map((item, index) => annotation(item, place.at("items", index))) }
}

/** The properties that manifests, canvases and ranges share, under their version 4 names. */
const described = (given: Canvas | Manifest | Range, place: Place): Fields => {
  const { accompanyingCanvas, annotations, placeholderCanvas } = given
  return {
    ...without({ ...given }, "accompanyingCanvas", "annotations", "placeholderCanvas"),
    ...(placeholderCanvas === undefined
      ? {}
      : { placeholderContainer: canvas(placeholderCanvas, place.at("placeholderCanvas")) }),
    ...(accompanyingCanvas === undefined
      ? {}
      : { accompanyingContainer: canvas(accompanyingCanvas, place.at("accompanyingCanvas")) }),
    ...(annotations === undefined
      ? {}
      : { annotations: annotations.map((one, index) => page(one, place.at("annotations", index))) })
  }
}

const canvas = (given: Canvas, place: Place): Fields => {
  if (given.width === undefined) {
    place.refuse("without width and height it is a Timeline in Presentation 4, which is not supported here")
  }
  return {
    ...described(given, place),
    items: given.items.map((item, index) => page(item, place.at("items", index)))
  }
}

const start = (given: CanvasReference, id: string): Fields => "source" in given ? part(given, id) : { ...given }

const range = (given: Range, place: Place): Fields => ({
  ...described(given, place),
  ...(given.start === undefined ? {} : { start: start(given.start, `${given.id}/start`) }),
  items: given.items.map((item, index): Fields => {
    if (item.type === "Range") return "items" in item ? range(item, place.at("items", index)) : { ...item }
    return "source" in item ? part(item, `${given.id}/item/${index + 1}`) : canvasOf(item.id)
  })
})

const contexts = (given: string | ReadonlyArray<string>): Schema.Json => {
  const others = (isList(given) ? given : [given]).filter((one) => one !== presentation3Context)
  return others.length === 0 ? context : [...others, context]
}

/**
 * Converts a Presentation 3 manifest to Presentation 4. What version 4 has no single place for is an error: a canvas
 * without width and height, or several bodies or targets of one annotation.
 *
 * @category converting
 * @since 0.1.0
 */
export const fromPresentation3 = (manifest: Manifest): Result.Result<Fields, Presentation4Error> => {
  const place = new Place("", [])
  const { start: firstCanvas, structures } = manifest
  const converted: Fields = {
    ...described(manifest, place),
    "@context": contexts(manifest["@context"]),
    items: manifest.items.map((item, index) => canvas(item, place.at("items", index))),
    ...(firstCanvas === undefined ? {} : { start: start(firstCanvas, `${manifest.id}/start`) }),
    ...(structures === undefined
      ? {}
      : { structures: structures.map((item, index) => range(item, place.at("structures", index))) })
  }
  return place.problems.length === 0
    ? Result.succeed(converted)
    : Result.fail(new Presentation4Error({ problems: place.problems }))
}
