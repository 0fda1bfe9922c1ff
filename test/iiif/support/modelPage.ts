/** The page of documentation that follows from the tables of Presentation 3. */
import { type Class, type Level, type Properties, sectionOf } from "../../../packages/iiif/src/internal/model/kind.ts"
import {
  annotation,
  annotationCollection,
  annotationPage,
  labelValue
} from "../../../packages/iiif/src/internal/presentation3/annotationTables.ts"
import { shown, stateAnnotation } from "../../../packages/iiif/src/internal/presentation3/contentStateTables.ts"
import {
  anyReference,
  choice,
  contentResource,
  creator,
  group,
  homepageLink,
  httpRequestState,
  renderingLink,
  seeAlsoLink,
  specificResource,
  textualBody,
  timeState
} from "../../../packages/iiif/src/internal/presentation3/contentTables.ts"
import { feature, navPlace } from "../../../packages/iiif/src/internal/presentation3/geoTables.ts"
import { agent } from "../../../packages/iiif/src/internal/presentation3/providerTable.ts"
import * as Selectors from "../../../packages/iiif/src/internal/presentation3/selectorTables.ts"
import * as Services from "../../../packages/iiif/src/internal/presentation3/serviceTables.ts"
import {
  canvas,
  collection,
  manifest,
  range
} from "../../../packages/iiif/src/internal/presentation3/structureTables.ts"

type Described = Class<Properties>

const groups: ReadonlyArray<readonly [title: string, classes: ReadonlyArray<Described>]> = [
  ["Structure", [collection, manifest, canvas, range, agent, labelValue]],
  ["Annotations", [annotationPage, annotation, annotationCollection]],
  ["Content", [contentResource, textualBody, specificResource, choice, group, creator, timeState, httpRequestState]],
  ["Links", [homepageLink, seeAlsoLink, renderingLink, anyReference]],
  [
    "Selectors",
    Object.values(Selectors).filter((one): one is typeof one & Described => "tag" in one && one.tag === "class")
  ],
  [
    "Services",
    Object.values(Services).filter((one): one is typeof one & Described => "tag" in one && one.tag === "class")
  ],
  ["Places", [navPlace, feature]],
  ["Content states", [stateAnnotation, shown]]
]

const words: { readonly [L in Level]: string } = { must: "required", should: "recommended", may: "optional" }

const escaped = (text: string): string => text.replaceAll("|", "\\|")

const named = new Set(groups.flatMap(([, classes]) => classes.map(({ name }) => name.toLowerCase())))

/** Links to classes that the page describes; others are named only. */
const linked = (says: string): string =>
  says.replace(/\[(\w+)\]\(#(\w+)\)/g, (link, name: string, anchor: string) => named.has(anchor) ? link : name)

const section = ({ isClosed, name, properties }: Described): string => {
  const rows = Object.entries(properties).map(([key, { clause, kind, level }]) =>
    `| \`${key}\` | ${escaped(linked(kind.says))} | ${words[level]} | ${sectionOf(clause)} |`
  )
  return [
    `### ${name}`,
    "",
    ...isClosed ? ["Other properties are errors here, unless they have a prefix (`ex:name`).", ""] : [],
    "| property | value | | source |",
    "| --- | --- | --- | --- |",
    ...rows
  ].join("\n")
}

const introduction = `# Presentation 3, as this project has it

This page follows from the tables in \`packages/iiif/src/internal/presentation3\`, as do the types and schemas of
\`Presentation3\`, what \`Manifest.check\` checks, and the order in which \`Manifest.build\` writes properties: that of the
rows. A test holds the page to the tables. The rules that involve several properties or resources are in
[findings.md](findings.md); every class may have properties of extensions, unless it says otherwise.`

export const modelPage = (): string => {
  const sections = groups.flatMap(([title, classes]) => [`## ${title}`].concat(classes.map(section)))
  return `${[introduction.replaceAll(/([^\n])\n([^\n])/g, "$1 $2")].concat(sections).join("\n\n")}\n`
}
