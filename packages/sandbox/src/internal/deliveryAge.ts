/** How long ago that was first ingested which a request asks for, on the clock of the jobs. */
import type { Exchange } from "./exchange.ts"
import type { Ingested, Jobs } from "./jobs.ts"
import * as ManifestName from "./presentation/manifestName.ts"

/** A manifest by its own address, or by the one that this redirects to. */
const manifestOf = ({ segments: [first = "", , third = ""] }: Exchange): Ingested | undefined => {
  const name = ManifestName.parse(first === "iiif" ? third : first)
  return name && { manifest: name.key }
}

export const make =
  (jobs: Jobs, now: () => number) => (exchange: Exchange, assetId: string | undefined): number | undefined => {
    const ingested = assetId === undefined ? manifestOf(exchange) : { asset: assetId }
    const first = ingested && jobs.firstServed(ingested)
    return first === undefined ? undefined : now() - first
  }
