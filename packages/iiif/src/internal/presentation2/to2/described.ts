import type { Agent, Reference } from "../../../Presentation3.ts"
import type { Fields } from "../../fields.ts"
import type { Place } from "../place.ts"
import { otherContent } from "./annotations.ts"
import { type AnyLink, container, links, thumbnails } from "./content.ts"
import { as, id, lost, mapAt, single } from "./rules.ts"
import { services } from "./services.ts"
import { behavior, metadata, requiredStatement, text } from "./text.ts"

/** The logos of providers; of a provider Presentation 2 has nothing else. */
const provider = (agents: ReadonlyArray<Agent>, place: Place): Fields => {
  const logos = agents.flatMap((agent, index) => {
    place.at(index).lose("Presentation 2 has the logo of a provider, but not its name or pages")
    const { thumbnail } = thumbnails(agent.logo ?? [], place.at(index).at("logo"))
    return thumbnail === undefined ? [] : Array.isArray(thumbnail) ? thumbnail : [thumbnail]
  })
  return logos.length === 0 ? {} : { logo: single(logos) }
}

/** What a manifest or a collection is a part of is a collection, if nothing else is said; other resources say it. */
const partOf = (owner: string) => (list: ReadonlyArray<Reference>, place: Place): Fields => {
  const isUsual = owner === "Manifest" || owner === "Collection"
  const parts = mapAt(list, place, (part, at) => {
    const reference = container(part, at)
    return isUsual && reference["@type"] === "sc:Collection" && reference["label"] === undefined
      ? at.conversion.rename(part.id)
      : reference
  })
  return parts.length === 0 ? {} : { within: single(parts) }
}

const homepage: (list: ReadonlyArray<AnyLink>, place: Place) => Fields = links("related", "Text")

/** The properties that resources of several classes share, for resources of this class. */
export const described = (type: string) => ({
  id,
  label: text("label"),
  metadata,
  summary: text("description"),
  requiredStatement,
  rights: as("license"),
  provider,
  navPlace: lost("Presentation 2 has no navPlace"),
  behavior: behavior(type),
  thumbnail: thumbnails,
  placeholderCanvas: lost("Presentation 2 has no placeholder canvas"),
  accompanyingCanvas: lost("Presentation 2 has no accompanying canvas"),
  homepage,
  seeAlso: links("seeAlso", "Dataset"),
  rendering: links("rendering", "Text"),
  service: services,
  partOf: partOf(type),
  annotations: otherContent
})
