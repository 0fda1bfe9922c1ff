export * as S3Client from "./S3Client.ts"
export * as S3ObjectStore from "./S3ObjectStore.ts"
