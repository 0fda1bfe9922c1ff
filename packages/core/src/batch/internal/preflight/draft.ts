import type { Place } from "../../Finding.ts"
import type { Located } from "./locate.ts"
import type { Row } from "./row.ts"

/**
 * An image that a row names, or that is in a folder that a row names.
 *
 * - `place`: where messages about its file are.
 * - `name`: its path below the folder of the batch, with forward slashes.
 * - `exists`: whether there is such a file; if not, which has a finding, the rest of its row is checked all the same.
 * - `fromFolder`: whether its row is about the folder, and says nothing of the image itself.
 */
export interface ImageDraft {
  readonly row: Row
  readonly place: Place
  readonly path: string
  readonly name: string
  readonly manifest: string
  readonly exists: boolean
  readonly fromFolder: boolean
}

/** A row that is about a manifest: the one of a folder. */
export interface FolderDraft {
  readonly row: Row
  readonly place: Place
  readonly path: string
  readonly manifest: string
  readonly title: string
}

/** What became of all rows. `titles` are the labels of manifests that no row gives one, by name. */
export interface Drafts {
  readonly images: ReadonlyArray<ImageDraft>
  readonly folders: ReadonlyArray<FolderDraft>
  readonly titles: ReadonlyMap<string, string>
}

export type Found = Extract<Located, { readonly path: string }>
