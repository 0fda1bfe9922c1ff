/** Loads only the modules that an ingest program needs, and does nothing with them. */
import "@effect/platform-node/NodeRuntime"
import "iiif-ingest/Live"
