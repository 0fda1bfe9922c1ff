/** A client of the sandbox built on Node only, so that the tests share no code with the packages under test. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { createHash, createHmac, sign } from "node:crypto"
import { readFileSync } from "node:fs"
import sharp from "sharp"
import type { Sandbox } from "../../src/Sandbox.ts"

export type Running = Sandbox["Service"]

/** What tokens are signed with. */
export type Signer = Pick<Running, "issuer" | "kid" | "privateKeyPath">

const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex")
const hmac = (key: string | Uint8Array, data: string) => createHmac("sha256", key).update(data).digest()
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")

export interface TokenParts {
  readonly header?: Readonly<Record<string, unknown>>
  readonly payload?: Readonly<Record<string, unknown>>
  readonly key?: string
}

/** Signs a token as MPS expects it, with the given parts replaced. */
export const mintToken = (sandbox: Signer, parts: TokenParts = {}): string => {
  const now = Math.floor(Date.now() / 1000)
  const { issuer: iss, kid } = sandbox
  const header = { alg: "RS256", typ: "JWT", iss, kid, resources: ["ingest"], ...parts.header }
  const signingInput = `${base64url(header)}.${base64url({ iat: now, exp: now + 3600, ...parts.payload })}`
  const key = parts.key ?? readFileSync(sandbox.privateKeyPath, "utf8")
  return `${signingInput}.${sign("sha256", Buffer.from(signingInput), key).toString("base64url")}`
}

/** The S3 key in the clear. */
export const secretOf = (sandbox: Pick<Running, "s3">): string => Redacted.value(sandbox.s3.secretAccessKey)

export interface S3Call {
  readonly method: string
  readonly key: string
  readonly query?: string
  readonly body?: Uint8Array
  readonly credentials?: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  }
}

