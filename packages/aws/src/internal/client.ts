import * as Sdk from "@aws-sdk/client-s3"
import type { ProxySettings } from "@iiif-ingest/core/config/ProxySettings"
import { throughProxies } from "./proxies.ts"
import { regionOrDefault } from "./sdk/region.ts"
import { TunnelAgent } from "./tunnelAgent.ts"

/** The options of a client, checked and with their defaults. */
export interface Settings {
  readonly config: Pick<
    Sdk.S3ClientConfig,
    "endpoint" | "region" | "profile" | "credentials" | "requestChecksumCalculation"
  >
  readonly maxSockets: number
  readonly connectMillis: number
  readonly stallMillis: number
  readonly proxies: ProxySettings
}

/** Failures are in the errors; the SDK would also log some of them. */
const silentLogger: Sdk.S3ClientResolvedConfig["logger"] = {
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {}
}

export const make = ({ config, connectMillis, maxSockets, proxies, stallMillis }: Settings): Sdk.S3Client => {
  const agent = { keepAlive: true, maxSockets }
  const profile = config.profile === undefined ? {} : { profile: config.profile }
  const client = new Sdk.S3Client({
    ...config,
    // like an empty variable, an empty region counts as not given
    region: config.region || regionOrDefault(new Sdk.S3Client(profile).config.region, "us-east-1"),
    forcePathStyle: true,
    maxAttempts: 1,
    logger: silentLogger,
    // a wrong clock is reported instead of corrected, since the token for MPS would be wrong too
    disableClockSkewCorrection: true,
    requestHandler: {
      connectionTimeout: connectMillis,
      socketTimeout: stallMillis,
      httpAgent: agent,
      httpsAgent: proxies.https === undefined ? agent : new TunnelAgent(proxies, connectMillis, agent)
    }
  })
  if (proxies.http !== undefined) throughProxies(client, proxies)
  return client
}
