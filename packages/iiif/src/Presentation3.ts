/**
 * IIIF Presentation API 3.0 as schemas: collections, manifests, canvases, ranges, annotations and all they are made of.
 * No schema changes a value: what is decoded is the object that was given, with extension properties and order kept.
 * Source: https://iiif.io/api/presentation/3.0/.
 *
 * @since 0.1.0
 */
export * from "./internal/presentation3/contentState.ts"
export * from "./internal/presentation3/geo.ts"
export { Creator } from "./internal/presentation3/provenance.ts"
export * from "./internal/presentation3/resources.ts"
export * from "./internal/presentation3/selectors.ts"
export * from "./internal/presentation3/services.ts"
export * from "./internal/presentation3/structure.ts"
export * from "./internal/presentation3/values.ts"
