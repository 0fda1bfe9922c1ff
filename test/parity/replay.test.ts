/**
 * Replays the traffic recorded from Harvard-ATG's Python client, request by request, with `node:http` and with fresh
 * signatures and dates, to show that the sandbox understands it.
 */
import { assert, describe, it } from "@effect/vitest"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Option, Redacted } from "effect"
import * as Crypto from "node:crypto"
import * as Fs from "node:fs"
import * as Http from "node:http"
import { pathOf } from "../support/pictures.ts"
import { sampleText } from "./support/samples.ts"

const keys = Crypto.generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs1", format: "pem" }
})

const sandbox = Sandbox.Sandbox.layer({
  account: "ataccount",
  space: "atspace",
  namespace: "at",
  bucket: "edu.harvard.huit.lts.mps.ataccount-atspace-qa",
  trust: [{ kid: "atissuerdefault", issuer: "atissuer", publicKeyPem: keys.publicKey }]
})

/** As recorded. The same bytes were sent by path (02) and as a file object (03). */
const recorded = {
  length: 403_104,
  crc32: "6oyBQA==",
  md5: "EbRBQwbgQzhp2iM17UwR1g==",
  sha256: "569e5debac3694e63f8eca35de6867f944a4ccb7be3ef0469f1e572004d119d2",
  bodyLength: 3708
}

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")

/** Header and payload in the order of the recorded token. */
const token = (now: number): string => {
  const header = { alg: "RS256", iss: "atissuer", kid: "atissuerdefault", resources: ["ingest"], typ: "JWT" }
  const text = `${base64url(header)}.${base64url({ iat: now, exp: now + 3600 })}`
  return `${text}.${Crypto.sign("sha256", Buffer.from(text), keys.privateKey).toString("base64url")}`
}

interface Answer {
  readonly status: number
  readonly continued: boolean
  readonly headers: Http.IncomingHttpHeaders
  readonly text: string
}

/** Sends one request. With `Expect: 100-continue`, the body waits for the server's reply, as in botocore. */
const send = (
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array = Buffer.alloc(0)
): Effect.Effect<Answer, Error> =>
  Effect.callback((resume) => {
    let continued = false
    const request = Http.request(url, { method, headers }, (response) => {
      const chunks: Array<Buffer> = []
      response.on("data", (chunk: Buffer) => chunks.push(chunk))
      response.on("end", () =>
        resume(Effect.succeed({
          status: response.statusCode ?? 0,
          continued,
          headers: response.headers,
          text: Buffer.concat(chunks).toString("utf8")
        })))
    })
    request.on("error", (error) => resume(Effect.fail(error)))
    request.on("continue", () => {
      continued = true
      request.end(body)
    })
    if (headers["Expect"] === undefined) request.end(body)
    else request.flushHeaders()
    return Effect.sync(() => request.destroy())
  })

const sha256 = (data: string | Uint8Array) => Crypto.createHash("sha256").update(data).digest("hex")
const hmac = (key: string | Uint8Array, data: string) => Crypto.createHmac("sha256", key).update(data).digest()

/** Signature Version 4 over the headers that the recorded request signed. */
const authorization = (
  { s3 }: Sandbox.Sandbox["Service"],
  url: URL,
  time: string,
  signed: Readonly<Record<string, string>>
): string => {
  const names = Object.keys(signed).sort()
  const list = names.join(";")
  const scope = `${time.slice(0, 8)}/${s3.region}/s3/aws4_request`
  const canonical = [
    "PUT",
    url.pathname,
    "",
    ...names.map((name) => `${name}:${signed[name]}`),
    "",
    list,
    recorded.sha256
  ]
  const key = [s3.region, "s3", "aws4_request"].reduce<Uint8Array>(
    (parent, part) => hmac(parent, part),
    hmac(`AWS4${Redacted.value(s3.secretAccessKey)}`, time.slice(0, 8))
  )
  const signature = hmac(key, ["AWS4-HMAC-SHA256", time, scope, sha256(canonical.join("\n"))].join("\n")).toString(
    "hex"
  )
  return `AWS4-HMAC-SHA256 Credential=${s3.accessKeyId}/${scope}, SignedHeaders=${list}, Signature=${signature}`
}

/** Requests 02 and 03, with the same headers as boto3. */
const put = (sandbox: Sandbox.Sandbox["Service"], key: string, more: Readonly<Record<string, string>>) => {
  const url = new URL(`${sandbox.s3.endpoint}/${sandbox.s3.bucket}/${key}`)
  const time = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "")
  const signed = {
    ...(more["Content-MD5"] === undefined ? {} : { "content-md5": more["Content-MD5"] }),
    host: url.host,
    "x-amz-checksum-crc32": recorded.crc32,
    "x-amz-content-sha256": recorded.sha256,
    "x-amz-date": time,
    "x-amz-sdk-checksum-algorithm": "CRC32"
  }
  const headers = {
    ...more,
    "x-amz-sdk-checksum-algorithm": "CRC32",
    Expect: "100-continue",
    "x-amz-checksum-crc32": recorded.crc32,
    "X-Amz-Date": time,
    "X-Amz-Content-SHA256": recorded.sha256,
    Authorization: authorization(sandbox, url, time, signed),
    "amz-sdk-request": "attempt=1",
    "Content-Length": String(recorded.length)
  }
  return send(url.href, "PUT", headers, Fs.readFileSync(pathOf("falcon9-strips.tif")))
}

