import type { Crc32 } from "../../image/Crc32.ts"
import type { UploadRecord } from "../Journal.ts"
import type { StoredObject } from "../ObjectStore.ts"
import type { UploadedAsset } from "../UploadedAsset.ts"
import type { Occupant } from "./existing.ts"
import type { MultipartUpload } from "./multipart.ts"

/** Whether a write replaces an object that is under the key. */
export type Write = "ifAbsent" | "always"

/**
 * How far an image is on its way into the store. Each state is left by one function of `uploadImage.ts`; `Stored` ends
 * the upload.
 */
export type State =
  /** According to the journal an earlier run stored the image; `doubtful` if the file may have been changed since. */
  | {
    readonly _tag: "Recorded"
    readonly record: UploadRecord & { readonly crc32: Crc32 }
    readonly doubtful: boolean
  }
  /** A multipart upload of the image was begun; its parts have the bytes of the file. */
  | { readonly _tag: "Begun"; readonly upload: MultipartUpload }
  /** Nothing of the image that can be used is in the store. `tries`: how often the whole image was sent. */
  | { readonly _tag: "Unsent"; readonly write: Write; readonly tries: number }
  /** There is an object under the key; `found` is what the store tells of it, if it was asked. */
  | { readonly _tag: "Taken"; readonly by: Occupant; readonly found?: StoredObject; readonly tries: number }
  | Stored

/** The image is stored. `journaled`: the journal says so already. */
export interface Stored {
  readonly _tag: "Stored"
  readonly crc32: Crc32
  readonly etag?: string
  readonly how: UploadedAsset["how"]
  readonly journaled?: true
}

/** Without a condition, a write may have replaced an object. */
export const howSent = (write: Write): UploadedAsset["how"] => write === "ifAbsent" ? "sent" : "replaced"
