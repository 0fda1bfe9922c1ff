import { isObject } from "effect/Predicate"
import * as Result from "effect/Result"
import type { Collection, CollectionItem, LanguageMap } from "../../Presentation3.ts"
import { check } from "../check/check.ts"
import type { Finding } from "../check/finding.ts"
import { finding } from "../check/rules.ts"
import { kindOf } from "../check/walk.ts"
import { ManifestError } from "../manifest/build.ts"
import { describeAll } from "../manifest/canvas.ts"
import { Collector, isError, withoutConsequences } from "../manifest/collector.ts"
import type { Mutable } from "../manifest/described.ts"
import { contextOf } from "../manifest/extensions.ts"
import { type Form, formOf, textOf } from "../manifest/form.ts"
import { guarded } from "../manifest/guard.ts"
import { inPlaceOf } from "../manifest/inputPath.ts"
import {
  describedFindings,
  isAddress,
  languageFindings,
  type Reference,
  referenceFindings,
  uriFindings
} from "../manifest/inputs.ts"
import { problemsOf } from "../manifest/problems.ts"
import { at, isBlocking, structureOf } from "../manifest/structure.ts"
import { Description, Member } from "./description.ts"

type Findings = ReadonlyArray<Finding>

type Built<T> = Result.Result<T, ManifestError>

/** What is taken of a whole manifest that is a member. */
const takenOver = ["summary", "thumbnail", "navDate", "navPlace"] as const

const referenceOf = (given: { readonly [key: string]: unknown }): CollectionItem => {
  const { id, label, type } = given
  const more = takenOver.flatMap((key) => given[key] === undefined ? [] : [[key, given[key]] as const])
  return { id, type, label, ...Object.fromEntries(more) } as CollectionItem
}

const isWhole = (member: object): boolean => "type" in member && member.type === "Manifest" && "items" in member

const itemOf = (member: Member, form: Form): CollectionItem => {
  if ("type" in member) return isWhole(member) ? referenceOf(member) : member as CollectionItem
  const { label, viewingDirection } = member
  const id = "manifest" in member ? member.manifest : member.collection
  const item = {
    id,
    type: "manifest" in member ? "Manifest" : "Collection",
    label: textOf(label, form)
  } as Mutable<CollectionItem>
  describeAll(item as Mutable<Collection>, member, form, id)
  const direction = viewingDirection === undefined ? {} : { viewingDirection }
  const members = "members" in member ? member.members : undefined
  return Object.assign(item, direction, members === undefined ? {} : { items: members.map((one) => itemOf(one, form)) })
}

/** All members, and those of embedded collections. */
const allOf = (members: ReadonlyArray<Member>): ReadonlyArray<Member> =>
  members.flatMap((member) =>
    "members" in member && member.members !== undefined ? [member, ...allOf(member.members)] : [member]
  )

const headOf = (description: Description, form: Form): Omit<Collection, "items" | "@context"> => {
  const { sharedServices, viewingDirection } = description
  const head: Mutable<Omit<Collection, "items" | "@context">> = {
    id: form.manifest,
    type: "Collection",
    label: textOf(description.label, form)
  }
  describeAll(head, description, form, form.manifest)
  if (viewingDirection !== undefined) head.viewingDirection = viewingDirection
  if (sharedServices !== undefined) head.services = sharedServices
  return head
}

const descriptionProblems = problemsOf(Description)

const memberProblems = problemsOf(Member)

/** What is wrong with a member that fits its schema, beyond what is found in the collection. */
const memberFindings = (path: string, member: Member, references: Array<Reference>): Findings => {
  if ("type" in member) return []
  const [key, address] = "manifest" in member ? ["manifest", member.manifest] : ["collection", member.collection]
  const members = "members" in member ? member.members ?? [] : []
  return [
    ...(isAddress(address) ? [] : [finding("id-uri", `${path}.${key}`, `it is ${kindOf(address)}`)]),
    ...describedFindings(path, member, references),
    ...members.flatMap((one, index) => memberFindings(`${path}.members[${index}]`, one, references))
  ]
}

/** Of a whole manifest, only what is taken over is looked at. */
const relevant = (member: unknown): unknown => isObject(member) && isWhole(member) ? referenceOf(member) : member

const structureOfMember = (member: unknown, index: number): Findings =>
  structureOf(relevant(member), ["members", index], `members[${index}]`, memberProblems)

