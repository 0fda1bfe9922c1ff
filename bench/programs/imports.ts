/** Loads every module of `iiif-ingest`, as its first program does, and does nothing with them. */
import "@effect/platform-node/NodeRuntime"
import "iiif-ingest"
