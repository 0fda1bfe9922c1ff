/** Where the S3 endpoint is, below the sandbox's own address. */

export const S3_PATH = "/_s3"

/** Whether a path belongs to the S3 endpoint. */
export const isS3Path = (path: string): boolean => path === S3_PATH || path.startsWith(`${S3_PATH}/`)