const inputs = (
  manifest: string,
  description: Description,
  members: ReadonlyArray<Member>,
  collector: Collector
): boolean => {
  const references: Array<Reference> = []
  const structure = guarded("description", () => structureOf(description, [], "description", descriptionProblems))
  collector.add(structure)
  let isSound = !structure.some(isBlocking)
  if (isSound) {
    collector.add(guarded("description", () => [
      ...languageFindings(description),
      ...describedFindings("", description, references)
    ]))
  }
  for (let index = 0; index < members.length; index++) {
    const member = members[index]
    const found = guarded(`members[${index}]`, () => {
      const ofMember = structureOfMember(member, index)
      if (member === undefined || ofMember.some(isBlocking)) return ofMember
      return [...ofMember, ...memberFindings(`members[${index}]`, member, references)]
    })
    isSound &&= !found.some(isBlocking)
    collector.add(found)
  }
  // A collection has no pages.
  for (const one of references) collector.add(referenceFindings(one, { manifest, page: () => undefined }))
  return isSound
}

const firstItem = /^\.?items\[(\d+)\]/

/** A path below an item, as one below the member. */
const inMember = (member: Member | undefined, path: string): string => {
  if (member === undefined || "type" in member || path === "") return path
  if (path === ".id") return "manifest" in member ? ".manifest" : ".collection"
  const [start, number] = firstItem.exec(path) ?? []
  if (start === undefined || !("members" in member)) return `.${inPlaceOf(member, path.slice(1))}`
  return `.members[${number}]${inMember(member.members?.[Number(number)], path.slice(start.length))}`
}

/** A path in a collection, as one in its inputs. */
const inInputs = (description: Description, members: ReadonlyArray<Member>, path: string): string => {
  const [start, number] = firstItem.exec(path) ?? []
  if (start === undefined) return path === "items" ? "members" : inPlaceOf(description, path)
  return `members[${number}]${inMember(members[Number(number)], path.slice(start.length))}`
}

const failure = (findings: Findings): Result.Result<never, ManifestError> =>
  Result.fail(new ManifestError({ findings: findings.filter(isError) }))

/** The inputs of a collection, checked. */
interface Plan {
  readonly head: Omit<Collection, "items" | "@context">
  readonly context: Collection["@context"] & {}
  readonly items: ReadonlyArray<CollectionItem>
  readonly form: Form
}

const standInUri = "https://localhost/collection"

const planOf = (uri: string, description: Description, members: ReadonlyArray<Member>): Built<Plan> => {
  const collector = new Collector()
  const ofUri = uriFindings(uri)
  collector.add(ofUri)
  if (!Array.isArray(members)) {
    collector.add([finding("value-kind", "members", `it is ${kindOf(members)}`, { expected: "a list of members" })])
    return failure(collector.findings)
  }
  if (!inputs(uri, description, members, collector)) return failure(collector.findings)
  let plan: Plan | undefined
  collector.add(guarded("members", () => {
    const { language, service } = description
    const valid = languageFindings(description).length === 0 && language !== undefined ? { language } : {}
    const form = formOf(
      ofUri.length > 0 ? standInUri : uri,
      { label: "", ...valid, ...(service && { service }) },
      [],
      {}
    )
    const items = members.map((member) => itemOf(member, form))
    plan = { form, head: headOf(description, form), context: contextOf(description, allOf(members)), items }
    const found = check({ "@context": plan.context, ...plan.head, items })
    return withoutConsequences(
      collector.findings,
      found.map((one) => at(inInputs(description, members, one.path), one))
    )
      .filter((one) => !collector.findings.includes(one))
  }))
  return plan === undefined || collector.hasErrors ? failure(collector.findings) : Result.succeed(plan)
}

export const build = (uri: string, description: Description, members: ReadonlyArray<Member>): Built<Collection> =>
  Result.map(planOf(uri, description, members), ({ context, head, items }) => ({ "@context": context, ...head, items }))

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
  return { collection: { "@context": context, ...head, items: references }, parts }
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
  const ofOptions = optionFindings(options)
  const plan = planOf(uri, description, members)
  if (ofOptions.length > 0) {
    return failure([...ofOptions, ...(Result.isFailure(plan) ? plan.failure.findings : [])])
  }
  return Result.flatMap(plan, (made): Built<Parts> => {
    if (made.items.length <= options.pageSize) {
      const { context, head, items } = made
      return Result.succeed({ collection: { "@context": context, ...head, items }, parts: [] })
    }
    let divided: Parts | undefined
    const collector = new Collector()
    collector.add(guarded("options", () => {
      divided = divide(uri, made, options)
      return partFindings(divided)
    }))
    return divided === undefined || collector.hasErrors ? failure(collector.findings) : Result.succeed(divided)
  })
}
