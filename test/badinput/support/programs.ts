/** Child processes that run `program.ts` on the sandbox in the context. */
import type { Sandbox } from "@iiif-ingest/sandbox"
import { Redacted } from "effect"
import * as Path from "node:path"
import { root } from "../../support/child.ts"

export const program = Path.join(import.meta.dirname, "program.ts")

/** The variables that a sandbox prints when it starts, with any other AWS configuration disabled. */
export const variablesOf = (sandbox: Sandbox.Sandbox["Service"]): Readonly<Record<string, string>> => ({
  LTS_IIIF_ENVIRONMENT: "sandbox",
  LTS_IIIF_ACCOUNT: sandbox.account,
  LTS_IIIF_SPACE: sandbox.space,
  LTS_IIIF_NAMESPACE: sandbox.namespace,
  LTS_IIIF_AGENT: "sandboxagent",
  LTS_IIIF_INGEST_URL: `${sandbox.url}/admin/ingest`,
  LTS_IIIF_ASSET_URL: `${sandbox.url}/assets/images`,
  LTS_IIIF_MANIFEST_URL: sandbox.url,
  LTS_IIIF_BUCKET: sandbox.s3.bucket,
  LTS_IIIF_S3_ENDPOINT: sandbox.s3.endpoint,
  LTS_IIIF_ISSUER: sandbox.issuer,
  LTS_IIIF_KID: sandbox.kid,
  LTS_IIIF_PRIVATE_KEY_PATH: sandbox.privateKeyPath,
  // Children share a compile cache.
  NODE_COMPILE_CACHE: Path.join(root, "node_modules/.cache/compile"),
  AWS_REGION: sandbox.s3.region,
  AWS_ACCESS_KEY_ID: sandbox.s3.accessKeyId,
  AWS_SECRET_ACCESS_KEY: Redacted.value(sandbox.s3.secretAccessKey),
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_CONFIG_FILE: "/nonexistent",
  AWS_SHARED_CREDENTIALS_FILE: "/nonexistent"
})
