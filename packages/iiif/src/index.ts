/**
 * IIIF manifests in TypeScript: schemas of Presentation 3 and 2, and functions that build, check, read, edit, compare
 * and convert manifests. Importing a single module, such as `@iiif-ingest/iiif/Manifest`, loads faster.
 *
 * @since 0.1.0
 */
export * as Collection from "./Collection.ts"
export * as Manifest from "./Manifest.ts"
export * as Presentation2 from "./Presentation2.ts"
export * as Presentation3 from "./Presentation3.ts"
