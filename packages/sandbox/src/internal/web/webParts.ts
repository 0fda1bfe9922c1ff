/** What the pages show, and the little that they may change. */
import type { FaultEngine } from "../faults/engine.ts"
import type { Assets } from "../ingest/assets.ts"
import type { Jobs } from "../jobs/jobs.ts"
import type { RequestLog } from "../log/requestLog.ts"
import type { Documents } from "../presentation/documents.ts"
import type { Manifests } from "../presentation/manifests.ts"
import type { S3Endpoint } from "../s3/endpoint.ts"

/** The operation of requests for the pages: exempt from faults, and not shown on the dashboard. */
export const WEB_OP = "Web"

export interface WebParts {
  readonly base: string
  readonly account: string
  readonly space: string
  readonly namespace: string
  readonly bucket: string
  readonly assets: Pick<Assets, "get" | "list">
  readonly manifests: Manifests
  /** The manifests as they are served. */
  readonly documents: Documents
  readonly jobs: Pick<Jobs, "get" | "list">
  readonly faults: FaultEngine
  readonly log: Pick<RequestLog, "entries">
  readonly s3: Pick<S3Endpoint, "buckets">
}
