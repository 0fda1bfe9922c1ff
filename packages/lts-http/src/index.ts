/**
 * The HTTP layers of core's `LtsClient` and `Delivery`, and a reader for manifests at any URL.
 *
 * @since 0.1.0
 */
export * as DocumentReader from "./DocumentReader.ts"
export * as HttpDelivery from "./HttpDelivery.ts"
export * as HttpLtsClient from "./HttpLtsClient.ts"
export * as LambdaLtsClient from "./LambdaLtsClient.ts"
export * as ManifestReader from "./ManifestReader.ts"
