/**
 * Why an object store did not do what it was asked: one error, a closed union of reasons, each saying what to do.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Reason from "../base/Reason.ts"

/**
 * The bucket does not exist, or not for this account.
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
 * The credentials are good, the action is not allowed.
 *
 * @category errors
 * @since 0.1.0
 */
export class AccessDenied extends Schema.TaggedError<AccessDenied>()("AccessDenied", { detail: Schema.String }) {
  readonly retryable: boolean = false
  override get message() {
    return `access was denied (${this.detail}): check that the AWS keys are those LTS issued for this bucket`
  }
}

/**
 * No credentials, an unknown access key, or a signature that does not match.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidCredentials extends Schema.TaggedError<InvalidCredentials>()("InvalidCredentials", {
  detail: Schema.String
}) {
  readonly retryable: boolean = false
  override get message() {
    return `the AWS credentials are missing or were not accepted (${this.detail}): check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE`
  }
}

/**
 * The session token has ended. Retryable, since a credential provider renews it.
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
 * The bucket lives in another region than the one requests are signed for.
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
    }: set AWS_REGION`
  }
}

/**
 * The bytes that arrived are not the bytes that were sent.
 *
 * @category errors
 * @since 0.1.0
 */
export class ChecksumMismatch extends Schema.TaggedError<ChecksumMismatch>()("ChecksumMismatch", {
  detail: Schema.String
}) {
  readonly retryable: boolean = true
  override get message() {
    return `the bytes were changed on their way (${this.detail})`
  }
}

/**
 * A conditional write found an object under the key.
 *
 * @category errors
 * @since 0.1.0
 */
export class AlreadyExists extends Schema.TaggedError<AlreadyExists>()("AlreadyExists", {}) {
  readonly retryable: boolean = false
  override get message() {
    return "an object with this key exists already"
  }
}

/**
 * The multipart upload was completed, aborted or forgotten by the store.
 *
 * @category errors
 * @since 0.1.0
 */
export class NoSuchUpload extends Schema.TaggedError<NoSuchUpload>()("NoSuchUpload", {}) {
  readonly retryable: boolean = false
  override get message() {
    return "the store no longer knows this multipart upload: it has to begin again"
  }
}

/**
 * The store does not have a part that its receipt speaks of.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidPart extends Schema.TaggedError<InvalidPart>()("InvalidPart", {}) {
  readonly retryable: boolean = false
  override get message() {
    return "the store does not have a part as it said it had: the upload has to begin again"
  }
}

/**
 * The source could not be read while it was sent: removed, changed, or no longer readable.
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
 * Why a store failed: the reasons of this port, and those that all ports share.
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
 * The one error of the port: which operation, on which key, and why.
 *
 * @category errors
 * @since 0.1.0
 */
export class ObjectStoreError extends Schema.TaggedError<ObjectStoreError>()("ObjectStoreError", {
  operation: Schema.Literals(["head", "checksum", "put", "begin", "putPart", "complete", "abort"]),
  key: Schema.String,
  reason: ObjectStoreReason
}) {
  override get message() {
    return `${this.operation} ${this.key}: ${this.reason.message}`
  }
}
