/**
 * Puts images into Harvard LTS's Media Presentation Service over IIIF: the modules of all packages, everything live in
 * one layer, and a Promise client. Every module can be imported by itself, `iiif-ingest/Live`, which starts faster.
 *
 * @since 0.1.0
 */
export * from "@iiif-ingest/aws"
export * from "@iiif-ingest/core"
export { ingestProgram } from "@iiif-ingest/core/IngestProgram"
export * from "@iiif-ingest/iiif"
export * from "@iiif-ingest/lts-http"
export * from "@iiif-ingest/node"
export * as IngestClient from "./IngestClient.ts"
export * as Live from "./Live.ts"
export * as Main from "./Main.ts"
