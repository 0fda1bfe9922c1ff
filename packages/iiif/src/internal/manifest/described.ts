import type { Agent, Canvas, ContentResource, LabelValue } from "../../Presentation3.ts"
import { correctRights } from "../check/values.ts"
import type { Described, LabelValueText, Link, Provider } from "./description.ts"
import { type Form, textOf } from "./form.ts"

export type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

type Said = Omit<Canvas, "id" | "type" | "items">

const pair = ({ label, value }: typeof LabelValueText.Type, form: Form): LabelValue => ({
  label: textOf(label, form),
  value: textOf(value, form)
})

const link = (given: Link, form: Form): ContentResource => {
  const { label, ...rest } = given
  return label === undefined ? rest : { ...rest, label: textOf(label, form) }
}

const agent = ({ homepage, id, label, logo, seeAlso }: typeof Provider.Type, form: Form): Agent => ({
  id,
  type: "Agent",
  label: textOf(label, form),
  ...(homepage === undefined ? {} : { homepage: homepage.map((one) => link(one, form)) }),
  ...(logo === undefined ? {} : { logo }),
  ...(seeAlso === undefined ? {} : { seeAlso: seeAlso.map((one) => link(one, form)) })
})

/** What is there to be read. */
const texts = (made: Mutable<Said>, given: Described, form: Form): void => {
  if (given.summary !== undefined) made.summary = textOf(given.summary, form)
  if (given.metadata !== undefined) made.metadata = given.metadata.map((one) => pair(one, form))
  if (given.requiredStatement !== undefined) made.requiredStatement = pair(given.requiredStatement, form)
  if (given.rights !== undefined) made.rights = correctRights(given.rights) ?? given.rights
  if (given.behavior !== undefined) made.behavior = given.behavior
  if (given.provider !== undefined) made.provider = given.provider.map((one) => agent(one, form))
}

/** What is there to be followed. */
const links = (made: Mutable<Said>, given: Described, form: Form): void => {
  if (given.homepage !== undefined) made.homepage = given.homepage.map((one) => link(one, form))
  if (given.seeAlso !== undefined) made.seeAlso = given.seeAlso.map((one) => link(one, form))
  if (given.rendering !== undefined) made.rendering = given.rendering.map((one) => link(one, form))
  if (given.partOf !== undefined) made.partOf = given.partOf
  if (given.navDate !== undefined) made.navDate = given.navDate
  if (given.navPlace !== undefined) made.navPlace = given.navPlace
  if (given.annotations !== undefined) made.annotations = given.annotations
}

/** Puts on a canvas, a range or a manifest what is said of it. */
export const describe = (made: Mutable<Said>, given: Described, form: Form): void => {
  texts(made, given, form)
  links(made, given, form)
}
