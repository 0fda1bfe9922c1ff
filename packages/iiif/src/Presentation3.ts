/**
 * Schemas of IIIF Presentation API 3.0: collections, manifests, canvases, ranges, annotations and everything they
 * contain. No schema changes a value: decoding returns the input object itself, with its extension properties and their
 * order. Source: https://iiif.io/api/presentation/3.0/.
 *
 * @since 0.1.0
 */
export * from "./internal/presentation3/classes.ts"
export * from "./internal/presentation3/values.ts"
