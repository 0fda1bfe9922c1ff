import type { Agent, Canvas, Homepage, Image, LabelValue } from "../../Presentation3.ts"
import { homepageLink } from "../presentation3/contentTables.ts"
import { correctRights } from "../presentation3/rights.ts"
import { annotationPages, thumbnailsOf } from "./annotations.ts"
import type { Described } from "./description.ts"
import { type Form, textOf } from "./form.ts"
import type { LabelValueText, Link, Provider } from "./links.ts"
import { inOrder } from "./order.ts"

export type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

export type DescribedResource = Omit<Canvas, "id" | "type" | "items">

const pair = ({ label, value }: typeof LabelValueText.Type, form: Form): LabelValue => ({
  label: textOf(label, form),
  value: textOf(value, form)
})

/** Where a link must have a label, the check of the manifest refuses one without. */
const link = (input: Link, form: Form): Homepage => {
  const { label, ...rest } = input
  return inOrder(homepageLink, { ...rest, ...(label === undefined ? {} : { label: textOf(label, form) }) } as Homepage)
}

const agent = ({ homepage, id, label, logo, seeAlso }: typeof Provider.Type, form: Form): Agent => ({
  id,
  type: "Agent",
  label: textOf(label, form),
  ...(homepage === undefined ? {} : { homepage: homepage.map((one) => link(one, form)) }),
  // The check of the manifest refuses what is no image.
  ...(logo === undefined ? {} : { logo: thumbnailsOf(logo, form, id) as ReadonlyArray<Image> }),
  ...(seeAlso === undefined ? {} : { seeAlso: seeAlso.map((one) => link(one, form)) })
})

/** Descriptive properties, and `behavior`. */
const describeTexts = (resource: Mutable<DescribedResource>, input: Described, form: Form): void => {
  if (input.summary !== undefined) resource.summary = textOf(input.summary, form)
  if (input.metadata !== undefined) resource.metadata = input.metadata.map((one) => pair(one, form))
  if (input.requiredStatement !== undefined) resource.requiredStatement = pair(input.requiredStatement, form)
  if (input.rights !== undefined) resource.rights = correctRights(input.rights) ?? input.rights
  if (input.behavior !== undefined && input.behavior.length > 0) resource.behavior = input.behavior
  if (input.provider !== undefined) resource.provider = input.provider.map((one) => agent(one, form))
}

/** Linking properties, dates, places and annotations. */
const describeLinks = (resource: Mutable<DescribedResource>, input: Described, form: Form, id: string): void => {
  if (input.homepage !== undefined) resource.homepage = input.homepage.map((one) => link(one, form))
  if (input.seeAlso !== undefined) resource.seeAlso = input.seeAlso.map((one) => link(one, form))
  if (input.rendering !== undefined) resource.rendering = input.rendering.map((one) => link(one, form))
  if (input.services !== undefined) resource.service = input.services
  if (input.partOf !== undefined) resource.partOf = input.partOf
  if (input.navDate !== undefined) resource.navDate = input.navDate
  if (input.navPlace !== undefined) resource.navPlace = input.navPlace
  if (input.annotations !== undefined) resource.annotations = annotationPages(input.annotations, form, id, id)
}

/** Sets the properties that canvases, ranges and manifests share, except for thumbnails and inner canvases. */
export const describe = (
  resource: Mutable<DescribedResource>,
  input: Described,
  form: Form,
  id: string
): void => {
  describeTexts(resource, input, form)
  describeLinks(resource, input, form, id)
}
