/**
 * A local stand-in for Harvard LTS's Media Presentation Service: S3 endpoint, ingest API, jobs, IIIF delivery
 * and faults.
 *
 * @since 0.1.0
 */
export * as Faults from "./Faults.ts"
export * as IngestRequest from "./IngestRequest.ts"
export * as Job from "./Job.ts"
export * as RequestLog from "./RequestLog.ts"
export * as Sandbox from "./Sandbox.ts"
export * as SandboxClient from "./SandboxClient.ts"
export * as SandboxError from "./SandboxError.ts"
export * as Scenarios from "./Scenarios.ts"
export * as Served from "./Served.ts"
