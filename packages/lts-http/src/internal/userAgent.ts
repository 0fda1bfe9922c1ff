/** The version of this package, as its package.json has it; a test holds them together. */
const version = "0.0.0"

/** Who is asking: a server's operators should be able to tell. */
export const userAgent = `iiif-ingest/${version}`
