/** `@aws-sdk/lib-storage` with its defaults: parts of 5 MiB, four at a time. */
import { S3Client } from "@aws-sdk/client-s3"
import { Upload } from "@aws-sdk/lib-storage"
import * as Fs from "node:fs"
import { bucket, credentials, endpoint, forEachFile, keyOf, typeOf } from "../support/upload.ts"

const client = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, credentials })

await forEachFile(async (path) => {
  const params = { Bucket: bucket, Key: keyOf(path), Body: Fs.createReadStream(path), ContentType: typeOf(path) }
  await new Upload({ client, params }).done()
})
client.destroy()
