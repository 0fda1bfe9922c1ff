/** Fault rules that can be switched on from the dashboard. */
import type { FaultRule } from "../../Faults.ts"

export interface ReadyFault {
  readonly id: string
  readonly name: string
  readonly rule: FaultRule
}

const S3 = { path: "/_s3/**" }

export const READY: ReadonlyArray<ReadyFault> = [
  {
    id: "s3-slow-down",
    name: "S3 asks to slow down, 3 times",
    rule: { match: S3, times: 3, effect: { type: "throttle", retryAfterSeconds: 0 } }
  },
  {
    id: "s3-expired",
    name: "S3's temporary credentials have expired",
    rule: { match: S3, effect: { type: "expiredToken" } }
  },
  { id: "s3-deny", name: "S3 denies writing", rule: { match: { op: "PutObject" }, effect: { type: "deny" } } },
  {
    id: "token-expired",
    name: "The ingest token has expired",
    rule: { match: { op: "Initialize" }, effect: { type: "expiredToken" } }
  },
  {
    id: "lost-reply",
    name: "The reply to the next ingest request is lost",
    rule: { match: { op: "Initialize" }, times: 1, effect: { type: "lostReply" } }
  },
  {
    id: "firewall",
    name: "The firewall challenges the next ingest request",
    rule: { match: { op: "Initialize" }, times: 1, effect: { type: "emptyAccepted" } }
  },
  {
    id: "status-503",
    name: "The job status is unavailable (503), 3 times",
    rule: { match: { op: "JobStatus" }, times: 3, effect: { type: "status", status: 503 } }
  },
  {
    id: "status-html",
    name: "The job status is a proxy's error page (502), 3 times",
    rule: { match: { op: "JobStatus" }, times: 3, effect: { type: "html" } }
  },
  {
    id: "never-ends",
    name: "Jobs seem to run for ever",
    rule: { match: { op: "JobStatus" }, effect: { type: "jobState", states: ["running"], then: "last" } }
  },
  {
    id: "asset-fails",
    name: "The next asset fails",
    rule: {
      match: { op: "IngestAsset" },
      times: 1,
      effect: { type: "childFailure", message: "switched on in the dashboard" }
    }
  },
  {
    id: "pictures-503",
    name: "Pictures are unavailable (503)",
    rule: { match: { op: "Image" }, effect: { type: "status", status: 503 } }
  },
  {
    id: "slow",
    name: "Everything takes 2 seconds longer",
    rule: { match: {}, effect: { type: "delay", millis: 2000 } }
  }
]
