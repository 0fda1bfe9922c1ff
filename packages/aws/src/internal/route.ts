import * as Sdk from "@aws-sdk/client-s3"
import { isLoopback } from "@iiif-ingest/core/config/MpsEnvironment"
import * as Effect from "effect/Effect"
import * as http from "node:http"
import * as Signature from "./signature.ts"

type Config = Sdk.S3ClientResolvedConfig
/** Where the bodies of one bucket go, by which of the client's own connections, and how they are signed. */
export interface Route {
  readonly protocol: string
  readonly hostname: string
  readonly port: number | undefined
  /** As it stands in the `Host` header, and in errors. */
  readonly host: string
  /** Of the bucket, without a slash at its end. */
  readonly path: string
  readonly agent: http.Agent
  readonly connectMillis: number | undefined
  readonly stallMillis: number | undefined
  /** Nobody can change a body on its way: TLS, or this machine. A checksum speaks for it then. */
  readonly safe: boolean
  /** The store keeps no CRC-32: `Content-MD5` speaks for a body. */
  readonly oldStore: boolean
  /** Bodies of so many bytes wait for the server's word that it wants them. */
  readonly expectFrom: number
  readonly sign: ReturnType<typeof Signature.make>
}

/** Whether nobody has put something of his own into the way of the client's requests, a signer included. */
const isPlain = async ({ config, middlewareStack }: Sdk.S3Client): Promise<boolean> => {
  const plain = new Sdk.S3Client({ region: "us-east-1" })
  const [mine, usual] = await Promise.all([config.signer(scheme), plain.config.signer(scheme)])
  return mine.constructor === usual.constructor &&
    config.requestHandler.constructor === plain.config.requestHandler.constructor &&
    !Object.hasOwn(config.requestHandler, "handle") &&
    middlewareStack.identify().join() === plain.middlewareStack.identify().join()
}

const scheme = { name: "sigv4", signingName: "s3", signingRegion: "us-east-1", properties: {} }

/** The SDK's handler knows its settings from its first request on; one that is aborted before it is sent will do. */
const handlerSettings = async ({ requestHandler }: Config, { hostname, protocol }: URL) => {
  const nothing = { protocol, hostname, path: "/", method: "HEAD", headers: {}, query: {} }
  // an aborted request rejects; a handler that has no settings then is seen by whoever asks for them
  await requestHandler.handle(
    nothing as Parameters<typeof requestHandler.handle>[0], // its `clone` is for retries, and there are none
    { abortSignal: AbortSignal.abort() }
  ).catch(() => {})
  const ask: unknown = Reflect.get(requestHandler, "httpHandlerConfigs")
  const settings: unknown = typeof ask === "function" ? ask.call(requestHandler) : undefined
  return typeof settings === "object" && settings !== null ? settings : {}
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

/**
 * The way past the SDK's commands, made of the client's own endpoint rules, agents, timeouts and credentials; `undefined`
 * where it has something that only its commands know how to use: a handler or middleware of someone's own, a clock that
 * is put right, a bucket that is not signed for by plain Signature Version 4.
 */
const find = async (client: Sdk.S3Client, bucket: string): Promise<Route | undefined> => {
  const { config } = client
  if (!(await isPlain(client)) || config.systemClockOffset !== 0 || config.bucketEndpoint === true) return undefined
  const { headers, properties, url } = await endpointOf(config, bucket)
  const schemes = properties?.["authSchemes"]
  const settings = await handlerSettings(config, url)
  const agent: unknown = Reflect.get(settings, url.protocol === "https:" ? "httpsAgent" : "httpAgent")
  if (!isSigV4(schemes) || Object.keys(headers ?? {}).length > 0 || !(agent instanceof http.Agent)) return undefined
  const { signingName: service, signingRegion: region } = schemes[0]
  return {
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? undefined : Number(url.port),
    host: url.host,
    path: url.pathname.replace(/\/$/, ""),
    agent,
    safe: url.protocol === "https:" || isLoopback(url.hostname),
    oldStore: (await config.requestChecksumCalculation()) === "WHEN_REQUIRED",
    connectMillis: millis(Reflect.get(settings, "connectionTimeout")),
    stallMillis: millis(Reflect.get(settings, "socketTimeout")),
    expectFrom: expectFrom(config.expectContinueHeader),
    sign: Signature.make({ credentials: config.credentials, region, service })
  }
}

/**
 * {@link find}, asked once. Where it fails (no region, no such profile) bodies go by commands, whose failure says why,
 * and it is asked again.
 */
export const make = (client: Sdk.S3Client, bucket: string): Effect.Effect<Route | undefined> => {
  let found: Promise<Route | undefined> | undefined
  const ask = (): Promise<Route | undefined> =>
    found ??= find(client, bucket).catch(() => {
      found = undefined
      return undefined
    })
  return Effect.promise(ask)
}

interface SigV4 {
  readonly name: "sigv4"
  readonly signingName: string
  readonly signingRegion: string
}

const isSigV4 = (schemes: unknown): schemes is readonly [SigV4, ...ReadonlyArray<unknown>] => {
  const first: unknown = Array.isArray(schemes) ? schemes[0] : undefined
  return typeof first === "object" && first !== null && "name" in first && first.name === "sigv4" &&
    "signingName" in first && "signingRegion" in first
}
