/**
 * The sandbox's S3 endpoint as the AWS SDK sees it. Requests that the SDK cannot send (invalid framing, lost
 * connections, wrong dates) are tested in packages/sandbox.
 */
import * as SDK from "@aws-sdk/client-s3"
import { Upload } from "@aws-sdk/lib-storage"
import { assert, layer } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { createHash, randomBytes } from "node:crypto"
import { createReadStream } from "node:fs"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Readable } from "node:stream"
import { crc32 } from "node:zlib"
import * as Ids from "../../packages/sandbox/src/internal/ids.ts"
import * as S3 from "../../packages/sandbox/src/internal/s3/endpoint.ts"

const MIB = 1024 * 1024
const BUCKET = "edu.example.images"
const REGION = "us-east-1"
const credential = { accessKeyId: "SANDBOXKEY", secretAccessKey: "sandbox-secret" }
const temporary = { accessKeyId: "TEMPORARY", secretAccessKey: "sandbox-secret", sessionToken: "token/+=" }

const listen = Effect.fnUntraced(function*(endpoint: S3.S3Endpoint) {
  const services = yield* Effect.context<never>()
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    Effect.runForkWith(services)(endpoint.handle(request, response))
  }
  const server = createServer({ requestTimeout: 0 }).on("request", handle).on("checkContinue", handle)
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.void))
    }),
    () =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  )
  const address = server.address()
  return typeof address === "object" && address !== null ? address.port : 0
})

const directory = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "s3-conformance-"))),
  (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
)

class Setup extends Context.Service<Setup, {
  readonly url: string
  readonly folder: string
  readonly s3: SDK.S3Client
  /** Creates another client of the same endpoint. */
  readonly client: (config: SDK.S3ClientConfig) => SDK.S3Client
}>()("test/S3Conformance/Setup") {
  static readonly layer = Layer.effect(
    Setup,
    Effect.gen(function*() {
      const folder = yield* directory
      const endpoint = yield* S3.make({
        directory: join(folder, "s3"),
        region: REGION,
        basePath: "/_s3",
        credential: (id) => [credential, temporary].find(({ accessKeyId }) => accessKeyId === id),
        ids: Ids.make(undefined)
      })
      yield* endpoint.createBucket(BUCKET)
      const url = `http://127.0.0.1:${yield* listen(endpoint)}/_s3`
      const clients: Array<SDK.S3Client> = []
      yield* Effect.addFinalizer(() => Effect.sync(() => clients.forEach((client) => client.destroy())))
      const client = (config: SDK.S3ClientConfig) => {
        const made = new SDK.S3Client({
          region: REGION,
          endpoint: url,
          forcePathStyle: true,
          credentials: credential,
          maxAttempts: 1,
          ...config
        })
        clients.push(made)
        return made
      }
      return { url, folder, s3: client({}), client }
    })
  )
}

/** Runs SDK calls as one effect; a rejection fails the test with the SDK's error. */
const calls = <A>(run: (setup: Setup["Service"]) => Promise<A>) =>
  Effect.gen(function*() {
    const setup = yield* Setup
    return yield* Effect.tryPromise(() => run(setup)).pipe(Effect.mapError(({ cause }) => cause))
  })

const errorOf = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call
    return "accepted"
  } catch (error) {
    if (error instanceof SDK.S3ServiceException) return `${error.name} ${error.$metadata.httpStatusCode}`
    throw error
  }
}

const digest = (algorithm: string, data: Uint8Array) => createHash(algorithm).update(data).digest()
const crc32Of = (data: Uint8Array) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(data))
  return bytes.toString("base64")
}

const bytesOf = async (s3: SDK.S3Client, input: Omit<SDK.GetObjectCommandInput, "Bucket">) => {
  const { Body } = await s3.send(new SDK.GetObjectCommand({ Bucket: BUCKET, ...input }))
  return Buffer.from(await Body?.transformToByteArray() ?? [])
}

