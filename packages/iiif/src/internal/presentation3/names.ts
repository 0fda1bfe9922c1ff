/** The types of the classes, which follow from their tables. */
import type { TypeOf } from "../model/kind.ts"
import type * as Annotations from "./annotationTables.ts"
import type * as Content from "./contentTables.ts"
import type * as Geo from "./geoTables.ts"
import type * as Selectors from "./selectorTables.ts"
import type * as Services from "./serviceTables.ts"
import type * as Structure from "./structureTables.ts"

/** The types of the classes that tables refer to by name. */
export interface Names {
  readonly AnnotationPageOrReference: TypeOf<typeof Annotations.pageOrReference, Names>
  readonly Canvas: TypeOf<typeof Structure.canvas, Names>
  readonly Choice: TypeOf<typeof Content.choice, Names>
  readonly CollectionItem: TypeOf<typeof Structure.collectionItem, Names>
  readonly CompanionCanvas: TypeOf<typeof Structure.canvas, Names>
  readonly ContentResource: TypeOf<typeof Content.contentResource, Names>
  readonly EmbeddedCollection: TypeOf<typeof Structure.embeddedCollection, Names>
  readonly Feature: TypeOf<typeof Geo.feature, Names>
  readonly Range: TypeOf<typeof Structure.range, Names>
  readonly Resource: TypeOf<typeof Content.body, Names>
  readonly Selector: TypeOf<typeof Selectors.anySelector, Names>
  readonly Service: TypeOf<typeof Services.anyService, Names>
  readonly SpecificResource: TypeOf<typeof Content.specificResource, Names>
}

/** The type of the values of a kind. */
export type Is<K> = TypeOf<K, Names>
