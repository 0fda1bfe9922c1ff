/** The bare SDK as its documentation shows it: one PutObject with a file's stream, and the CRC-32 it adds by itself. */
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
