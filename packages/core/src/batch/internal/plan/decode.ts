/** Reads the text of a plan, which people may have edited, and finds all that is wrong with it. */
import { isObject } from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { quoted, visible } from "../../../base/internal/text.ts"
import { Plan, type PlannedImage, version } from "./model.ts"
import { climbs, keyParts } from "./place.ts"

/** A problem of a plan, and its JSON path. */
export const Problem = Schema.Struct({ place: Schema.String, problem: Schema.String })

export type Problem = typeof Problem.Type

/**
 * A text is no plan that this release can apply; all of its problems, each with its JSON path.
 *
 * @category errors
 * @since 0.1.0
 */
export class PlanInvalid extends Schema.TaggedError<PlanInvalid>()("PlanInvalid", {
  problems: Schema.Array(Problem)
}) {
  override get message() {
    const lines = this.problems.slice(0, 20).map(({ place, problem }) => `  ${visible(place)}: ${visible(problem)}`)
    const more = this.problems.length > 20 ? [`  and ${this.problems.length - 20} more`] : []
    return ["the plan is invalid: make it again, or mend these:", ...lines, ...more].join("\n")
  }
}

const decodePlan = Schema.decodeUnknownResult(Plan, { errors: "all", onExcessProperty: "error" })

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

const pathOf = (path: ReadonlyArray<unknown>): string =>
  path.reduce<string>(
    (text, key) => typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`,
    ""
  ) || "the plan"

const schemaProblems = ({ issue }: Schema.SchemaError): ReadonlyArray<Problem> =>
  formatIssue(issue).issues.map(({ message, path }) => ({ place: pathOf([...(path ?? [])]), problem: message }))

const versionProblem = (found: unknown): string | undefined => {
  if (found === version) return undefined
  if (typeof found !== "number") {
    return `it is ${found === undefined ? "missing" : "no number"}; this release reads ${version}`
  }
  return found > version
    ? `it is ${found}, made by a newer release; this one reads ${version}: update iiif-ingest, or make the plan again`
    : `it is ${found}, made by an older release; this one reads ${version}: make the plan again`
}

interface Placed {
  readonly text: string
  readonly place: string
}

/** What is there twice, as the service compares it, at each place but the first. */
const repeats = (all: ReadonlyArray<Placed>, what: string): ReadonlyArray<Problem> => {
  const first = new Map<string, Placed>()
  return all.flatMap(({ place, text }) => {
    const key = text.toLowerCase()
    const earlier = first.get(key)
    if (earlier === undefined) {
      first.set(key, { place, text })
      return []
    }
    const how = earlier.text === text ? "" : ` as ${quoted(earlier.text)}, which differs only by case`
    return [{ place, problem: `${what} ${quoted(text)} is at ${earlier.place} too${how}: each needs its own` }]
  })
}

const imageProblems = ({ file, id, key }: PlannedImage, place: string): ReadonlyArray<Problem> => [
  ...(keyParts(key)[1].replace(/\.[^.]*$/, "") === id
    ? []
    : [{ place: `${place}.key`, problem: `${quoted(key)} is not the key of ${id}: it was edited apart from the id` }]),
  ...(climbs(file)
    ? [{ place: `${place}.file`, problem: `${quoted(file)} climbs out of the folder of the images` }]
    : [])
]

const consistency = ({ manifests, namespace }: Plan): ReadonlyArray<Problem> => {
  const places = manifests.map((_, at) => `manifests[${at}]`)
  const images = manifests.flatMap((manifest, at) =>
    manifest.images.map((image, index) => ({ image, place: `${places[at]}.images[${index}]` }))
  )
  return [
    ...manifests.flatMap(({ description: { name }, id }, at) => {
      if (name === undefined) return [{ place: `${places[at]}.description.name`, problem: "it is missing" }]
      return id.endsWith(`/URN-3:${namespace}:${name}:MANIFEST:3`)
        ? []
        : [{ place: `${places[at]}.id`, problem: `it is not the address of ${quoted(name)}: they were edited apart` }]
    }),
    ...repeats(manifests.map(({ id }, at) => ({ text: id, place: `${places[at]}.id` })), "the address"),
    ...images.flatMap(({ image, place }) => imageProblems(image, place)),
    ...repeats(images.map(({ image, place }) => ({ text: image.id, place: `${place}.id` })), "the id"),
    ...repeats(images.map(({ image, place }) => ({ text: image.key, place: `${place}.key` })), "the key")
  ]
}

const parse = (text: string): Result.Result<unknown, string> =>
  Result.try({
    try: (): unknown => JSON.parse(text.replace(/^\uFEFF/, "")),
    catch: (error) => error instanceof Error ? error.message : "it cannot be parsed"
  })

const fail = (place: string, problem: string) => Result.fail(new PlanInvalid({ problems: [{ place, problem }] }))

/** Reads a plan. */
export const decode = (text: string): Result.Result<Plan, PlanInvalid> => {
  const parsed = parse(text)
  if (Result.isFailure(parsed)) return fail("the plan", `it is not JSON: ${parsed.failure}`)
  const json = parsed.success
  if (!isObject(json) || json["format"] !== "iiif-ingest plan") {
    return fail("format", "it is not a plan: give the file that `plan` wrote")
  }
  const otherVersion = versionProblem(json["version"])
  if (otherVersion !== undefined) return fail("version", otherVersion)
  const decoded = decodePlan(json)
  if (Result.isFailure(decoded)) return Result.fail(new PlanInvalid({ problems: schemaProblems(decoded.failure) }))
  const problems = consistency(decoded.success)
  return problems.length === 0 ? Result.succeed(decoded.success) : Result.fail(new PlanInvalid({ problems }))
}
