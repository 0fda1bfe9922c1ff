import * as Sdk from "@aws-sdk/client-s3"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Redacted } from "effect"

/** Uses the bucket of the sandbox in the context through a separate client. */
export const withClient = <A>(use: (client: Sdk.S3Client, bucket: string) => Promise<A>) =>
  Effect.flatMap(Sandbox.Sandbox, ({ s3 }) =>
    Effect.promise(async () => {
      const credentials = { accessKeyId: s3.accessKeyId, secretAccessKey: Redacted.value(s3.secretAccessKey) }
      const client = new Sdk.S3Client({ endpoint: s3.endpoint, region: s3.region, credentials, forcePathStyle: true })
      try {
        return await use(client, s3.bucket)
      } finally {
        client.destroy()
      }
    }))
