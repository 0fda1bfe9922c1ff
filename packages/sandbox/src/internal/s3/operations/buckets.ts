/** CreateBucket, DeleteBucket, HeadBucket, ListBuckets, GetBucketLocation. */
import * as Effect from "effect/Effect"
import { readText } from "../body.ts"
import { currentSecond, type Operation } from "../context.ts"
import { s3Error } from "../errors.ts"
import { recordName } from "../records.ts"
import { header, type S3Request } from "../request.ts"
import { noContent, xmlResponse } from "../response.ts"
import type { Store } from "../store.ts"
import { document, element } from "../xml.ts"
import { childText, parseXml } from "../xmlReader.ts"

const MAX_BODY = 64 * 1024

// The S3 User Guide, "General purpose bucket naming rules", without the reserved prefixes and suffixes.
const isBucketName = (name: string): boolean =>
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes("..") && !/^\d+\.\d+\.\d+\.\d+$/.test(name)

/** Creates a bucket unless it exists. */
export const ensureBucket = Effect.fnUntraced(function*(store: Store, name: string) {
  const created = yield* currentSecond
  yield* Effect.suspend(() =>
    store.buckets.get(recordName(name)) === undefined
      ? store.buckets.set(recordName(name), { name, created })
      : Effect.void
  ).pipe(store.exclusive)
})

const checkLocation = Effect.fnUntraced(function*(text: string, region: string) {
  if (text.trim() === "") return
  const root = yield* Effect.fromResult(parseXml(text))
  const location = childText(root, "LocationConstraint")
  if (root.name !== "CreateBucketConfiguration") return yield* s3Error("MalformedXML")
  if (location !== undefined && location !== region) {
    const why =
      `The ${location} location constraint is incompatible for the region specific endpoint this request was sent to.`
    return yield* s3Error("IllegalLocationConstraintException", {}, why)
  }
})

const hasBody = (request: S3Request): boolean =>
  Number(header(request, "content-length") ?? 0) > 0 || header(request, "transfer-encoding") !== undefined

export const createBucket: Operation = Effect.fnUntraced(function*({ body, region, request, store }, bucket) {
  if (!isBucketName(bucket)) return yield* s3Error("InvalidBucketName", { BucketName: bucket })
  if (hasBody(request)) yield* checkLocation(yield* readText(yield* body, MAX_BODY), region)
  // Only in us-east-1 does S3 let the owner create an existing bucket again.
  if (region !== "us-east-1" && store.buckets.get(recordName(bucket)) !== undefined) {
    return yield* s3Error("BucketAlreadyOwnedByYou", { BucketName: bucket })
  }
  yield* ensureBucket(store, bucket)
  return { status: 200, headers: { location: `/${bucket}` } }
})

export const deleteBucket: Operation = Effect.fnUntraced(function*({ store }, bucket) {
  yield* Effect.gen(function*() {
    yield* store.bucket(bucket)
    const uploads = Array.from(store.uploads.values()).some((upload) => upload.bucket === bucket)
    if (store.list(bucket).length > 0 || uploads) return yield* s3Error("BucketNotEmpty", { BucketName: bucket })
    yield* store.buckets.remove(recordName(bucket))
  }).pipe(store.exclusive)
  return noContent
})

export const headBucket: Operation = Effect.fnUntraced(function*({ region, store }, bucket) {
  yield* store.bucket(bucket)
  return { status: 200, headers: { "x-amz-bucket-region": region } }
})

export const getBucketLocation: Operation = Effect.fnUntraced(function*({ region, store }, bucket) {
  yield* store.bucket(bucket)
  // S3 returns an empty constraint for us-east-1.
  return xmlResponse(document("LocationConstraint", []).replace("></", `>${region === "us-east-1" ? "" : region}</`))
})

export const listBuckets: Operation = ({ store }) =>
  Effect.sync(() => {
    const buckets = Array.from(store.buckets.values()).sort((a, b) => a.name < b.name ? -1 : 1)
    return xmlResponse(document("ListAllMyBucketsResult", [
      element("Owner", [element("ID", "sandbox")]),
      element(
        "Buckets",
        buckets.map(({ created, name }) =>
          element("Bucket", [element("Name", name), element("CreationDate", new Date(created).toISOString())])
        )
      )
    ]))
  })
