/** How long ago that was first ingested which a request asks for, on the clock of the jobs. */
import type { Job } from "../../Job.ts"
import type { Exchange } from "../http/exchange.ts"
import { canonicalIdentifier } from "../ingest/assets.ts"
import type { Jobs } from "../jobs/jobs.ts"
import * as ManifestName from "../presentation/manifestName.ts"

const successOf = ({ timeline = [] }: Pick<Job, "timeline">): ReadonlyArray<number> =>
  timeline.flatMap(({ at, state }) => state === "success" ? [at] : [])

const ofAsset = (id: string) => {
  const identifier = canonicalIdentifier(id)
  return ({ children }: Job): ReadonlyArray<number> =>
    children.filter((child) => canonicalIdentifier(child.identifier) === identifier).flatMap(successOf)
}

/** A manifest by its own address, or by the one that it redirects to. */
const ofManifest = ({ segments: [first = "", , third = ""] }: Exchange) => {
  const name = ManifestName.parse(first === "iiif" ? third : first)
  return (job: Job): ReadonlyArray<number> => name !== undefined && job.manifest === name.key ? successOf(job) : []
}

/** What is there already stays, so that the first time counts. */
export const make =
  (jobs: Pick<Jobs, "list">, now: () => number) =>
  (exchange: Exchange, assetId: string | undefined): number | undefined => {
    const times = jobs.list().flatMap(assetId === undefined ? ofManifest(exchange) : ofAsset(assetId))
    return times.length === 0 ? undefined : now() - times.reduce((first, time) => Math.min(first, time))
  }
