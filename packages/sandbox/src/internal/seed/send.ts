/** Sends to the sandbox over HTTP as any client does: objects by Signature Version 4, requests with a token. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { createHash, sign } from "node:crypto"
import * as SigV4 from "../s3/sigv4.ts"
import type { SandboxService } from "../sandboxTypes.ts"

type Target = Pick<SandboxService, "url" | "s3" | "issuer" | "kid">

/** The reply was not the one expected, or there was none. */
export class NotSent extends Schema.TaggedError<NotSent>()("NotSent", { what: Schema.String, problem: Schema.String }) {
  override get message() {
    return `${this.what}: ${this.problem}`
  }
}

const SHOWN = 300

const send = (what: string, url: string, init: RequestInit): Effect.Effect<string, NotSent> =>
  Effect.tryPromise({
    try: async (signal) => {
      // A connection for each request: none is left when the last one has ended.
      const response = await fetch(url, { ...init, signal, headers: { ...init.headers, connection: "close" } })
      return { status: response.status, text: await response.text() }
    },
    catch: () => new NotSent({ what, problem: "no complete reply" })
  }).pipe(
    Effect.flatMap(({ status, text }) =>
      status === 200
        ? Effect.succeed(text)
        : Effect.fail(new NotSent({ what, problem: `${status} ${text.slice(0, SHOWN)}` }))
    )
  )

const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex")

/** Puts an object; `key` has only characters that a path has without encoding. */
export const put = (
  { s3 }: Target,
  object: { readonly key: string; readonly body: Uint8Array; readonly contentType: string },
  now: number
): Effect.Effect<string, NotSent> => {
  const url = new URL(`${s3.endpoint}/${s3.bucket}/${object.key}`)
  const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d{3}/g, "")
  const day = time.slice(0, 8)
  const hash = sha256(object.body)
  const signed = { host: url.host, "x-amz-content-sha256": hash, "x-amz-date": time }
  const names = Object.keys(signed).join(";")
  const fields = Object.entries(signed).map(([name, value]) => `${name}:${value}`)
  const scope = `${day}/${s3.region}/s3/aws4_request`
  const canonical = ["PUT", url.pathname, "", ...fields, "", names, hash].join("\n")
  const key = SigV4.signingKey(Redacted.value(s3.secretAccessKey), day, s3.region)
  const signature = SigV4.sign(key, ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n"))
  const credential = `Credential=${s3.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`
  return send(`PUT ${object.key}`, url.href, {
    method: "PUT",
    headers: {
      authorization: `AWS4-HMAC-SHA256 ${credential}`,
      "content-type": object.contentType,
      "x-amz-content-sha256": hash,
      "x-amz-date": time
    },
    body: Buffer.from(object.body)
  })
}

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")
const TOKEN_SECONDS = 600

const token = ({ issuer, kid }: Target, privateKey: string, now: number): string => {
  const iat = Math.floor(now / 1000)
  const header = base64url({ alg: "RS256", typ: "JWT", iss: issuer, kid, resources: ["ingest"] })
  const input = `${header}.${base64url({ iat, exp: iat + TOKEN_SECONDS })}`
  return `${input}.${sign("sha256", Buffer.from(input), privateKey).toString("base64url")}`
}

const Started = Schema.fromJsonString(Schema.Struct({
  data: Schema.Struct({ job_tracker_file: Schema.Struct({ _id: Schema.String }) })
}))
const decodeStarted = Schema.decodeUnknownEffect(Started)

/** Sends an ingest request; succeeds with the id of its job. */
export const ingest = Effect.fnUntraced(function*(target: Target, privateKey: string, body: unknown, now: number) {
  const what = "POST /admin/ingest/initialize"
  const reply = yield* send(what, `${target.url}/admin/ingest/initialize`, {
    method: "POST",
    headers: { authorization: `Bearer ${token(target, privateKey, now)}`, "content-type": "application/json" },
    body: JSON.stringify(body)
  })
  const started = yield* Effect.mapError(
    decodeStarted(reply),
    () => new NotSent({ what, problem: "a reply without a job's id" })
  )
  return started.data.job_tracker_file._id
})
