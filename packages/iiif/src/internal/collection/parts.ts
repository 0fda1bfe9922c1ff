import { isObject } from "effect/Predicate"
import * as Result from "effect/Result"
import type { Collection, LanguageMap } from "../../Presentation3.ts"
import { check } from "../check/check.ts"
import { type Finding, isError } from "../check/finding.ts"
import { finding } from "../check/rules.ts"
import { Collector, withoutConsequences } from "../manifest/collector.ts"
import { guarded } from "../manifest/guard.ts"
import { at } from "../manifest/structure.ts"
import { kindOf } from "../model/walk.ts"
import { type Built, documentOf, failure, type Plan, planOf } from "./build.ts"
import type { Description, Member } from "./description.ts"

type Findings = ReadonlyArray<Finding>

/**
 * How to divide a collection.
 *
 * - `pageSize`: the largest number of members in a document.
 * - `partUri`: returns the address of a part, given its number, counted from 1; `/part/1` and so on below that of the
 *   collection by default.
 * - `partLabel`: returns the label of a part, given the numbers of its first and last members, counted from 1; `1-100`
 *   by default.
 *
 * @category models
 * @since 0.1.0
 */
export interface PartOptions {
  readonly pageSize: number
  readonly partUri?: (part: number) => string
  readonly partLabel?: (first: number, last: number) => LanguageMap
}

/**
 * A collection that refers to its parts, and these.
 *
 * @category models
 * @since 0.1.0
 */
export interface Parts {
  readonly collection: Collection
  readonly parts: ReadonlyArray<Collection>
}

const optionFindings = (options: unknown): Findings => {
  const pageSize = isObject(options) ? options["pageSize"] : undefined
  const isCount = typeof pageSize === "number" && Number.isSafeInteger(pageSize) && pageSize > 0
  return isCount ? [] : [
    finding("value-kind", "options.pageSize", `it is ${kindOf(pageSize)}`, {
      expected: "an integer above 0",
      remedy: "give the largest number of members in a document",
      clause: "Presentation 3.0, 5.1"
    })
  ]
}

const divide = (uri: string, { context, head, items }: Plan, options: PartOptions): Parts => {
  const { pageSize, partLabel, partUri = (part) => `${uri}/part/${part}` } = options
  const partOf = [{ id: uri, type: "Collection", label: head.label }]
  const parts = Array.from({ length: Math.ceil(items.length / pageSize) }, (_, index): Collection => {
    const [first, last] = [index * pageSize + 1, Math.min((index + 1) * pageSize, items.length)]
    const label = partLabel?.(first, last) ?? { none: [`${first}-${last}`] }
    const part = { "@context": context, id: partUri(index + 1), type: "Collection", label } as const
    return { ...part, partOf, items: items.slice(first - 1, last) }
  })
  const references = parts.map(({ id, label }) => ({ id, type: "Collection", label }) as const)
  return { collection: documentOf({ context, head, items: references }), parts }
}

/** What is wrong with the parts themselves: their addresses and labels, which the options give. */
const partFindings = ({ collection, parts }: Parts): Findings => {
  const ids = new Set([collection.id])
  const repeated = parts.flatMap(({ id }, index) => {
    const isNew = !ids.has(id)
    ids.add(id)
    return isNew ? [] : [finding("id-duplicate", `parts[${index}].id`, `another has the same id: ${kindOf(id)}`)]
  })
  const invalid = parts.flatMap((part, index) =>
    check({ ...part, items: part.items.slice(0, 1) }).filter(isError).map((one) =>
      at(`parts[${index}].${one.path}`, one)
    )
  )
  return withoutConsequences(repeated, invalid)
}

export const buildParts = (
  uri: string,
  description: Description,
  members: ReadonlyArray<Member>,
  options: PartOptions
): Built<Parts> => {
  const ofOptions = guarded("options", () => optionFindings(options))
  const plan = planOf(uri, description, members)
  if (ofOptions.length > 0) {
    return failure([...ofOptions, ...(Result.isFailure(plan) ? plan.failure.findings : [])])
  }
  return Result.flatMap(plan, (made): Built<Parts> => {
    if (made.items.length <= options.pageSize) return Result.succeed({ collection: documentOf(made), parts: [] })
    let divided: Parts | undefined
    const collector = new Collector()
    collector.add(guarded("options", () => {
      divided = divide(uri, made, options)
      return partFindings(divided)
    }))
    return divided === undefined || collector.hasErrors ? failure(collector.findings) : Result.succeed(divided)
  })
}
