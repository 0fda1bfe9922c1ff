/**
 * Errors of the S3 endpoint: those sent to clients as S3's XML, and failures of the sandbox's own files.
 *
 * Codes, statuses and messages are those of the S3 API reference ("Error responses").
 */
import * as Schema from "effect/Schema"

const Fields = Schema.Record(Schema.String, Schema.String)

/** An S3 error response; `details` become elements next to Code and Message. */
export class S3Error extends Schema.TaggedError<S3Error>()("S3Error", {
  status: Schema.Int,
  code: Schema.String,
  text: Schema.String,
  details: Fields,
  headers: Fields
}) {
  override get message() {
    return `S3 replied ${this.status} ${this.code}: ${this.text}`
  }
}

/** A file in the data directory could not be read or written. */
export class StorageError extends Schema.TaggedError<StorageError>()("StorageError", {
  action: Schema.String,
  path: Schema.String,
  cause: Schema.Defect()
}) {
  override get message() {
    const why = this.cause instanceof Error ? this.cause.message : "unknown cause"
    return `The sandbox's S3 storage could not ${this.action} ${this.path} (${why}). ` +
      "Check that the data directory exists, is writable, and has free space."
  }
}

const codes = {
  AccessDenied: [403, "Access Denied"],
  AuthorizationHeaderMalformed: [400, "The authorization header that you provided is not valid."],
  AuthorizationQueryParametersError: [400, "The authorization query parameters that you provided are not valid."],
  BadDigest: [400, "The digest you specified did not match what we received."],
  BucketAlreadyOwnedByYou: [409, "The bucket that you tried to create already exists, and you own it."],
  BucketNotEmpty: [409, "The bucket that you tried to delete is not empty."],
  EntityTooLarge: [400, "Your proposed upload exceeds the maximum allowed object size."],
  EntityTooSmall: [400, "Your proposed upload is smaller than the minimum allowed size."],
  ExpiredToken: [400, "The provided token has expired."],
  IllegalLocationConstraintException: [400, "The location constraint does not match the region of this endpoint."],
  IncompleteBody: [400, "The request body terminated unexpectedly."],
  InternalError: [500, "The sandbox failed to handle this request. See its log for the cause."],
  InvalidAccessKeyId: [403, "The AWS access key ID that you provided does not exist in our records."],
  InvalidArgument: [400, "Invalid Argument"],
  InvalidBucketName: [400, "The specified bucket is not valid."],
  InvalidChunkSizeError: [403, "Only the last chunk is allowed to have a size less than 8192 bytes"],
  InvalidDigest: [400, "The Content-MD5 you specified was invalid."],
  InvalidPart: [
    400,
    "One or more of the specified parts could not be found. The part might not have been uploaded, or the specified " +
    "entity tag might not have matched the part's entity tag."
  ],
  InvalidPartOrder: [400, "The list of parts was not in ascending order. Parts must be ordered by part number."],
  InvalidRange: [416, "The requested range is not satisfiable"],
  InvalidRequest: [400, "Invalid Request"],
  InvalidToken: [400, "The provided token is malformed or otherwise not valid."],
  InvalidURI: [400, "Couldn't parse the specified URI."],
  KeyTooLongError: [400, "Your key is too long"],
  MalformedTrailerError: [
    400,
    "The request contained trailing data that was not well-formed or did not conform to our published schema."
  ],
  MalformedXML: [400, "The XML you provided was not well-formed or did not validate against our published schema"],
  MaxMessageLengthExceeded: [400, "Your request was too large."],
  MetadataTooLarge: [400, "Your metadata headers exceed the maximum allowed metadata size"],
  MethodNotAllowed: [405, "The specified method is not allowed against this resource."],
  MissingContentLength: [411, "You must provide the Content-Length HTTP header."],
  NoSuchBucket: [404, "The specified bucket does not exist"],
  NoSuchKey: [404, "The specified key does not exist."],
  NoSuchUpload: [
    404,
    "The specified multipart upload does not exist. The upload ID might be invalid, or the multipart upload might " +
    "have been aborted or completed."
  ],
  NotImplemented: [501, "A header or parameter you provided implies functionality that is not implemented"],
  NotModified: [304, "Not Modified"],
  PreconditionFailed: [412, "At least one of the pre-conditions you specified did not hold"],
  RequestTimeTooSkewed: [403, "The difference between the request time and the current time is too large."],
  SignatureDoesNotMatch: [
    403,
    "The request signature we calculated does not match the signature you provided. Check your key and signing method."
  ],
  XAmzContentSHA256Mismatch: [400, "The provided 'x-amz-content-sha256' header does not match what was computed."]
} as const satisfies Record<string, readonly [status: number, text: string]>

/** The S3 error codes of the endpoint. */
type S3Code = keyof typeof codes

/** Creates an S3 error by its code, by default with S3's own message. */
export const s3Error = (code: S3Code, details: Readonly<Record<string, string>> = {}, text?: string): S3Error => {
  const [status, standard] = codes[code]
  return new S3Error({ status, code, text: text ?? standard, details, headers: {} })
}

/** Adds response header fields to an S3 error. */
export const withHeaders = (error: S3Error, headers: Readonly<Record<string, string>>): S3Error =>
  new S3Error({ status: error.status, code: error.code, text: error.text, details: error.details, headers })

/** Passes through an S3 error thrown by a stream, and turns anything else into a storage error. */
export const storageError = (action: string, path: string) => (cause: unknown): S3Error | StorageError =>
  cause instanceof S3Error ? cause : new StorageError({ action, path, cause })
