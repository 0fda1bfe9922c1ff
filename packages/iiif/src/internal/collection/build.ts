import * as Result from "effect/Result"
import type { Collection, CollectionItem } from "../../Presentation3.ts"
import { check } from "../check/check.ts"
import { type Finding, isError } from "../check/finding.ts"
import { finding } from "../check/rules.ts"
import { Collector, withoutConsequences } from "../manifest/collector.ts"
import { contextOf } from "../manifest/extensions.ts"
import { type Form, formOf } from "../manifest/form.ts"
import { guarded } from "../manifest/guard.ts"
import { languageFindings, uriFindings } from "../manifest/inputs.ts"
import { lengthFindings } from "../manifest/inspect.ts"
import { ManifestError } from "../manifest/manifestError.ts"
import { at } from "../manifest/structure.ts"
import { kindOf } from "../model/walk.ts"
import type { Description, Member } from "./description.ts"
import { addFindings, inInputs } from "./inputs.ts"
import { allOf, type Head, headOf, itemOf } from "./item.ts"

export type Built<T> = Result.Result<T, ManifestError>

export const failure = (findings: ReadonlyArray<Finding>): Result.Result<never, ManifestError> =>
  Result.fail(new ManifestError({ findings: findings.filter(isError) }))

/** All that a collection is made of. */
export interface Plan {
  readonly context: string | ReadonlyArray<string>
  readonly head: Head
  readonly items: ReadonlyArray<CollectionItem>
}

/** Takes the place of an address that is wrong, so that this is not found again. */
const standInUri = "https://localhost/collection"

const formOfAll = (uri: string, description: Description): Form => {
  const { language, service } = description
  const isKnown = language !== undefined && languageFindings(description).length === 0
  return formOf(uri, { label: "", ...(isKnown && { language }), ...(service && { service }) }, [], {})
}

/** A reference, its label and a list of texts. */
const valuesOfMember = 3

const membersFindings = (members: unknown): ReadonlyArray<Finding> =>
  Array.isArray(members)
    ? lengthFindings("members", members, valuesOfMember)
    : [finding("value-kind", "members", `it is ${kindOf(members)}`, { expected: "a list of members" })]

/** What a collection is made of, if nothing is wrong with its inputs. */
export const planOf = (uri: string, description: Description, given: ReadonlyArray<Member>): Built<Plan> => {
  const collector = new Collector()
  const ofUri = uriFindings(uri)
  collector.add(ofUri)
  let members: ReadonlyArray<Member> = []
  const ofMembers = guarded("members", () => {
    const found = membersFindings(given)
    if (found.length === 0) members = Array.from(given)
    return found
  })
  collector.add(ofMembers)
  if (!addFindings(uri, description, members, collector) || ofMembers.length > 0) return failure(collector.findings)
  let plan: Plan | undefined
  collector.add(guarded("members", () => {
    const form = formOfAll(ofUri.length > 0 ? standInUri : uri, description)
    const items = members.map((member) => itemOf(member, form))
    plan = { head: headOf(description, form), context: contextOf(description, allOf(members)), items }
    const found = check({ "@context": plan.context, ...plan.head, items })
      .map((one) => at(inInputs(description, members, one.path), one))
    const known = new Set(collector.findings)
    return withoutConsequences(collector.findings, found).filter((one) => !known.has(one))
  }))
  return plan === undefined || collector.hasErrors ? failure(collector.findings) : Result.succeed(plan)
}

export const documentOf = ({ context, head, items }: Plan): Collection => ({ "@context": context, ...head, items })

export const build = (uri: string, description: Description, members: ReadonlyArray<Member>): Built<Collection> =>
  Result.map(planOf(uri, description, members), documentOf)
