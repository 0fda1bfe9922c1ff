import * as Sdk from "@aws-sdk/client-s3"
import { isReadonlyObject } from "effect/Predicate"
import * as http from "node:http"

type Config = Sdk.S3ClientResolvedConfig

/** How a client reaches and signs for one bucket. */
export interface BucketSettings {
  /** Of the bucket, by the client's own endpoint rules. */
  readonly url: URL
  readonly agent: http.Agent
  readonly connectMillis: number | undefined
  readonly stallMillis: number | undefined
  /** Bodies of this many bytes or more are sent with `Expect: 100-continue`. */
  readonly expectFrom: number
  readonly credentials: Config["credentials"]
  /** Of the signature. */
  readonly service: string
  readonly region: string
}

/** `false` if the client corrects the time that it signs with, which only its commands know how to do. */
export const signsWithSystemClock = ({ config }: Sdk.S3Client): boolean => config.systemClockOffset === 0

const scheme = { name: "sigv4", signingName: "s3", signingRegion: "us-east-1", properties: {} }

/** Whether a client has no middleware, request handler or signer other than the SDK's own. */
const isPlain = async ({ config, middlewareStack }: Sdk.S3Client): Promise<boolean> => {
  const plain = new Sdk.S3Client({ region: "us-east-1" })
  const [signer, plainSigner] = await Promise.all([config.signer(scheme), plain.config.signer(scheme)])
  return signer.constructor === plainSigner.constructor &&
    config.requestHandler.constructor === plain.config.requestHandler.constructor &&
    !Object.hasOwn(config.requestHandler, "handle") &&
    middlewareStack.identify().join() === plain.middlewareStack.identify().join()
}

/** The handler resolves its settings at its first request; one that is aborted before it is sent is enough. */
const handlerSettings = async ({ requestHandler }: Config, { hostname, protocol }: URL) => {
  const nothing = { protocol, hostname, path: "/", method: "HEAD", headers: {}, query: {} }
  // an aborted request rejects; without settings there is no agent below
  await requestHandler.handle(
    nothing as Parameters<typeof requestHandler.handle>[0], // its `clone` is for retries, and there are none
    { abortSignal: AbortSignal.abort() }
  ).catch(() => {})
  const read: unknown = Reflect.get(requestHandler, "httpHandlerConfigs")
  const settings: unknown = typeof read === "function" ? read.call(requestHandler) : undefined
  return isReadonlyObject(settings) ? settings : {}
}

const endpointOf = async (config: Config, bucket: string) => {
  const custom = await config.endpoint?.()
  const port = custom?.port === undefined ? "" : `:${custom.port}`
  return config.endpointProvider({
    Bucket: bucket,
    Region: await config.region(),
    UseFIPS: await config.useFipsEndpoint(),
    UseDualStack: await config.useDualstackEndpoint(),
    UseArnRegion: typeof config.useArnRegion === "function" ? await config.useArnRegion() : config.useArnRegion,
    ForcePathStyle: config.forcePathStyle === true,
    Accelerate: config.useAccelerateEndpoint === true,
    UseGlobalEndpoint: config.useGlobalEndpoint === true,
    DisableMultiRegionAccessPoints: config.disableMultiregionAccessPoints === true,
    ...(custom === undefined ? {} : { Endpoint: `${custom.protocol}//${custom.hostname}${port}${custom.path}` })
  })
}

const expectFrom = (setting: boolean | number | undefined): number =>
  typeof setting === "number" ? setting : setting === false ? Infinity : 0

const millis = (setting: unknown): number | undefined =>
  typeof setting === "number" && setting > 0 ? setting : undefined

interface SigV4 {
  readonly name: "sigv4"
  readonly signingName: string
  readonly signingRegion: string
}

const isSigV4 = (schemes: unknown): schemes is readonly [SigV4, ...ReadonlyArray<unknown>] => {
  const first: unknown = Array.isArray(schemes) ? schemes[0] : undefined
  return isReadonlyObject(first) && first["name"] === "sigv4" && "signingName" in first && "signingRegion" in first
}

/**
 * The settings of a client for one bucket, or `undefined` if the client has something that only the SDK's commands can
 * use: a request handler, middleware or signer other than the SDK's own, a corrected clock, headers that its endpoint
 * rules ask for, or a bucket that is not signed for by plain Signature Version 4.
 */
export const find = async (client: Sdk.S3Client, bucket: string): Promise<BucketSettings | undefined> => {
  const { config } = client
  if (!(await isPlain(client)) || !signsWithSystemClock(client) || config.bucketEndpoint === true) return undefined
  const { headers, properties, url } = await endpointOf(config, bucket)
  const schemes = properties?.["authSchemes"]
  const settings = await handlerSettings(config, url)
  const agent = settings[url.protocol === "https:" ? "httpsAgent" : "httpAgent"]
  if (!isSigV4(schemes) || Object.keys(headers ?? {}).length > 0 || !(agent instanceof http.Agent)) return undefined
  return {
    url,
    agent,
    connectMillis: millis(settings["connectionTimeout"]),
    stallMillis: millis(settings["socketTimeout"]),
    expectFrom: expectFrom(config.expectContinueHeader),
    credentials: config.credentials,
    service: schemes[0].signingName,
    region: schemes[0].signingRegion
  }
}
