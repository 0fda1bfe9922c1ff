/**
 * Why an operation on an object store failed: one error with a closed union of reasons, each saying what to do.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Reason from "../base/Reason.ts"

/**
 * The bucket does not exist, or is not visible to this account.
 *
 * @category errors
 * @since 0.1.0
 */
export class NoSuchBucket extends Schema.TaggedError<NoSuchBucket>()("NoSuchBucket", { bucket: Schema.String }) {
  readonly retryable: boolean = false
  override get message() {
    return `there is no bucket ${this.bucket}: check account, space and environment (LTS_IIIF_ACCOUNT, LTS_IIIF_SPACE, ` +
      "LTS_IIIF_ENVIRONMENT, or LTS_IIIF_BUCKET)"
  }
}

/**
 * The credentials are valid, but the action is not allowed.
 *
 * @category errors
 * @since 0.1.0
 */
export class AccessDenied extends Schema.TaggedError<AccessDenied>()("AccessDenied", { detail: Schema.String }) {
  readonly retryable: boolean = false
  override get message() {
    return `access was denied (${this.detail}): check that the AWS keys are the ones LTS issued for this bucket`
  }
}

/**
 * There are no credentials, the access key is unknown, or the signature does not match.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidCredentials extends Schema.TaggedError<InvalidCredentials>()("InvalidCredentials", {
  detail: Schema.String
}) {
  readonly retryable: boolean = false
  override get message() {
    return `the AWS credentials are missing or were not accepted (${this.detail}): check AWS_ACCESS_KEY_ID and ` +
      "AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
  }
}

/**
 * The session token has expired. Retryable, because a credential provider may renew it.
 *
 * @category errors
 * @since 0.1.0
 */
export class ExpiredCredentials extends Schema.TaggedError<ExpiredCredentials>()("ExpiredCredentials", {}) {
  readonly retryable: boolean = true
  override get message() {
    return "the AWS session has expired: sign in again, or use a profile that renews itself"
  }
}

/**
 * The store's clock and this machine's differ by more than signing allows (15 minutes for S3).
 *
 * @category errors
 * @since 0.1.0
 */
export class ClockSkew extends Schema.TaggedError<ClockSkew>()("ClockSkew", { detail: Schema.String }) {
  readonly retryable: boolean = false
  override get message() {
    return `this machine's clock is wrong (${this.detail}): set it, then run again`
  }
}

/**
 * The bucket is in a different region than the one requests are signed for.
 *
 * @category errors
 * @since 0.1.0
 */
export class WrongRegion extends Schema.TaggedError<WrongRegion>()("WrongRegion", {
  configured: Schema.String,
  expected: Schema.optionalKey(Schema.String)
}) {
  readonly retryable: boolean = false
  override get message() {
    return `the bucket is not in region ${this.configured}${
      this.expected === undefined ? "" : ` but in ${this.expected}`
    }: set AWS_REGION, or region in the options of the S3 client`
  }
}

/**
 * The bytes that the store received are not the bytes that were sent.
 *
 * @category errors
 * @since 0.1.0
 */
export class ChecksumMismatch extends Schema.TaggedError<ChecksumMismatch>()("ChecksumMismatch", {
  detail: Schema.String
}) {
  readonly retryable: boolean = true
  override get message() {
    return `the bytes were corrupted in transit (${this.detail})`
  }
}

/**
 * The store refused the checksum that is sent with a body by default: older stores other than Amazon's know neither
 * CRC-32 nor trailers.
 *
 * @category errors
 * @since 0.1.0
 */
export class ChecksumsUnsupported extends Schema.TaggedError<ChecksumsUnsupported>()("ChecksumsUnsupported", {
  detail: Schema.String
}) {
  readonly retryable: boolean = false
  override get message() {
    return `the store seems not to support the checksums that are sent by default (${this.detail}): set ` +
      "AWS_REQUEST_CHECKSUM_CALCULATION=when_required, or checksums: \"whenRequired\" in the options of the S3 client"
  }
}

/**
 * A conditional write failed because an object with the key exists.
 *
 * @category errors
 * @since 0.1.0
 */
export class AlreadyExists extends Schema.TaggedError<AlreadyExists>()("AlreadyExists", {}) {
  readonly retryable: boolean = false
  override get message() {
    return "an object with this key already exists"
  }
}

/**
 * The store does not know the multipart upload: it was completed, aborted or removed.
 *
 * @category errors
 * @since 0.1.0
 */
export class NoSuchUpload extends Schema.TaggedError<NoSuchUpload>()("NoSuchUpload", {}) {
  readonly retryable: boolean = false
  override get message() {
    return "the store no longer has this multipart upload: the upload has to start again"
  }
}

/**
 * The store does not have a part for which it issued a receipt.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidPart extends Schema.TaggedError<InvalidPart>()("InvalidPart", {}) {
  readonly retryable: boolean = false
  override get message() {
    return "the store no longer has a part that it confirmed: the upload has to start again"
  }
}

/**
 * The source could not be read while it was being sent: it was removed, changed, or became unreadable.
 *
 * @category errors
 * @since 0.1.0
 */
export class SourceFailed extends Schema.TaggedError<SourceFailed>()("SourceFailed", { detail: Schema.String }) {
  readonly retryable: boolean = false
  override get message() {
    return `the source could not be read to its end (${this.detail}); nothing was stored`
  }
}

/**
 * Why a store failed: the reasons specific to this port and those that all ports share.
 *
 * @category errors
 * @since 0.1.0
 */
export const ObjectStoreReason = Schema.Union([
  NoSuchBucket,
  AccessDenied,
  InvalidCredentials,
  ExpiredCredentials,
  ClockSkew,
  WrongRegion,
  ChecksumMismatch,
  ChecksumsUnsupported,
  AlreadyExists,
  NoSuchUpload,
  InvalidPart,
  SourceFailed,
  Reason.Unreachable,
  Reason.ConnectionLost,
  Reason.TimedOut,
  Reason.Throttled,
  Reason.Unavailable,
  Reason.Undecodable,
  Reason.Rejected
])

/**
 * @category errors
 * @since 0.1.0
 */
export type ObjectStoreReason = typeof ObjectStoreReason.Type

/**
 * The error of this port: which operation failed, on which key, and why.
 *
 * @category errors
 * @since 0.1.0
 */
export class ObjectStoreError extends Schema.TaggedError<ObjectStoreError>()("ObjectStoreError", {
  operation: Schema.Literals(["head", "read", "put", "begin", "putPart", "complete", "abort"]),
  key: Schema.String,
  reason: ObjectStoreReason
}) {
  override get message() {
    return `${this.operation} ${this.key}: ${this.reason.message}`
  }
}
