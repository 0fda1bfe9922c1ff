/** Loads all that a program needs that takes images the whole way, and does nothing with it. */
import "@effect/platform-node/NodeFileSystem"
import "@effect/platform-node/NodeRuntime"
import "@iiif-ingest/aws/S3Client"
import "@iiif-ingest/aws/S3ObjectStore"
import "@iiif-ingest/core/IngestProgram"
import "@iiif-ingest/node/NodeJournal"
