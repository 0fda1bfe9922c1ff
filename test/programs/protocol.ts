import { IngestProgram, MpsConfig, Upload } from "@iiif-ingest/core"
import { Schema } from "effect"

/** The program's input: where its sandbox is, which files to send, and how. */
export interface Order {
  readonly settings: MpsConfig.Options
  readonly s3: { readonly endpoint: string; readonly region: string; readonly accessKeyId: string }
  /** The sandbox's secret, which is worthless elsewhere. */
  readonly secretAccessKey: string
  readonly issuer: string
  readonly kid: string
  readonly privateKeyPath: string
  readonly folder: string
  readonly journal: string
  readonly upload?: Partial<Upload.Options>
  /** Ingests the files with a manifest of this name; without it, they are only uploaded. */
  readonly manifest?: string
  /** The label of the manifest; its name by default. */
  readonly label?: string
  readonly onUnknownSubmit?: NonNullable<IngestProgram.Options["onUnknownSubmit"]>
}

/**
 * The program's output: the outcome of an image, that a file is read for its checksum, the outcome of a request, or the
 * error with which it ended.
 */
export const Line = Schema.TaggedUnion({
  Uploaded: { key: Schema.String, how: Schema.String, crc32: Schema.Int, warnings: Schema.Array(Schema.String) },
  Failed: { source: Schema.String, problem: Schema.String },
  Hashed: { path: Schema.String },
  Reported: {
    complete: Schema.Boolean,
    resubmitted: Schema.Boolean,
    jobId: Schema.optionalKey(Schema.String),
    /** Whether it is the job of an earlier run. */
    earlier: Schema.Boolean,
    how: Schema.Array(Schema.String)
  },
  Ended: { error: Schema.String, message: Schema.String }
})

export type Line = typeof Line.Type
