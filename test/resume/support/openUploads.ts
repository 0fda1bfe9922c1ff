import * as Sdk from "@aws-sdk/client-s3"
import { withClient } from "../../support/bucket.ts"

const list = async (client: Sdk.S3Client, bucket: string) =>
  (await client.send(new Sdk.ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? []

/** The ids of the incomplete multipart uploads in the store. */
export const openUploads = withClient(async (client, bucket) =>
  (await list(client, bucket)).map(({ UploadId }) => UploadId ?? "")
)

/** Aborts all incomplete uploads, as a bucket's lifecycle rule would. */
export const expireUploads = withClient(async (client, bucket) => {
  for (const { Key, UploadId } of await list(client, bucket)) {
    await client.send(new Sdk.AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }))
  }
})

/** Deletes an object, as someone cleaning up a bucket might. */
export const removeObject = (key: string) =>
  withClient((client, bucket) => client.send(new Sdk.DeleteObjectCommand({ Bucket: bucket, Key: key })))
