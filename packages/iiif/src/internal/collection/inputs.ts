/** What is wrong with the inputs of a collection, with their paths. */
import { isObject } from "effect/Predicate"
import type { Finding } from "../check/finding.ts"
import { finding } from "../check/rules.ts"
import type { Collector } from "../manifest/collector.ts"
import { guarded } from "../manifest/guard.ts"
import { inPlaceOf } from "../manifest/inputPath.ts"
import {
  describedFindings,
  isAddress,
  languageFindings,
  type Reference,
  referenceFindings
} from "../manifest/inputs.ts"
import { problemsOf } from "../manifest/problems.ts"
import { isBlocking, structureOf } from "../manifest/structure.ts"
import { kindOf } from "../model/walk.ts"
import { Description, Member } from "./description.ts"
import { isWhole, referenceOf } from "./item.ts"

type Findings = ReadonlyArray<Finding>

const descriptionProblems = problemsOf(Description)

const memberProblems = problemsOf(Member)

/** A member is one thing, and only a collection has members. */
const kindFindings = (path: string, member: object): Findings => {
  const has = (key: string): boolean => Reflect.get(member, key) !== undefined
  if (!has("manifest")) return []
  if (has("collection")) {
    return [finding("value-kind", path, "it has manifest and collection", { expected: "one of them" })]
  }
  return has("members")
    ? [finding("value-kind", `${path}.members`, "a manifest has no members", { expected: "a collection" })]
    : []
}

/** What is wrong with a member that fits its schema, beyond what is found in the collection. */
const memberFindings = (path: string, member: Member, references: Array<Reference>): Findings => {
  if ("type" in member) return []
  const [key, address] = "manifest" in member ? ["manifest", member.manifest] : ["collection", member.collection]
  const members = "members" in member ? member.members ?? [] : []
  return [
    ...kindFindings(path, member),
    ...(isAddress(address) ? [] : [finding("id-uri", `${path}.${key}`, `it is ${kindOf(address)}`)]),
    ...describedFindings(path, member, references),
    ...members.flatMap((one, index) => memberFindings(`${path}.members[${index}]`, one, references))
  ]
}

/** Of a whole manifest, only what is taken over is looked at. */
const relevant = (member: unknown): unknown => isObject(member) && isWhole(member) ? referenceOf(member) : member

const structureOfMember = (member: unknown, index: number): Findings =>
  structureOf(relevant(member), ["members", index], `members[${index}]`, memberProblems)

/** Adds what is wrong with the inputs, and returns whether a collection can be built of them. */
export const addFindings = (
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
    const found = guarded(`members[${index}]`, () => {
      const member = members[index]
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
  if (path === ".items") return ".members"
  if (path === ".id") return "manifest" in member ? ".manifest" : ".collection"
  const [start, number] = firstItem.exec(path) ?? []
  if (start === undefined || !("members" in member)) return `.${inPlaceOf(member, path.slice(1))}`
  return `.members[${number}]${inMember(member.members?.[Number(number)], path.slice(start.length))}`
}

/** A path in a collection, as one in its inputs. */
export const inInputs = (description: Description, members: ReadonlyArray<Member>, path: string): string => {
  const [start, number] = firstItem.exec(path) ?? []
  if (start === undefined) return path === "items" ? "members" : inPlaceOf(description, path)
  return `members[${number}]${inMember(members[Number(number)], path.slice(start.length))}`
}
