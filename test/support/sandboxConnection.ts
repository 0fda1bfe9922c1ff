/** What `iiif-ingest-sandbox start --json` prints, as far as it is needed to sign tokens and requests. */
import * as Schema from "effect/Schema"

export const SandboxConnection = Schema.fromJsonString(Schema.Struct({
  url: Schema.String,
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