const headOf = (s3: SDK.S3Client, Key: string) =>
  s3.send(new SDK.HeadObjectCommand({ Bucket: BUCKET, Key, ChecksumMode: "ENABLED" }))

const small = randomBytes(MIB)
const big = randomBytes(12 * MIB)
const parts = [0, 5, 10].map((start) => big.subarray(start * MIB, (start + 5) * MIB))

const begin = async (s3: SDK.S3Client, input: Omit<SDK.CreateMultipartUploadCommandInput, "Bucket">) => {
  const created = await s3.send(new SDK.CreateMultipartUploadCommand({ Bucket: BUCKET, ...input }))
  return { Bucket: BUCKET, Key: input.Key, UploadId: created.UploadId }
}

const sendParts = async (
  s3: SDK.S3Client,
  upload: Awaited<ReturnType<typeof begin>>,
  ChecksumAlgorithm: SDK.ChecksumAlgorithm
) => {
  const sent: Array<SDK.CompletedPart> = []
  for (const [index, Body] of parts.entries()) {
    const { $metadata: _, ...answer } = await s3.send(
      new SDK.UploadPartCommand({ ...upload, PartNumber: index + 1, Body, ChecksumAlgorithm })
    )
    sent.push({ ...answer, PartNumber: index + 1 })
  }
  return sent
}

