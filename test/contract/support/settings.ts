/** Where the service is and who asks, from the variables that `iiif-ingest` reads. */
import { readFileSync } from "node:fs"

export interface Settings {
  readonly environment: string
  readonly ingestUrl: string
  readonly assetUrl: string
  readonly manifestUrl: string
  readonly s3Endpoint: string
  readonly bucket: string
  readonly region: string
  readonly space: string
  readonly namespace: string
  readonly agent: string
  readonly issuer: string
  readonly kid: string
  readonly privateKey: string
  /** Keys for the bucket, which only `--write` needs. */
  readonly s3:
    | { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }
    | undefined
}

type Variables = Readonly<Record<string, string | undefined>>

/** As docs/mps.md has them; the sandbox has no address of its own. */
const addresses = (environment: string) => {
  const suffix = environment === "prod" ? "" : `-${environment}`
  const ingest = environment === "dev" ? "mps-admin-dev" : `mps-ingest${suffix}`
  return {
    ingestUrl: `https://${ingest}.lib.harvard.edu/admin/ingest`,
    assetUrl: `https://mps${suffix}.lib.harvard.edu/assets/images`,
    manifestUrl: `https://nrs${suffix}.lib.harvard.edu`
  }
}

const required = (variables: Variables, name: string): string => {
  const value = variables[name]
  if (value === undefined || value === "") throw new Error(`Set ${name}`)
  return value
}

/** A key may be given with escaped line breaks. */
const privateKey = (variables: Variables): string =>
  variables["LTS_IIIF_PRIVATE_KEY_STRING"]?.replaceAll("\\n", "\n") ??
    readFileSync(required(variables, "LTS_IIIF_PRIVATE_KEY_PATH"), "utf8")

const s3Keys = (variables: Variables): Settings["s3"] => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = variables
  if (AWS_ACCESS_KEY_ID === undefined || AWS_SECRET_ACCESS_KEY === undefined) return undefined
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN === undefined ? {} : { sessionToken: AWS_SESSION_TOKEN })
  }
}

export const fromVariables = (environment: string, variables: Variables): Settings => {
  const known = addresses(environment)
  const own = (name: string, value: string) =>
    environment === "sandbox" ? required(variables, name) : variables[name] ?? value
  const account = required(variables, "LTS_IIIF_ACCOUNT")
  const space = required(variables, "LTS_IIIF_SPACE")
  const region = variables["AWS_REGION"] ?? "us-east-1"
  const issuer = required(variables, "LTS_IIIF_ISSUER")
  return {
    environment,
    ingestUrl: own("LTS_IIIF_INGEST_URL", known.ingestUrl),
    assetUrl: own("LTS_IIIF_ASSET_URL", known.assetUrl),
    manifestUrl: own("LTS_IIIF_MANIFEST_URL", known.manifestUrl),
    s3Endpoint: own("LTS_IIIF_S3_ENDPOINT", `https://s3.${region}.amazonaws.com`),
    bucket: variables["LTS_IIIF_BUCKET"] ?? `edu.harvard.huit.lts.mps.${account}-${space}-${environment}`,
    region,
    space,
    namespace: required(variables, "LTS_IIIF_NAMESPACE").toUpperCase(),
    agent: required(variables, "LTS_IIIF_AGENT"),
    issuer,
    kid: variables["LTS_IIIF_KID"] ?? `${issuer}default`,
    privateKey: privateKey(variables),
    s3: s3Keys(variables)
  }
}
