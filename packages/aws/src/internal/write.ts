import type { ObjectInfo, UploadSession } from "@iiif-ingest/core/upload/ObjectStore"

/** Whether a body is sent as an object or as a part of one. */
export type Write =
  | { readonly _tag: "Put"; readonly key: string; readonly info: ObjectInfo; readonly ifAbsent: boolean }
  | { readonly _tag: "Part"; readonly session: UploadSession; readonly partNumber: number }
