/** The classes that refer to each other, by name. */
import type * as Schema from "effect/Schema"
import type { Kind } from "../model/kind.ts"
import type { Check } from "../model/walk.ts"
import { labelValue, pageOrReference } from "./annotationTables.ts"
import { body, choice, contentResource, resource, specificResource } from "./contentTables.ts"
import { feature } from "./geoTables.ts"
import { agent } from "./providerTable.ts"
import { anySelector } from "./selectorTables.ts"
import { anyService } from "./serviceTables.ts"
import { canvas, collectionItem, companionCanvas, embeddedCollection, range } from "./structureTables.ts"

const kinds = {
  Agent: agent,
  AnnotationPageOrReference: pageOrReference,
  Body: body,
  Canvas: canvas,
  Choice: choice,
  CollectionItem: collectionItem,
  CompanionCanvas: companionCanvas,
  ContentResource: contentResource,
  EmbeddedCollection: embeddedCollection,
  Feature: feature,
  LabelValue: labelValue,
  Range: range,
  Resource: resource,
  Selector: anySelector,
  Service: anyService,
  SpecificResource: specificResource
}

/** The check of each class. */
export const checks: { readonly [name: string]: Check } = Object.fromEntries(
  Object.entries(kinds).map(([name, { check }]) => [name, check])
)

const known = new Map<string, Kind>(Object.entries(kinds))

const plains = new Map<string, Schema.Codec<unknown>>()

/** The plain schema of a class. */
export const plainOf = (name: string): Schema.Codec<unknown> => {
  const plain = plains.get(name) ?? known.get(name)?.plain(plainOf)
  if (plain === undefined) throw new Error(`there is no class ${name}`)
  plains.set(name, plain)
  return plain
}
