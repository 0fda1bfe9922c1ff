/** A collection and its members as Presentation 3 has them. */
import type { Collection, CollectionItem } from "../../Presentation3.ts"
import { describeAll } from "../manifest/canvas.ts"
import type { Mutable } from "../manifest/described.ts"
import { type Form, textOf } from "../manifest/form.ts"
import type { Description, Member } from "./description.ts"

/** What is taken of a whole manifest that is a member. */
const takenOver = ["summary", "thumbnail", "navDate", "navPlace"] as const

export const referenceOf = (given: { readonly [key: string]: unknown }): CollectionItem => {
  const { id, label, type } = given
  const more = takenOver.flatMap((key) => given[key] === undefined ? [] : [[key, given[key]] as const])
  return { id, type, label, ...Object.fromEntries(more) } as CollectionItem
}

export const isWhole = (member: object): boolean => "type" in member && member.type === "Manifest" && "items" in member

export const itemOf = (member: Member, form: Form): CollectionItem => {
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
export const allOf = (members: ReadonlyArray<Member>): ReadonlyArray<Member> =>
  members.flatMap((member) =>
    "members" in member && member.members !== undefined ? [member, ...allOf(member.members)] : [member]
  )

/** A collection without its items. */
export type Head = Omit<Collection, "items" | "@context">

export const headOf = (description: Description, form: Form): Head => {
  const { sharedServices, viewingDirection } = description
  const head: Mutable<Head> = {
    id: form.manifest,
    type: "Collection",
    label: textOf(description.label, form)
  }
  describeAll(head, description, form, form.manifest)
  if (viewingDirection !== undefined) head.viewingDirection = viewingDirection
  if (sharedServices !== undefined) head.services = sharedServices
  return head
}
