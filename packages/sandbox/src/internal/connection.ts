/** What a client needs of a sandbox: its addresses, its account and its keys, which give access to nothing else. */
import * as Redacted from "effect/Redacted"
import type { SandboxService } from "./sandboxTypes.ts"

type Running = Pick<
  SandboxService,
  "account" | "issuer" | "kid" | "namespace" | "privateKeyPath" | "s3" | "space" | "url"
>

/** Who is recorded as the creator of assets; MPS asks for a name, and the sandbox accepts any. */
const AGENT = "sandboxagent"

/** The addresses and the account, by the names that a client's settings have. */
const settings = ({ account, namespace, s3, space, url }: Running) => ({
  environment: "sandbox",
  account,
  space,
  namespace,
  agent: AGENT,
  bucket: s3.bucket,
  ingestUrl: `${url}/admin/ingest`,
  assetUrl: `${url}/assets/images`,
  manifestUrl: url,
  s3Endpoint: s3.endpoint
})

/** As one JSON value. */
export const connection = (sandbox: Running) => ({
  url: sandbox.url,
  ...settings(sandbox),
  s3: { ...sandbox.s3, secretAccessKey: Redacted.value(sandbox.s3.secretAccessKey) },
  issuer: sandbox.issuer,
  kid: sandbox.kid,
  privateKeyPath: sandbox.privateKeyPath
})

/** As the variables that `iiif-ingest` and the AWS tools read. */
export const variables = (sandbox: Running): Readonly<Record<string, string>> => {
  const { account, agent, assetUrl, bucket, environment, ingestUrl, manifestUrl, namespace, s3Endpoint, space } =
    settings(sandbox)
  return {
    LTS_IIIF_ENVIRONMENT: environment,
    LTS_IIIF_INGEST_URL: ingestUrl,
    LTS_IIIF_ASSET_URL: assetUrl,
    LTS_IIIF_MANIFEST_URL: manifestUrl,
    LTS_IIIF_BUCKET: bucket,
    LTS_IIIF_S3_ENDPOINT: s3Endpoint,
    LTS_IIIF_ISSUER: sandbox.issuer,
    LTS_IIIF_KID: sandbox.kid,
    LTS_IIIF_PRIVATE_KEY_PATH: sandbox.privateKeyPath,
    LTS_IIIF_ACCOUNT: account,
    LTS_IIIF_SPACE: space,
    LTS_IIIF_NAMESPACE: namespace,
    LTS_IIIF_AGENT: agent,
    AWS_REGION: sandbox.s3.region,
    AWS_ACCESS_KEY_ID: sandbox.s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: Redacted.value(sandbox.s3.secretAccessKey)
  }
}

/** Variables that take precedence over those: keys of the person whose shell it is. */
export const OVERRIDING = [
  "LTS_IIIF_PRIVATE_KEY_STRING",
  "AWS_PROFILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_SESSION_TOKEN",
  "AWS_SECURITY_TOKEN"
]
