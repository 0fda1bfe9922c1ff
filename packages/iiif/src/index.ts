/**
 * IIIF manifests in TypeScript: Presentation 3 and 2 as schemas; build, check, read, edit, compare, convert.
 * Every module can be imported by itself, `@iiif-ingest/iiif/Manifest`, which starts faster.
 *
 * @since 0.1.0
 */
export * as Manifest from "./Manifest.ts"
export * as Presentation2 from "./Presentation2.ts"
export * as Presentation3 from "./Presentation3.ts"
