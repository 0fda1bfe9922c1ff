/** Determines the S3 operation of a request. */
import { header, parameter, type S3Request } from "./request.ts"

/** Query parameters of S3 features that the sandbox lacks. */
const unsupported = new Set([
  "accelerate",
  "acl",
  "analytics",
  "cors",
  "encryption",
  "intelligent-tiering",
  "inventory",
  "legal-hold",
  "lifecycle",
  "logging",
  "metrics",
  "notification",
  "object-lock",
  "ownershipControls",
  "policy",
  "policyStatus",
  "publicAccessBlock",
  "renameObject",
  "replication",
  "requestPayment",
  "restore",
  "retention",
  "select",
  "session",
  "tagging",
  "torrent",
  "versionId",
  "versioning",
  "versions",
  "website"
])

const ofService = (method: string) => method === "GET" ? "ListBuckets" : undefined

const ofBucket = (method: string, has: (name: string) => boolean, listType: string | undefined) => {
  switch (method) {
    case "GET": {
      if (has("location")) return "GetBucketLocation"
      if (has("uploads")) return "ListMultipartUploads"
      return listType === "2" ? "ListObjectsV2" : "ListObjects"
    }
    case "HEAD":
      return "HeadBucket"
    case "PUT":
      return "CreateBucket"
    case "DELETE":
      return "DeleteBucket"
    case "POST":
      return has("delete") ? "DeleteObjects" : undefined
    default:
      return undefined
  }
}

const ofObject = (method: string, has: (name: string) => boolean, isCopy: boolean) => {
  switch (method) {
    case "GET": {
      if (has("uploadId")) return "ListParts"
      return has("attributes") ? "GetObjectAttributes" : "GetObject"
    }
    case "HEAD":
      return "HeadObject"
    case "PUT": {
      if (has("uploadId") || has("partNumber")) return isCopy ? "UploadPartCopy" : "UploadPart"
      return isCopy ? "CopyObject" : "PutObject"
    }
    case "DELETE":
      return has("uploadId") ? "AbortMultipartUpload" : "DeleteObject"
    case "POST": {
      if (has("uploads")) return "CreateMultipartUpload"
      return has("uploadId") ? "CompleteMultipartUpload" : undefined
    }
    default:
      return undefined
  }
}

/** The operation's name in the S3 API, `"unsupported"` if the sandbox lacks it, undefined if S3 has none. */
export const operationOf = (request: S3Request) => {
  const has = (name: string) => parameter(request, name) !== undefined
  if (request.query.some(([name]) => unsupported.has(name))) return "unsupported"
  if (request.bucket === undefined) return ofService(request.method)
  if (request.key === undefined) return ofBucket(request.method, has, parameter(request, "list-type"))
  return ofObject(request.method, has, header(request, "x-amz-copy-source") !== undefined)
}

/** The names of all supported operations. */
export type OperationName = Exclude<ReturnType<typeof operationOf>, undefined | "unsupported">
