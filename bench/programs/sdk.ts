/** The bare SDK as in its documentation: one PutObject per file with a stream, and the CRC-32 that the SDK adds. */
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import * as Fs from "node:fs"
import { bucket, credentials, endpoint, forEachFile, keyOf, typeOf } from "../support/upload.ts"

const client = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, credentials })

await forEachFile(async (path) => {
  const { size } = await Fs.promises.stat(path)
  await client.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: keyOf(path),
      Body: Fs.createReadStream(path, { highWaterMark: Math.min(size, 1024 * 1024) }),
      ContentLength: size,
      ContentType: typeOf(path)
    })
  )
})
client.destroy()