const two = (n: number) => String(n).padStart(2, "0")

/** The current time in New York, in the client's date format. */
const wallClock = (): string => {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: "America/New_York",
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit"
  }).formatToParts(new Date())
  const [year, month, day, hour, minute, second] = ["year", "month", "day", "hour", "minute", "second"].map((type) =>
    Number(parts.find((part) => part.type === type)?.value)
  )
  return `${year}-${two(month ?? 0)}-${two(day ?? 0)} ${two(hour ?? 0)}:${two(minute ?? 0)}:${two(second ?? 0)}`
}

/** JSON with a space after commas and colons, as Python's `json.dumps` writes it. */
const pythonJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(", ")}]`
  return typeof value === "object" && value !== null
    ? `{${Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${pythonJson(item)}`).join(", ")}}`
    : JSON.stringify(value)
}

const text = sampleText("seed-wire/ingest-request.json")

describe("the Python client's traffic", () => {
  it("matches the recording", () => {
    const file = Fs.readFileSync(pathOf("falcon9-strips.tif"))
    assert.strictEqual(file.length, recorded.length)
    assert.strictEqual(sha256(file), recorded.sha256)
    assert.strictEqual(Crypto.createHash("md5").update(file).digest("base64"), recorded.md5)
    assert.strictEqual(pythonJson(JSON.parse(text)).length, recorded.bodyLength)
  })

  it.live("succeeds, from request 01 to 06", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const api = `${sandbox.url}/admin/ingest`
      const python = { "User-Agent": "python-requests/2.34.2", "Accept-Encoding": "gzip, deflate", Accept: "*/*" }

      const version = yield* send(`${api}/version`, "GET", python)
      assert.strictEqual(version.status, 200)

      const byPath = yield* put(sandbox, "images/falcon9-strips.tif", {})
      assert.deepStrictEqual([byPath.status, byPath.continued, byPath.text], [200, true, ""])
      const asObject = yield* put(sandbox, "images/falcon9.tif", { "Content-MD5": recorded.md5 })
      assert.deepStrictEqual([asObject.status, asObject.continued, asObject.text], [200, true, ""])
      const kept = yield* sandbox.object(sandbox.s3.bucket, "images/falcon9.tif")
      assert.strictEqual(
        Option.getOrUndefined(Option.map(kept, ({ file }) => sha256(Fs.readFileSync(file)))),
        recorded.sha256
      )

      const now = Math.floor(Date.now() / 1000)
      const body = Buffer.from(pythonJson(JSON.parse(text.replaceAll("2026-11-22 06:46:33", wallClock()))))
      const begun = yield* send(`${api}/initialize`, "POST", {
        ...python,
        Authorization: `Bearer ${token(now)}`,
        "Content-Length": String(body.length),
        "Content-Type": "application/json"
      }, body)
      assert.deepStrictEqual([begun.status, body.length], [200, recorded.bodyLength])
      const jobId: string = JSON.parse(begun.text).data.job_tracker_file._id

      yield* sandbox.jobs.awaitTerminal(jobId)
      for (const _ of ["05", "06"]) {
        const status = yield* send(`${api}/jobstatus/${jobId}`, "GET", python)
        assert.deepStrictEqual([status.status, JSON.parse(status.text).data.job_status], [200, "success"])
      }
      for (const id of ["myapponec3cWHbtXKkEUDJJtzjQ9TE", "myapptwoYWc8S6ijcdkKBGukog5Zxw"]) {
        const info = yield* send(`${sandbox.url}/assets/images/AT:${id}/info.json`, "GET", {})
        const { height, width } = JSON.parse(info.text)
        assert.deepStrictEqual([width, height], [640, 427])
      }
    }).pipe(Effect.provide(sandbox)))

  it.live("fails as on AWS if the checksum or the signature is wrong", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const wrongMd5 = yield* put(sandbox, "images/a.tif", { "Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA==" })
      assert.deepStrictEqual([wrongMd5.status, /<Code>BadDigest</.test(wrongMd5.text)], [400, true])
      const stranger = { ...sandbox, s3: { ...sandbox.s3, secretAccessKey: Redacted.make("another") } }
      const wrongKey = yield* put(stranger, "images/a.tif", {})
      assert.deepStrictEqual([wrongKey.status, /<Code>SignatureDoesNotMatch</.test(wrongKey.text)], [403, true])
      assert.isTrue(Option.isNone(yield* sandbox.object(sandbox.s3.bucket, "images/a.tif")))
    }).pipe(Effect.provide(sandbox)))
})
