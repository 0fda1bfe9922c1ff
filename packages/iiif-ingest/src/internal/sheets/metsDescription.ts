/** What the descriptive metadata of a METS file says: MODS, or Goobi's and Kitodo's own elements. */
import { allOf, childrenOf, type Element } from "./xml.ts"

const spaced = (text: string): string => text.replaceAll(/\s+/g, " ").trim()

const texts = (
  elements: ReadonlyArray<Element>
): ReadonlyArray<string> => [...new Set(elements.map(({ text }) => spaced(text)).filter((text) => text !== ""))]

/** The sections of descriptive metadata that a part names. */
const sectionsOf = (root: Element, ids: string | undefined): ReadonlyArray<Element> => {
  const wanted = (ids ?? "").split(/\s+/).filter((id) => id !== "")
  return wanted.flatMap((id) => childrenOf(root, "dmdSec").filter(({ attributes }) => attributes.get("ID") === id))
}

/** Goobi and Kitodo keep metadata by the names of their rule sets. */
const own = (section: Element, ...names: ReadonlyArray<string>): ReadonlyArray<Element> =>
  allOf(section, "metadata").filter(({ attributes }) => names.includes(attributes.get("name") ?? ""))

const title = (info: Element): string => {
  const [nonSort, main, sub, number, name] = ["nonSort", "title", "subTitle", "partNumber", "partName"].map((element) =>
    spaced(childrenOf(info, element).map(({ text }) => text).join(" "))
  )
  const whole = [`${nonSort ?? ""} ${main ?? ""}`.trim(), sub ?? ""].filter((part) => part !== "").join(": ")
  return [whole, number ?? "", name ?? ""].filter((part) => part !== "").join(", ")
}

const titleIn = (section: Element): string | undefined => {
  const [mods] = allOf(section, "mods")
  const infos = mods === undefined ? [] : childrenOf(mods, "titleInfo")
  const info = infos.find(({ attributes }) => !attributes.has("type")) ?? infos[0]
  const [other] = texts(own(section, "TitleDocMain"))
  return [info === undefined ? "" : title(info), other ?? ""].find((text) => text !== "")
}

/** The title of a part. */
export const titleOf = (root: Element, ids: string | undefined): string | undefined =>
  sectionsOf(root, ids).map(titleIn).find((text) => text !== undefined)

const nameOf = (name: Element): string => {
  const [display] = texts([...childrenOf(name, "displayForm"), ...childrenOf(name, "displayName")])
  if (display !== undefined) return display
  const parts = childrenOf(name, "namePart")
  const part = (type: string) => texts(parts.filter(({ attributes }) => attributes.get("type") === type)).join(" ")
  const whole = texts(parts.filter(({ attributes }) => !attributes.has("type"))).join(" ")
  const inverted = [part("family"), part("given")].filter((text) => text !== "").join(", ")
  const goobi = [...texts(childrenOf(name, "lastName")), ...texts(childrenOf(name, "firstName"))].join(", ")
  return [whole, inverted, goobi].find((text) => text !== "") ?? ""
}

const isCreator = (name: Element): boolean => {
  const roles = texts(allOf(name, "roleTerm"))
  return roles.length === 0 || roles.some((role) => /^(?:aut|cre|author|creator|art|cmp)$/i.test(role))
}

const list = (...values: ReadonlyArray<ReadonlyArray<string>>): string | undefined => {
  const all = [...new Set(values.flat().filter((text) => text !== ""))].map((text) => text.replaceAll("|", "/"))
  return all.length === 0 ? undefined : all.join("|")
}

const licence = /^https?:\/\/(?:creativecommons\.org|rightsstatements\.org)\//

const rightsOf = (section: Element): string | undefined =>
  allOf(section, "accessCondition").flatMap(({ attributes, text }) => [attributes.get("href") ?? "", spaced(text)])
    .find((text) => licence.test(text))

const creators = (section: Element): ReadonlyArray<string> => [
  ...allOf(section, "mods").flatMap((mods) => childrenOf(mods, "name")).filter(isCreator).map(nameOf),
  ...own(section, "Author", "Creator", "Composer").map((person) =>
    childrenOf(person, "displayName", "firstName", "lastName").length > 0 ? nameOf(person) : spaced(person.text)
  )
]

/** What is said of the work, by the column that it becomes, and the identifiers that can name its manifest. */
export const describe = (root: Element, ids: string | undefined) => {
  const sections = sectionsOf(root, ids)
  const all = (...names: ReadonlyArray<string>) => texts(sections.flatMap((section) => allOf(section, ...names)))
  const named = (...names: ReadonlyArray<string>) => texts(sections.flatMap((section) => own(section, ...names)))
  const issued = all("dateIssued")
  return {
    identifiers: [...all("recordIdentifier"), ...named("CatalogIDDigital"), ...all("identifier")],
    columns: [
      ["manifest.label", titleOf(root, ids)],
      ["manifest.summary", all("abstract")[0]],
      ["manifest.rights", sections.map(rightsOf).find((rights) => rights !== undefined)],
      ["manifest.metadata:Creator", list(sections.flatMap(creators))],
      ["manifest.metadata:Date", list(issued.length > 0 ? issued : all("dateCreated"), named("PublicationYear"))],
      ["manifest.metadata:Place", list(all("placeTerm"), named("PlaceOfPublication"))],
      ["manifest.metadata:Publisher", list(all("publisher"), named("PublisherName"))],
      ["manifest.metadata:Language", list(all("languageTerm"), named("DocLanguage"))],
      ["manifest.metadata:Extent", list(all("extent"), named("SizeSourcePrint"))],
      ["manifest.metadata:Shelfmark", list(all("shelfLocator"), named("shelfmarksource"))]
    ] as const
  }
}
