/** What `iiif-ingest-sandbox start --json` prints. */
import * as Schema from "effect/Schema"

/** Those that are a client's settings. */
export const Settings = Schema.Struct({
  environment: Schema.Literal("sandbox"),
  account: Schema.String,
  space: Schema.String,
  namespace: Schema.String,
  agent: Schema.String,
  bucket: Schema.String,
  ingestUrl: Schema.String,
  assetUrl: Schema.String,
  manifestUrl: Schema.String,
  s3Endpoint: Schema.String
})

export const Printed = Schema.fromJsonString(Schema.Struct({
  url: Schema.String,
  ...Settings.fields,
  s3: Schema.Struct({
    endpoint: Schema.String,
    region: Schema.String,
    accessKeyId: Schema.String,
    secretAccessKey: Schema.String,
    bucket: Schema.String
  }),
  issuer: Schema.String,
  kid: Schema.String,
  privateKeyPath: Schema.String
}))
