/** One manifest of a seed, and where it goes. */
import type { Picture, Texts } from "./pictures.ts"

/** Who ingests, and where it is served then. */
export interface Place {
  readonly base: string
  readonly namespace: string
  readonly space: string
}

export interface Entry {
  readonly name: string
  readonly label: Texts
  readonly behavior: "paged" | "individuals"
  readonly pictures: ReadonlyArray<Picture>
  readonly policyDefinition: Readonly<Record<string, unknown>>
}
