/** All operations by their names in the S3 API. */
import type { Operation } from "../context.ts"
import type { OperationName } from "../operation.ts"
import { getObjectAttributes } from "./attributes.ts"
import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from "./buckets.ts"
import { completeMultipartUpload } from "./completion.ts"
import { copyObject, uploadPartCopy } from "./copies.ts"
import { deleteObjects } from "./deletion.ts"
import { listObjects, listObjectsV2 } from "./listings.ts"
import { abortMultipartUpload, createMultipartUpload, uploadPart } from "./multipart.ts"
import { deleteObject, getObject, headObject, putObject } from "./objects.ts"
import { listMultipartUploads, listParts } from "./uploads.ts"

export const operations: Record<OperationName, Operation> = {
  AbortMultipartUpload: abortMultipartUpload,
  CompleteMultipartUpload: completeMultipartUpload,
  CopyObject: copyObject,
  CreateBucket: createBucket,
  CreateMultipartUpload: createMultipartUpload,
  DeleteBucket: deleteBucket,
  DeleteObject: deleteObject,
  DeleteObjects: deleteObjects,
  GetBucketLocation: getBucketLocation,
  GetObject: getObject,
  GetObjectAttributes: getObjectAttributes,
  HeadBucket: headBucket,
  HeadObject: headObject,
  ListBuckets: listBuckets,
  ListMultipartUploads: listMultipartUploads,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListParts: listParts,
  PutObject: putObject,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy
}
