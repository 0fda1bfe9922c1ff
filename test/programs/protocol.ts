import { IngestProgram, MpsConfig, Upload } from "@iiif-ingest/core"
import { Schema } from "effect"

/** What the program is told: where its sandbox is, which files to take, and how. */
export interface Order {
  readonly settings: MpsConfig.Options
  readonly s3: { readonly endpoint: string; readonly region: string; readonly accessKeyId: string }
  /** The sandbox's own; it opens nothing else. */
  readonly secretAccessKey: string
  readonly issuer: string
  readonly kid: string
  readonly privateKeyPath: string
  readonly folder: string
  readonly journal: string
  readonly upload?: Partial<Upload.Options>
  /** Takes the files the whole way, as a manifest of this name; else they are only uploaded. */
  readonly manifest?: string
  readonly onUnknownSubmit?: NonNullable<IngestProgram.Options["onUnknownSubmit"]>
}

/**
 * What the program says: what became of an image, that a file is read for its checksum, what came of a request, or why
 * it ended early.
 */
export const Line = Schema.TaggedUnion({
  Uploaded: { key: Schema.String, how: Schema.String, crc32: Schema.Int, warnings: Schema.Array(Schema.String) },
  Failed: { source: Schema.String, problem: Schema.String },
  Hashed: { path: Schema.String },
  Reported: {
    complete: Schema.Boolean,
    resubmitted: Schema.Boolean,
    jobId: Schema.optionalKey(Schema.String),
    how: Schema.Array(Schema.String)
  },
  Ended: { error: Schema.String, message: Schema.String }
})

export type Line = typeof Line.Type