// With the live clock, because the SDK signs with the real time.
layer(Setup.layer, { excludeTestServices: true })("the AWS SDK", (it) => {
  it.effect("stores a buffer with type, metadata, ETag and CRC32", () =>
    calls(async ({ s3 }) => {
      const put = { Bucket: BUCKET, Key: "buffer", Body: small, ContentType: "image/tiff", Metadata: { a: "b" } }
      const stored = await s3.send(new SDK.PutObjectCommand(put))
      const head = await headOf(s3, "buffer")
      assert.strictEqual(stored.ETag, `"${digest("md5", small).toString("hex")}"`)
      assert.strictEqual(stored.ChecksumCRC32, crc32Of(small))
      assert.deepInclude(head, {
        ContentLength: MIB,
        ContentType: "image/tiff",
        ChecksumCRC32: crc32Of(small),
        ChecksumType: "FULL_OBJECT"
      })
      assert.deepStrictEqual(head.Metadata, { a: "b" })
      assert.isTrue(small.equals(await bytesOf(s3, { Key: "buffer" })))
    }))

  it.effect("stores a stream with every checksum algorithm and without its framing", () =>
    calls(async ({ folder, s3 }) => {
      const file = join(folder, "small")
      await writeFile(file, small)
      for (const algorithm of ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "MD5"] as const) {
        const put = { Bucket: BUCKET, Key: algorithm, Body: createReadStream(file), ChecksumAlgorithm: algorithm }
        await s3.send(new SDK.PutObjectCommand(put))
        const head = await headOf(s3, algorithm)
        assert.isString(head[`Checksum${algorithm}`], algorithm)
        assert.isUndefined(head.ContentEncoding)
        // The SDK verifies the checksum while it reads.
        assert.isTrue(small.equals(await bytesOf(s3, { Key: algorithm, ChecksumMode: "ENABLED" })), algorithm)
      }
      assert.strictEqual((await headOf(s3, "SHA256")).ChecksumSHA256, digest("sha256", small).toString("base64"))
    }))

  it.effect("stores bodies without checksums and empty bodies", () =>
    calls(async ({ client, folder, s3 }) => {
      const file = join(folder, "plain")
      await writeFile(file, small)
      const plain = client({ requestChecksumCalculation: "WHEN_REQUIRED" })
      const put = { Bucket: BUCKET, Key: "plain", Body: createReadStream(file), ContentLength: MIB }
      await plain.send(new SDK.PutObjectCommand(put))
      assert.isTrue(small.equals(await bytesOf(s3, { Key: "plain" })))
      assert.isUndefined((await headOf(s3, "plain")).ChecksumCRC32)
      await writeFile(file, "")
      await s3.send(new SDK.PutObjectCommand({ Bucket: BUCKET, Key: "empty1", Body: new Uint8Array() }))
      await s3.send(
        new SDK.PutObjectCommand({ Bucket: BUCKET, Key: "empty2", Body: createReadStream(file), ContentLength: 0 })
      )
      for (const Key of ["empty1", "empty2"]) assert.strictEqual((await headOf(s3, Key)).ContentLength, 0)
    }))

  it.effect("receives named errors for wrong checksums, keys, buckets and regions", () =>
    calls(async ({ client, s3 }) => {
      const put = (input: Partial<SDK.PutObjectCommandInput>, by = s3) =>
        errorOf(by.send(new SDK.PutObjectCommand({ Bucket: BUCKET, Key: "refused", Body: small, ...input })))
      assert.strictEqual(await put({ ChecksumCRC32: "AAAAAA==" }), "BadDigest 400")
      assert.strictEqual(await put({ ContentMD5: digest("md5", big).toString("base64") }), "BadDigest 400")
      assert.strictEqual(await put({ Bucket: "no-such-bucket" }), "NoSuchBucket 404")
      const stream = Readable.from([big])
      assert.strictEqual(
        await put({ Bucket: "no-such-bucket", Body: stream, ContentLength: big.length }),
        "NoSuchBucket 404"
      )
      const as = (config: SDK.S3ClientConfig) => put({}, client(config))
      assert.strictEqual(
        await as({ credentials: { ...credential, secretAccessKey: "no" } }),
        "SignatureDoesNotMatch 403"
      )
      assert.strictEqual(await as({ credentials: { ...credential, accessKeyId: "NO" } }), "InvalidAccessKeyId 403")
      assert.strictEqual(await as({ credentials: { ...temporary, sessionToken: "no" } }), "InvalidToken 400")
      assert.strictEqual(await as({ credentials: temporary }), "accepted")
      assert.strictEqual(await as({ region: "eu-west-1" }), "AuthorizationHeaderMalformed 400")
      const missing = { Bucket: BUCKET, Key: "missing" }
      assert.strictEqual(await errorOf(s3.send(new SDK.HeadObjectCommand(missing))), "NotFound 404")
      assert.strictEqual(await errorOf(s3.send(new SDK.GetObjectCommand(missing))), "NoSuchKey 404")
      assert.strictEqual(
        await errorOf(s3.send(new SDK.HeadBucketCommand({ Bucket: "no-such-bucket" }))),
        "NotFound 404"
      )
    }))

  it.effect("receives 412 if If-Match or If-None-Match does not hold", () =>
    calls(async ({ s3 }) => {
      const put = (input: Partial<SDK.PutObjectCommandInput>) =>
        errorOf(s3.send(new SDK.PutObjectCommand({ Bucket: BUCKET, Key: "once", Body: "x", ...input })))
      assert.strictEqual(await put({ IfNoneMatch: "*" }), "accepted")
      assert.strictEqual(await put({ IfNoneMatch: "*" }), "PreconditionFailed 412")
      assert.strictEqual(await put({ IfMatch: "\"0\"" }), "PreconditionFailed 412")
      assert.strictEqual(await put({ IfMatch: `"${digest("md5", Buffer.from("x")).toString("hex")}"` }), "accepted")
      const upload = new Upload({
        client: s3,
        params: { Bucket: BUCKET, Key: "once", Body: Readable.from([big]), IfNoneMatch: "*" },
        partSize: 5 * MIB
      })
      assert.strictEqual(await errorOf(upload.done()), "PreconditionFailed 412")
    }))

  it.effect("uploads in parts with lib-storage", () =>
    calls(async ({ s3 }) => {
      const params = { Bucket: BUCKET, Key: "library", Body: Readable.from([big]) }
      await new Upload({ client: s3, params, partSize: 5 * MIB }).done()
      const head = await headOf(s3, "library")
      assert.strictEqual(
        head.ETag,
        `"${
          digest(
            "md5",
            Buffer.concat(parts.map((part) => digest("md5", part)))
          ).toString("hex")
        }-3"`
      )
      assert.isString(head.ChecksumCRC32)
      assert.isTrue(big.equals(await bytesOf(s3, { Key: "library" })))
      const attributes = await s3.send(
        new SDK.GetObjectAttributesCommand({
          Bucket: BUCKET,
          Key: "library",
          ObjectAttributes: ["Checksum", "ObjectParts", "ObjectSize"]
        })
      )
      assert.strictEqual(attributes.ObjectSize, big.length)
      assert.strictEqual(attributes.ObjectParts?.TotalPartsCount, 3)
      assert.deepStrictEqual(attributes.ObjectParts?.Parts?.map(({ Size }) => Size), [5 * MIB, 5 * MIB, 2 * MIB])
    }))

  it.effect("completes full-object and composite checksums", () =>
    calls(async ({ s3 }) => {
      const cases = [["CRC32", "FULL_OBJECT"], ["CRC32C", "FULL_OBJECT"], ["CRC64NVME", "FULL_OBJECT"], [
        "CRC32",
        "COMPOSITE"
      ], ["SHA256", "COMPOSITE"]] as const
      for (const [ChecksumAlgorithm, ChecksumType] of cases) {
        const Key = `${ChecksumAlgorithm}-${ChecksumType}`
        const upload = await begin(s3, { Key, ChecksumAlgorithm, ChecksumType })
        const Parts = await sendParts(s3, upload, ChecksumAlgorithm)
        await s3.send(new SDK.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ChecksumType }))
        const head = await headOf(s3, Key)
        assert.strictEqual(head.ChecksumType, ChecksumType)
        assert.strictEqual(head[`Checksum${ChecksumAlgorithm}`]?.endsWith("-3"), ChecksumType === "COMPOSITE")
        assert.isTrue(big.equals(await bytesOf(s3, { Key, ChecksumMode: "ENABLED" })), Key)
      }
      assert.strictEqual((await headOf(s3, "CRC32-FULL_OBJECT")).ChecksumCRC32, crc32Of(big))
      const composite = digest("sha256", Buffer.concat(parts.map((part) => digest("sha256", part)))).toString("base64")
      assert.strictEqual((await headOf(s3, "SHA256-COMPOSITE")).ChecksumSHA256, `${composite}-3`)
    }))

  it.effect("cannot complete with a wrong checksum, size, type or entity tag, or with a part that is too small", () =>
    calls(async ({ s3 }) => {
      const upload = await begin(s3, { Key: "wrong", ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" })
      const Parts = await sendParts(s3, upload, "CRC32")
      const complete = (input: Partial<SDK.CompleteMultipartUploadCommandInput>) =>
        errorOf(s3.send(new SDK.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...input })))
      assert.strictEqual(await complete({ ChecksumCRC32: "AAAAAA==" }), "BadDigest 400")
      assert.strictEqual(await complete({ MpuObjectSize: 1 }), "InvalidRequest 400")
      assert.strictEqual(await complete({ ChecksumType: "COMPOSITE" }), "InvalidRequest 400")
      assert.strictEqual(
        await complete({ MultipartUpload: { Parts: [{ PartNumber: 1, ETag: "\"0\"" }] } }),
        "InvalidPart 400"
      )
      const wrongPart = [{ ...Parts[0], ChecksumCRC32: "AAAAAA==" }]
      assert.strictEqual(await complete({ MultipartUpload: { Parts: wrongPart } }), "InvalidPart 400")
      assert.strictEqual(await complete({ MultipartUpload: { Parts: [...Parts].reverse() } }), "InvalidPartOrder 400")
      const other = new SDK.UploadPartCommand({ ...upload, PartNumber: 4, Body: "x", ChecksumAlgorithm: "SHA256" })
      assert.strictEqual(await errorOf(s3.send(other)), "InvalidRequest 400")
      const tiny = await s3.send(new SDK.UploadPartCommand({ ...upload, PartNumber: 4, Body: "x" }))
      const last = await s3.send(new SDK.UploadPartCommand({ ...upload, PartNumber: 5, Body: "x" }))
      const small = [...Parts, { PartNumber: 4, ETag: tiny.ETag }, { PartNumber: 5, ETag: last.ETag }]
      assert.strictEqual(await complete({ MultipartUpload: { Parts: small } }), "EntityTooSmall 400")
      assert.strictEqual(await complete({ ChecksumCRC32: crc32Of(big), MpuObjectSize: big.length }), "accepted")
    }))

  it.effect("lists and aborts uploads", () =>
    calls(async ({ s3 }) => {
      const upload = await begin(s3, { Key: "aborted" })
      for (const PartNumber of [1, 2, 3]) {
        await s3.send(new SDK.UploadPartCommand({ ...upload, PartNumber, Body: "part" }))
      }
      const listed: Array<number | undefined> = []
      for await (const page of SDK.paginateListParts({ client: s3, pageSize: 2 }, upload)) {
        listed.push(...page.Parts?.map(({ PartNumber }) => PartNumber) ?? [])
      }
      assert.deepStrictEqual(listed, [1, 2, 3])
      const uploads = await s3.send(new SDK.ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: "abor" }))
      assert.deepStrictEqual(uploads.Uploads?.map(({ Key, UploadId }) => [Key, UploadId]), [[
        "aborted",
        upload.UploadId
      ]])
      await s3.send(new SDK.AbortMultipartUploadCommand(upload))
      assert.strictEqual(await errorOf(s3.send(new SDK.ListPartsCommand(upload))), "NoSuchUpload 404")
      assert.strictEqual(await errorOf(s3.send(new SDK.AbortMultipartUploadCommand(upload))), "NoSuchUpload 404")
    }))

  it.effect("keeps keys unchanged, and lists, groups and pages them", () =>
    calls(async ({ s3 }) => {
      const keys = [
        "l/a b.tif",
        "l/é漢\u{1f600}.tif",
        "l/p+q&r=s%20t.tif",
        "l/q'(1)!*~.tif",
        "l/../up",
        "l/sub/x.tif",
        "l/sub/y.tif"
      ]
      for (const Key of keys) await s3.send(new SDK.PutObjectCommand({ Bucket: BUCKET, Key, Body: Key }))
      for (const Key of keys) assert.strictEqual((await bytesOf(s3, { Key })).toString(), Key)
      for (const MaxKeys of [1, 2, 100]) {
        const seen: Array<string | undefined> = []
        const groups: Array<string | undefined> = []
        const input = { Bucket: BUCKET, Prefix: "l/", Delimiter: "/", MaxKeys }
        for await (const page of SDK.paginateListObjectsV2({ client: s3 }, input)) {
          seen.push(...page.Contents?.map(({ Key }) => Key) ?? [])
          groups.push(...page.CommonPrefixes?.map(({ Prefix }) => Prefix) ?? [])
        }
        const bytewise = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))
        assert.deepStrictEqual(seen, keys.filter((key) => !/sub|\.\./.test(key)).sort(bytewise))
        assert.deepStrictEqual(groups, ["l/../", "l/sub/"])
      }
      const encoded = await s3.send(
        new SDK.ListObjectsV2Command({ Bucket: BUCKET, Prefix: "l/é", EncodingType: "url" })
      )
      assert.deepStrictEqual(encoded.Contents?.map(({ Key }) => decodeURIComponent(Key ?? "")), [keys[1]])
    }))

  it.effect("copies objects and parts, and deletes objects", () =>
    calls(async ({ s3 }) => {
      await s3.send(new SDK.PutObjectCommand({ Bucket: BUCKET, Key: "from é+", Body: big, Metadata: { a: "b" } }))
      const source = `${BUCKET}/${encodeURIComponent("from é+")}`
      const copied = await s3.send(new SDK.CopyObjectCommand({ Bucket: BUCKET, Key: "copy", CopySource: source }))
      assert.strictEqual(copied.CopyObjectResult?.ETag, `"${digest("md5", big).toString("hex")}"`)
      assert.deepStrictEqual((await headOf(s3, "copy")).Metadata, { a: "b" })
      assert.strictEqual((await headOf(s3, "copy")).ChecksumCRC32, crc32Of(big))
      const self = { Bucket: BUCKET, Key: "copy", CopySource: `${BUCKET}/copy` }
      assert.strictEqual(await errorOf(s3.send(new SDK.CopyObjectCommand(self))), "InvalidRequest 400")
      const upload = await begin(s3, { Key: "copied-parts" })
      const Parts: Array<SDK.CompletedPart> = []
      for (const [index, range] of [[0, 6 * MIB - 1], [6 * MIB, big.length - 1]].entries()) {
        const part = {
          ...upload,
          PartNumber: index + 1,
          CopySource: source,
          CopySourceRange: `bytes=${range.join("-")}`
        }
        const { CopyPartResult } = await s3.send(new SDK.UploadPartCopyCommand(part))
        Parts.push({ PartNumber: index + 1, ETag: CopyPartResult?.ETag })
      }
      await s3.send(new SDK.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }))
      assert.isTrue(big.equals(await bytesOf(s3, { Key: "copied-parts" })))
      const Objects = [{ Key: "copy" }, { Key: "copied-parts" }, { Key: "never-there" }]
      const deleted = await s3.send(new SDK.DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects } }))
      assert.lengthOf(deleted.Deleted ?? [], 3)
      await s3.send(new SDK.DeleteObjectCommand({ Bucket: BUCKET, Key: "from é+" }))
      assert.strictEqual(await errorOf(headOf(s3, "from é+")), "NotFound 404")
    }))

  it.effect("reads ranges without the checksum of the whole object", () =>
    calls(async ({ s3 }) => {
      await s3.send(new SDK.PutObjectCommand({ Bucket: BUCKET, Key: "ranges", Body: small }))
      const range = { Key: "ranges", Range: "bytes=1000-1999", ChecksumMode: "ENABLED" } as const
      assert.isTrue(small.subarray(1000, 2000).equals(await bytesOf(s3, range)))
      assert.strictEqual(await errorOf(bytesOf(s3, { Key: "ranges", Range: `bytes=${MIB}-` })), "InvalidRange 416")
    }))

  it.effect("stores nothing of an upload that the client aborts", () =>
    calls(async ({ client, s3 }) => {
      const controller = new AbortController()
      const body = Readable.from((async function*() {
        yield big.subarray(0, 4 * MIB)
        controller.abort()
        yield big.subarray(4 * MIB)
      })())
      const put = new SDK.PutObjectCommand({ Bucket: BUCKET, Key: "cut", Body: body, ContentLength: big.length })
      const outcome = await client({}).send(put, { abortSignal: controller.signal }).then(() => "stored", (error) =>
        error.name)
      assert.strictEqual(outcome, "AbortError")
      assert.strictEqual(await errorOf(headOf(s3, "cut")), "NotFound 404")
    }))

  it.effect("creates, finds and deletes buckets", () =>
    calls(async ({ s3 }) => {
      const Bucket = "second.bucket"
      await s3.send(new SDK.CreateBucketCommand({ Bucket }))
      await s3.send(new SDK.HeadBucketCommand({ Bucket }))
      const { Buckets = [] } = await s3.send(new SDK.ListBucketsCommand({}))
      assert.include(Buckets.map(({ Name }) => Name), Bucket)
      await s3.send(new SDK.PutObjectCommand({ Bucket, Key: "k", Body: "x" }))
      assert.strictEqual(await errorOf(s3.send(new SDK.DeleteBucketCommand({ Bucket }))), "BucketNotEmpty 409")
      await s3.send(new SDK.DeleteObjectCommand({ Bucket, Key: "k" }))
      await s3.send(new SDK.DeleteBucketCommand({ Bucket }))
      assert.strictEqual(await errorOf(s3.send(new SDK.HeadBucketCommand({ Bucket }))), "NotFound 404")
    }))
})
