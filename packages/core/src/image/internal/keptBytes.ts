import * as Context from "effect/Context"
import type * as Ref from "effect/Ref"

/** Where a probe leaves the bytes of a file that it has read, and how many bytes the file may have. */
export interface Place {
  readonly limit: number
  readonly bytes: Ref.Ref<Uint8Array | undefined>
}

/** Provided to a probe by an upload that follows at once; the upload releases the bytes. */
export const KeptBytes: Context.Reference<Place | undefined> = Context.Reference<Place | undefined>(
  "@iiif-ingest/core/image/internal/KeptBytes",
  { defaultValue: () => undefined }
)
