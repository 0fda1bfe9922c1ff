/**
 * The Amazon S3 layer of core's `ObjectStore`, the client that it uses, and AWS signatures for other services.
 *
 * @since 0.1.0
 */
export * as S3Client from "./S3Client.ts"
export * as S3ObjectStore from "./S3ObjectStore.ts"
export * as SigV4HttpClient from "./SigV4HttpClient.ts"
