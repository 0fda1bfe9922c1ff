import type * as Sdk from "@aws-sdk/client-s3"
import { isLoopback } from "@iiif-ingest/core/config/MpsEnvironment"
import * as Effect from "effect/Effect"
import type * as http from "node:http"
import * as BucketSettings from "./sdk/bucketSettings.ts"
import * as Signature from "./signature.ts"

/** How the bodies for one bucket are sent without the SDK's commands: address, connections, checksums and signature. */
export interface Route {
  readonly protocol: string
  readonly hostname: string
  readonly port: number | undefined
  /** As in the `Host` header, and in errors. */
  readonly host: string
  /** Of the bucket, without a slash at its end. */
  readonly path: string
  readonly agent: http.Agent
  readonly connectMillis: number | undefined
  readonly stallMillis: number | undefined
  /** Nobody can change a body on its way: TLS, or this machine. Its checksum in the head is enough then. */
  readonly safe: boolean
  /** Bodies are sent with `Content-MD5`, since the store keeps no CRC-32. */
  readonly md5Only: boolean
  /** Bodies of this many bytes or more are sent with `Expect: 100-continue`. */
  readonly expectFrom: number
  readonly sign: ReturnType<typeof Signature.make>
}

const find = async (client: Sdk.S3Client, bucket: string): Promise<Route | undefined> => {
  const settings = await BucketSettings.find(client, bucket)
  if (settings === undefined) return undefined
  const { agent, connectMillis, credentials, expectFrom, region, service, stallMillis, url } = settings
  return {
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? undefined : Number(url.port),
    host: url.host,
    path: url.pathname.replace(/\/$/, ""),
    agent,
    safe: url.protocol === "https:" || isLoopback(url.hostname),
    md5Only: (await client.config.requestChecksumCalculation()) === "WHEN_REQUIRED",
    connectMillis,
    stallMillis,
    expectFrom,
    sign: Signature.make({ credentials, region, service })
  }
}

/**
 * The route past the SDK's commands, found once; `undefined` if only the commands can serve the client. If it cannot be
 * found (no region, no such profile), bodies go by commands, whose failure says why, and the next body tries again.
 */
export const make = (client: Sdk.S3Client, bucket: string): Effect.Effect<Route | undefined> => {
  let found: Promise<Route | undefined> | undefined
  const findOnce = (): Promise<Route | undefined> =>
    found ??= find(client, bucket).catch(() => {
      found = undefined
      return undefined
    })
  return Effect.promise(findOnce)
}
