/** The version in package.json; a test checks that they are equal. */
const version = "0.0.0"

/** Identifies the client to the operators of a server. */
export const userAgent = `iiif-ingest/${version}`