/** The address and the header fields of a request, signed with Signature Version 4 as documented by AWS. */
export const signedS3 = (sandbox: Pick<Running, "s3">, call: S3Call, payload = sha256(call.body ?? "")) => {
  const credentials = call.credentials ?? {
    accessKeyId: sandbox.s3.accessKeyId,
    secretAccessKey: Redacted.value(sandbox.s3.secretAccessKey)
  }
  const url = new URL(`${sandbox.s3.endpoint}/${sandbox.s3.bucket}/${call.key}${call.query ?? ""}`)
  const time = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "")
  const day = time.slice(0, 8)
  const headers: Record<string, string> = {
    host: url.host,
    "x-amz-content-sha256": payload,
    "x-amz-date": time,
    ...(credentials.sessionToken === undefined ? {} : { "x-amz-security-token": credentials.sessionToken })
  }
  const names = Object.keys(headers).sort()
  const scope = `${day}/${sandbox.s3.region}/s3/aws4_request`
  const canonical = [
    call.method,
    url.pathname,
    [...url.searchParams].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).sort().join("&"),
    ...names.map((name) => `${name}:${headers[name]}`),
    "",
    names.join(";"),
    payload
  ].join("\n")
  const key = ["s3", "aws4_request"].reduce(
    (parent: Uint8Array, part) => hmac(parent, part),
    hmac(hmac(`AWS4${credentials.secretAccessKey}`, day), sandbox.s3.region)
  )
  const signature = hmac(key, ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n")).toString("hex")
  const { host: _, ...sent } = headers
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${
    names.join(";")
  }, Signature=${signature}`
  return { url, headers: { ...sent, authorization } }
}

/** Sends a signed request. */
export const s3 = (sandbox: Pick<Running, "s3">, call: S3Call, signal?: AbortSignal): Promise<Response> => {
  const { headers, url } = signedS3(sandbox, call)
  return fetch(url, {
    method: call.method,
    headers,
    ...(call.body === undefined ? {} : { body: Buffer.from(call.body) }),
    ...(signal === undefined ? {} : { signal })
  })
}

export const png = (width: number, height: number) =>
  Effect.promise(() => sharp({ create: { width, height, channels: 3, background: "#246" } }).png().toBuffer())

export const put = (sandbox: Pick<Running, "s3">, key: string, body: Uint8Array) =>
  Effect.promise(async () => {
    const response = await s3(sandbox, { method: "PUT", key, body })
    if (response.status !== 200) throw new Error(`PUT ${key}: ${response.status} ${await response.text()}`)
  })

export interface AssetSpec {
  readonly id: string
  readonly width?: number
  readonly height?: number
  readonly action?: string
  readonly key?: string
  readonly policy?: unknown
}

export const imageAsset = ({ action = "upsert", height, id, key, policy, width }: AssetSpec) => ({
  action,
  storageSrcPath: "images/",
  storageSrcKey: key ?? `${id}.png`,
  identifier: `SANDBOX:${id}`,
  space: "sandbox",
  createdByAgent: "agent",
  createDate: "2026-11-22 06:46:33",
  lastModifiedByAgent: "agent",
  lastModifiedDate: "2026-11-22 06:46:33",
  status: "ACTIVE",
  iiifApiVersion: "3",
  policyDefinition: policy ?? { policyGroupName: "default" },
  assetMetadata: width === undefined ? [] : [{ fieldName: "imageSize", jsonValue: { width, height } }]
})

export const ingestRequest = (assets: ReadonlyArray<AssetSpec>, manifest: unknown = {}) => ({
  globalSettings: { actionDefault: "upsert", spaceDefault: "sandbox" },
  metadata: {},
  assets: { audio: [], video: [], text: [], image: assets.map(imageAsset) },
  manifest
})

export const manifest = (sandbox: Running, name: string) => ({
  "@context": "http://iiif.io/api/presentation/3/context.json",
  id: `${sandbox.url}/URN-3:SANDBOX:${name}:MANIFEST:3`,
  type: "Manifest",
  label: { none: [name] },
  items: []
})

/** The image service of an asset, by version 2 of the Image API. */
export const imageService = ({ url }: Pick<Running, "url">, id: string) => ({
  "@id": `${url}/assets/images/SANDBOX:${id}`,
  "@type": "ImageService2",
  profile: "http://iiif.io/api/image/2/level2.json"
})

/** A canvas with one asset. */
export const canvas = (
  { url }: Pick<Running, "url">,
  id: string,
  width: number,
  height: number,
  service: object = imageService({ url }, id)
) => ({
  id: `${url}/canvas/${id}`,
  type: "Canvas",
  width,
  height,
  items: [{
    id: `${url}/page/${id}`,
    type: "AnnotationPage",
    items: [{
      id: `${url}/annotation/${id}`,
      type: "Annotation",
      motivation: "painting",
      target: `${url}/canvas/${id}`,
      body: {
        id: `${url}/assets/images/SANDBOX:${id}/full/max/0/default.jpg`,
        type: "Image",
        width,
        height,
        service: [service]
      }
    }]
  }]
})

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The parsed body; undefined if it is not JSON. */
  readonly json: unknown
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The request received no complete response. */
export class NoAnswer extends Schema.TaggedError<NoAnswer>()("NoAnswer", { cause: Schema.Defect() }) {
  override get message() {
    return "The request received no complete response"
  }
}

export const call = (url: string, init: RequestInit = {}): Effect.Effect<Answer, NoAnswer> =>
  Effect.tryPromise({
    try: async (signal) => {
      const response = await fetch(url, { redirect: "manual", signal, ...init })
      const text = await response.text()
      return { status: response.status, headers: response.headers, text, json: parse(text) }
    },
    catch: (cause) => new NoAnswer({ cause })
  })

export const initialize = (sandbox: Signer & Pick<Running, "url">, body: unknown, token = mintToken(sandbox)) =>
  call(`${sandbox.url}/admin/ingest/initialize`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body)
  })

/** Follows a path of keys and indices through parsed JSON. */
export const at = (value: unknown, ...path: ReadonlyArray<string | number>): unknown =>
  path.reduce<unknown>(
    (parent, key) =>
      typeof parent === "object" && parent !== null ? new Map(Object.entries(parent)).get(String(key)) : undefined,
    value
  )

export const jobId = (answer: Answer): string => String(at(answer.json, "data", "job_tracker_file", "_id"))

/** Submits a request and waits until its job has ended. */
export const ingest = Effect.fnUntraced(function*(sandbox: Running, body: unknown) {
  const answer = yield* initialize(sandbox, body)
  return yield* sandbox.jobs.awaitTerminal(jobId(answer))
})

/** One object, asset and manifest of one canvas, all by this name. */
export const putAndIngest = Effect.fnUntraced(function*(sandbox: Running, id: string, width = 30, height = 20) {
  yield* put(sandbox, `images/${id}.png`, yield* png(width, height))
  const body = manifest(sandbox, id)
  return yield* ingest(
    sandbox,
    ingestRequest([{ id, width, height }], { ...body, items: [canvas(sandbox, id, width, height)] })
  )
})

export const jobStatus = (sandbox: Pick<Running, "url">, id: string) =>
  Effect.map(call(`${sandbox.url}/admin/ingest/jobstatus/${id}`), ({ json }) => at(json, "data", "job_status"))
