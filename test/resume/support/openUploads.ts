import * as Sdk from "@aws-sdk/client-s3"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Redacted } from "effect"

const withClient = <A>(use: (client: Sdk.S3Client, bucket: string) => Promise<A>) =>
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

const list = async (client: Sdk.S3Client, bucket: string) =>
  (await client.send(new Sdk.ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? []

/** The ids of the multipart uploads that the store still has. */
export const openUploads = withClient(async (client, bucket) =>
  (await list(client, bucket)).map(({ UploadId }) => UploadId ?? "")
)

/** Does away with them, as a bucket's lifecycle rule does. */
export const expireUploads = withClient(async (client, bucket) => {
  for (const { Key, UploadId } of await list(client, bucket)) {
    await client.send(new Sdk.AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }))
  }
})

/** Takes an object away, as whoever cleans a bucket does. */
export const removeObject = (key: string) =>
  withClient((client, bucket) => client.send(new Sdk.DeleteObjectCommand({ Bucket: bucket, Key: key })))
