/** Loads everything that an ingest program needs, and does nothing with it. */
import "@effect/platform-node/NodeFileSystem"
import "@effect/platform-node/NodeRuntime"
import "@iiif-ingest/aws/S3Client"
import "@iiif-ingest/aws/S3ObjectStore"
import "@iiif-ingest/core/IngestProgram"
import "@iiif-ingest/node/NodeJournal"
