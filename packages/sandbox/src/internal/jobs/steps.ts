/** The steps of a job as rules name them. They have no method and no path. */

/** The processing of one asset. */
export const CHILD_OP = "IngestAsset"

/** The start of a job. */
export const SPAWN_OP = "SpawnChildren"
