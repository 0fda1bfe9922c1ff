/** What the scenarios are. The first eleven are those that a client should be tried against. */
import type { FaultMatch, FaultRule } from "../../Faults.ts"
import { S3_PATH } from "../s3/path.ts"

export const NAMES = [
  "vpn-down",
  "s3-slowdown",
  "lost-response",
  "balancer-504-at-60s",
  "plain-404",
  "job-stuck",
  "flapping-status",
  "nine-dead-images",
  "late-delivery",
  "waf",
  "restart-mid-job",
  "s3-expired",
  "s3-deny",
  "token-expired",
  "status-503",
  "status-html",
  "never-ends",
  "asset-fails",
  "pictures-503",
  "slow"
] as const

interface Entry {
  readonly title: string
  readonly rules: ReadonlyArray<FaultRule>
}

const S3 = { path: `${S3_PATH}/**` }
const SERVICE = { path: "/admin/**" }
const INITIALIZE = { op: "Initialize" }
const STATUS = { op: "JobStatus" }
const ASSET = { op: "IngestAsset" }

const hang = (match: FaultMatch): FaultRule => ({ match, effect: { type: "hang" } })

const challenge = (op: string, times: number): FaultRule => ({
  match: { op },
  times,
  effect: { type: "emptyAccepted" }
})

export const CATALOGUE: Readonly<Record<typeof NAMES[number], Entry>> = {
  // In dev all of LTS's addresses are private, and only Amazon's are not (docs/mps.md, 1.6).
  "vpn-down": {
    title: "The VPN is down: ingest API, images and manifests never answer; S3 does",
    rules: [SERVICE, ...["ImageInfo", "Image", "ManifestName", "Manifest", "Embed"].map((op) => ({ op }))].map(hang)
  },
  "s3-slowdown": {
    title: "S3 asks to slow down, 3 times",
    rules: [{ match: S3, times: 3, effect: { type: "throttle", retryAfterSeconds: 0 } }]
  },
  "lost-response": {
    title: "The reply to the next ingest request is lost, and its job runs",
    rules: [{ match: INITIALIZE, times: 1, effect: { type: "lostReply" } }]
  },
  "balancer-504-at-60s": {
    title: "The balancer gives up on the next ingest request after 60 seconds (504), and its job runs",
    rules: [{ match: INITIALIZE, times: 1, effect: { type: "gatewayTimeout", millis: 60_000 } }]
  },
  "plain-404": {
    title: "The balancer does not know the ingest API (404, plain text)",
    rules: [{
      match: SERVICE,
      effect: { type: "status", status: 404, headers: { "content-type": "text/plain" }, body: "Not found" }
    }]
  },
  "job-stuck": {
    title: "The next asset never ends, nor does its job",
    rules: [{ match: ASSET, times: 1, effect: { type: "stuck" } }]
  },
  "flapping-status": {
    title: "The job status goes back and forth, between errors, 9 times",
    rules: [
      { match: STATUS, times: 4, probability: 0.5, effect: { type: "status", status: 503 } },
      {
        match: STATUS,
        times: 5,
        effect: { type: "jobState", states: ["running", "queued", "running", "ready", "running"] }
      }
    ]
  },
  "nine-dead-images": {
    title: "The next nine assets fail, and a job with more than these still reports success",
    rules: [{ match: ASSET, times: 9, effect: { type: "childFailure", message: "the image could not be converted" } }]
  },
  "late-delivery": {
    title: "Images and manifests are 404 for 30 seconds after they were ingested",
    rules: [{ match: {}, effect: { type: "late", millis: 30_000 } }]
  },
  waf: {
    title: "The firewall challenges: ingest requests once; the job status, info.json and manifests 3 times each",
    rules: [
      challenge("Initialize", 1),
      challenge("JobStatus", 3),
      challenge("ImageInfo", 3),
      challenge("ManifestName", 3)
    ]
  },
  "restart-mid-job": {
    title: "The service restarts while the next asset is ingested, which takes 3 seconds longer",
    rules: [
      // Long enough for the reply to the ingest request to arrive.
      { match: ASSET, times: 1, effect: { type: "delay", millis: 3000 } },
      { match: ASSET, times: 1, effect: { type: "restart" } }
    ]
  },
  "s3-expired": {
    title: "S3's temporary credentials have expired",
    rules: [{ match: S3, effect: { type: "expiredToken" } }]
  },
  "s3-deny": { title: "S3 denies writing", rules: [{ match: { op: "PutObject" }, effect: { type: "deny" } }] },
  "token-expired": {
    title: "The ingest token has expired",
    rules: [{ match: INITIALIZE, effect: { type: "expiredToken" } }]
  },
  "status-503": {
    title: "The job status is unavailable (503), 3 times",
    rules: [{ match: STATUS, times: 3, effect: { type: "status", status: 503 } }]
  },
  "status-html": {
    title: "The job status is a proxy's error page (502), 3 times",
    rules: [{ match: STATUS, times: 3, effect: { type: "html" } }]
  },
  "never-ends": {
    title: "Jobs seem to run for ever",
    rules: [{ match: STATUS, effect: { type: "jobState", states: ["running"], then: "last" } }]
  },
  "asset-fails": {
    title: "The next asset fails",
    rules: [{ match: ASSET, times: 1, effect: { type: "childFailure", message: "the scenario asset-fails" } }]
  },
  "pictures-503": {
    title: "Pictures are unavailable (503)",
    rules: [{ match: { op: "Image" }, effect: { type: "status", status: 503 } }]
  },
  slow: {
    title: "Everything takes 2 seconds longer",
    rules: [{ match: {}, effect: { type: "delay", millis: 2000 } }]
  }
}
