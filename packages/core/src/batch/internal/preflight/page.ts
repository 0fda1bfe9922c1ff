import type { AssetId } from "../../../base/Ids.ts"
import type { Checksum } from "../../../image/Fixity.ts"
import type { Description as ImageDescription } from "../../../mps/IngestImage.ts"
import type { Description as ManifestDescription } from "../../../mps/Manifests.ts"
import type { Place } from "../../Finding.ts"
import type { Origin } from "../plan/model.ts"
import type { ImageDraft } from "./draft.ts"
import type { Facts } from "./examine.ts"
import type { Entry } from "./row.ts"

/** An image with all that is known of it. What is missing has a finding that is an error. */
export interface Page {
  readonly draft: ImageDraft
  readonly id: AssetId | undefined
  readonly facts: Facts | undefined
  readonly fixity: ReadonlyArray<Checksum>
  readonly description: ImageDescription
}

/** A manifest, with its pages in order. `cells` are what its rows say of it, by the usual name of the column. */
export interface Book {
  readonly name: string
  readonly place: Place
  readonly origin: Origin
  readonly cells: ReadonlyMap<string, Entry>
  readonly pages: ReadonlyArray<Page>
  readonly description: ManifestDescription
}
