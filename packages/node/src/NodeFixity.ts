/**
 * Checksums made by Node's own `crypto`: eight to ten times as fast as those in JavaScript that `Fixity` falls back on.
 *
 * @since 0.1.0
 */
import * as Fixity from "@iiif-ingest/core/Fixity"
import * as Layer from "effect/Layer"
import { createHash } from "node:crypto"

/**
 * Checksums by `node:crypto`, for the whole program.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<never> = Layer.succeed(Fixity.Hashes, (algorithm) => {
  const hash = createHash(algorithm)
  return { update: (bytes) => void hash.update(bytes), end: () => hash.digest("hex") }
})
