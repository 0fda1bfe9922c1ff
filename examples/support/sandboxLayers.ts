/** Everything that `ingestProgram` needs, live, on a sandbox in this process. */
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Layer } from "effect"
import { Credentials, Live, type MpsConfig } from "iiif-ingest"

type Running = Sandbox.Sandbox["Service"]

/** Where the sandbox is, and its account. */
export const sandboxSettings = (sandbox: Running): MpsConfig.Options => ({
  environment: "sandbox",
  account: sandbox.account,
  space: sandbox.space,
  namespace: sandbox.namespace,
  agent: "sandboxagent",
  bucket: sandbox.s3.bucket,
  ingestUrl: `${sandbox.url}/admin/ingest`,
  assetUrl: `${sandbox.url}/assets/images`,
  manifestUrl: sandbox.url,
  s3Endpoint: sandbox.s3.endpoint
})

/** The same and the sandbox's own keys. A real environment's are in the environment: `Live.layerConfig`. */
const options = (sandbox: Running): Live.Options => ({
  config: sandboxSettings(sandbox),
  credentials: { issuer: sandbox.issuer, kid: sandbox.kid, key: Credentials.keyFile(sandbox.privateKeyPath) },
  s3: { region: sandbox.s3.region, credentials: sandbox.s3 },
  journal: "memory"
})

/** On the sandbox in the context. */
export const onSandbox = Layer.unwrap(Effect.map(Sandbox.Sandbox, (sandbox) => Live.layer(options(sandbox))))

/** On a sandbox that starts and ends with the program. */
export const withSandbox = Layer.provideMerge(onSandbox, Sandbox.Sandbox.layer())
