/** The unions that are written out follow from the tables as well: compiled, never run. */
import type * as Ours from "@iiif-ingest/iiif/Presentation3"
import type { TypeOf } from "../../packages/iiif/src/internal/model/kind.ts"
import type * as Content from "../../packages/iiif/src/internal/presentation3/contentTables.ts"
import type * as Services from "../../packages/iiif/src/internal/presentation3/serviceTables.ts"

interface Names {
  readonly Agent: Ours.Agent
  readonly LabelValue: Ours.LabelValue
  readonly AnnotationPageOrReference: Ours.AnnotationPageOrReference
  readonly Choice: Ours.Choice
  readonly ContentResource: Ours.ContentResource
  readonly Feature: Ours.Feature
  readonly Resource: Ours.Resource
  readonly Selector: Ours.Selector
  readonly Service: Ours.Service
  readonly SpecificResource: Ours.SpecificResource
}

/** Compiles if each type is assignable to the other. */
const same = <A, B>(there: (value: A) => B, back: (value: B) => A) => [there, back]

same<Ours.Resource, TypeOf<typeof Content.body, Names>>((value) => value, (value) => value)
same<Ours.Service, TypeOf<typeof Services.anyService, Names>>((value) => value, (value) => value)
