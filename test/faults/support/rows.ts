/** Every fault, what it does, and its expected outcome. */
import type { S3Client } from "@iiif-ingest/aws"
import { RetryPolicy } from "@iiif-ingest/core"
import { Duration, Effect, Redacted } from "effect"
import * as Fs from "node:fs"
import type * as net from "node:net"
import * as Path from "node:path"
import type { Name, Setup } from "./batch.ts"
import type { Proxy } from "./proxy.ts"
import type { Rule } from "./rules.ts"

/** `within` is in seconds. */
export interface Row {
  readonly fault: string
  readonly happens: string
  readonly rules?: ReadonlyArray<Rule>
  readonly setup?: () => Setup
  readonly meanwhile?: (proxy: Proxy, folder: string) => Effect.Effect<void>
  /** The reasons of the files that fail, whose messages match `says`; all others are stored. */
  readonly fails?: Partial<Record<Name, string>>
  readonly says?: RegExp
  /** Files that fail although their object is stored. */
  readonly storedAnyway?: ReadonlyArray<Name>
  /** The number of multipart uploads left behind because their id was lost. */
  readonly incomplete?: number
  readonly within: number
  /** A lower bound, in seconds. */
  readonly atLeast?: number
  /** The least number of DNS lookups. */
  readonly lookups?: number
}

const mebibyte = 1024 * 1024

/** Body lengths on the wire, in bytes: a small object as is, a part of 5 MiB in chunks with a trailer. */
export const wireLength = { "small.tif": 360_146, part: 5_243_014 } as const

const ofKey = (name: Name) => (op: string, effect: Rule["effect"], times?: number): Rule => ({
  match: { op, path: `/_s3/*/images/${name}` },
  effect,
  ...(times === undefined ? {} : { times })
})

const small = ofKey("small.tif")
const large = ofKey("large.tif")

const put = (effect: Rule["effect"], times?: number) => [small("PutObject", effect, times)]
const part = (effect: Rule["effect"], times?: number) => [large("UploadPart", effect, times)]
const complete = (effect: Rule["effect"], times?: number) => [large("CompleteMultipartUpload", effect, times)]

const resetAt = (afterRequestBytes: number): Rule["effect"] => ({ type: "reset", afterRequestBytes })

const resets: ReadonlyArray<Row> = [
  ...[
    ["first byte", 1, 1],
    ["middle", wireLength["small.tif"] / 2, wireLength.part / 2],
    ["last byte", wireLength["small.tif"], wireLength.part]
  ].flatMap(([where, ofPut, ofPart]): ReadonlyArray<Row> => [
    {
      fault: `reset in an object, ${where}`,
      happens: "TCP reset at that byte of the body",
      rules: put(resetAt(Number(ofPut)), 1),
      within: 10
    },
    {
      fault: `reset in a part, ${where}`,
      happens: "TCP reset at that byte of the body",
      rules: part(resetAt(Number(ofPart)), 1),
      within: 10
    }
  ]),
  {
    fault: "reset on every attempt, object",
    happens: "TCP reset in the middle of the body, every time",
    rules: put(resetAt(1000)),
    fails: { "small.tif": "ConnectionLost" },
    says: /the connection to 127\.0\.0\.1:\d+ was lost before the response was complete/,
    within: 10
  },
  {
    fault: "reset on every attempt, part",
    happens: "TCP reset in the middle of the body, every time",
    rules: part(resetAt(2 * mebibyte)),
    fails: { "large.tif": "ConnectionLost" },
    says: /the connection to 127\.0\.0\.1:\d+ was lost before the response was complete/,
    within: 10
  },
  {
    fault: "reset in a reply, Complete",
    happens: "Complete succeeds, but its reply is reset after 20 bytes of its body",
    rules: complete({ type: "reset", afterResponseBytes: 20 }, 1),
    within: 10
  }
]

/** Far longer than the pauses of a busy machine, since each of those would count as another attempt in the table. */
const impatient = (): Setup => ({ stallMillis: 3000 })

/** Only one retry, for rows in which every attempt takes until its limit. */
const oneMore = { upload: RetryPolicy.backoff({ first: "5 millis", longest: "20 millis", times: 1 }) }

const stalls: ReadonlyArray<Row> = [
  {
    fault: "stall in a part",
    happens: "the body is not read past its first byte (stall limit 3 s)",
    rules: part({ type: "stall", afterRequestBytes: 1 }, 1),
    setup: impatient,
    within: 20
  },
  {
    fault: "stall before a reply, object",
    happens: "the object is stored, but no reply arrives (stall limit 3 s)",
    rules: put({ type: "stall" }, 1),
    setup: impatient,
    within: 20
  },
  {
    fault: "stall before a reply, Complete",
    happens: "the object is assembled, but no reply arrives (stall limit 3 s)",
    rules: complete({ type: "stall" }, 1),
    setup: impatient,
    within: 20
  },
  {
    fault: "stall on every attempt, part",
    happens: "the body is not read past its first byte, every time (stall limit 3 s, one retry)",
    rules: part({ type: "stall", afterRequestBytes: 1 }),
    setup: () => ({ ...impatient(), policy: oneMore }),
    fails: { "large.tif": "TimedOut" },
    says: /did not respond within/,
    within: 20
  },
  {
    fault: "slow reader",
    happens: "a part of 10 MiB is read at 2.6 MB/s: it takes longer than the stall limit of 3 s, but never stalls",
    rules: part({ type: "slowReader", bytesPerSecond: 2_600_000 }, 1),
    setup: () => ({ ...impatient(), upload: { partSize: 10 * mebibyte } }),
    atLeast: 3.5,
    within: 20
  },
  {
    fault: "slow reader on every attempt",
    happens: "a part is read at 500 kB/s every time, too slow for the limit of 3 s per attempt (one retry)",
    rules: part({ type: "slowReader", bytesPerSecond: 500_000 }),
    setup: () => ({ policy: { ...oneMore, attemptLimit: Duration.seconds(3) } }),
    fails: { "large.tif": "TimedOut" },
    says: /did not respond within 3s/,
    within: 20
  }
]

/** A fault that hits an object, a part and Complete alike. */
const threefold = (
  fault: string,
  happens: string,
  effect: Rule["effect"],
  times: number
): ReadonlyArray<Row> => [
  { fault: `${fault}, object`, happens, rules: put(effect, times), within: 10 },
  { fault: `${fault}, part`, happens, rules: part(effect, times), within: 10 },
  { fault: `${fault}, Complete`, happens, rules: complete(effect, times), within: 10 }
]

const bursts: ReadonlyArray<Row> = [
  ...threefold("burst of 500", "HTTP 500, three times in a row", { type: "status", status: 500 }, 3),
  ...threefold("burst of 503", "`SlowDown`, three times in a row", { type: "throttle", retryAfterSeconds: 0 }, 3),
  {
    fault: "500 on every attempt, part",
    happens: "HTTP 500, every time",
    rules: part({ type: "status", status: 500 }),
    fails: { "large.tif": "Unavailable" },
    says: /the server failed \(HTTP 500\)/,
    within: 10
  },
  {
    fault: "503 on every attempt, object",
    happens: "`SlowDown`, every time",
    rules: put({ type: "throttle" }),
    fails: { "small.tif": "Throttled" },
    says: /the server is throttling requests \(HTTP 503\)/,
    within: 10
  }
]

const replies: ReadonlyArray<Row> = [
  ...threefold("truncated reply", "the request succeeds, but its reply is truncated halfway", { type: "truncate" }, 1),
  ...threefold(
    "lost reply",
    "the request succeeds, but the connection closes without a reply",
    { type: "lostReply" },
    1
  ),
  {
    fault: "lost reply, Create",
    happens: "a multipart upload is created, but the reply with its id is lost",
    rules: [large("CreateMultipartUpload", { type: "lostReply" }, 1)],
    incomplete: 1,
    within: 10
  },
  {
    fault: "lost reply on every attempt, object",
    happens: "the object is stored, but the reply to every attempt is lost",
    rules: put({ type: "lostReply" }),
    fails: { "small.tif": "ConnectionLost" },
    says: /the connection to 127\.0\.0\.1:\d+ was lost before the response was complete/,
    storedAnyway: ["small.tif"],
    within: 10
  },
  {
    fault: "lost reply on every attempt, part",
    happens: "the part is stored, but the reply to every attempt is lost",
    rules: part({ type: "lostReply" }),
    fails: { "large.tif": "ConnectionLost" },
    says: /the connection to 127\.0\.0\.1:\d+ was lost before the response was complete/,
    within: 10
  },
  {
    fault: "wrong ETag, object",
    happens: "the reply has a different ETag",
    rules: put({ type: "alter", headers: { etag: "\"00000000000000000000000000000000\"" } }, 1),
    within: 10
  },
  {
    fault: "wrong ETag, part",
    happens: "the reply has a different ETag, which Complete then sends",
    rules: part({ type: "alter", headers: { etag: "\"00000000000000000000000000000000\"" } }, 1),
    within: 10
  },
  {
    fault: "wrong checksum, object",
    happens: "the reply has a different CRC-32 from the one sent",
    rules: put({ type: "alter", headers: { "x-amz-checksum-crc32": "AAAAAA==" } }, 1),
    within: 10
  },
  {
    fault: "wrong checksum, part",
    happens: "the reply has a different CRC-32 from the one sent",
    rules: part({ type: "alter", headers: { "x-amz-checksum-crc32": "AAAAAA==" } }, 1),
    within: 10
  },
  {
    fault: "wrong checksum, Complete",
    happens: "the reply has a different CRC-32 from that of the parts",
    rules: complete({
      type: "alter",
      replace: { pattern: "<ChecksumCRC32>[^<]*", text: "<ChecksumCRC32>AAAAAA==" }
    }, 1),
    within: 10
  },
  {
    fault: "wrong checksum on every attempt, part",
    happens: "the reply has a different CRC-32 from the one sent, every time",
    rules: part({ type: "alter", headers: { "x-amz-checksum-crc32": "AAAAAA==" } }),
    fails: { "large.tif": "ChecksumMismatch" },
    says: /the bytes were corrupted in transit \(CRC-32 \w+ was sent, but the store reports 00000000\)/,
    within: 10
  }
]

type Sandbox = Parameters<NonNullable<Setup["s3"]>>[0]

/** A credential provider like AWS's own: each call returns a new session. */
const renewing = ({ issueSession }: Sandbox) => async () => {
  const session = await Effect.runPromise(issueSession({ lifetime: "1 hour" }))
  return {
    accessKeyId: session.accessKeyId,
    secretAccessKey: Redacted.value(session.secretAccessKey),
    sessionToken: Redacted.value(session.sessionToken),
    expiration: new Date(session.expiresAt)
  }
}

/** A credential provider that always returns the same session. */
const fixed = (sandbox: Sandbox): NonNullable<S3Client.Options["credentials"]> => {
  let session: ReturnType<ReturnType<typeof renewing>> | undefined
  return () => session ??= renewing(sandbox)()
}

const sessions: ReadonlyArray<Row> = [
  {
    fault: "session expires mid-upload, object",
    happens: "`ExpiredToken` once; the provider returns a new session",
    rules: put({ type: "expiredToken" }, 1),
    setup: () => ({ s3: (sandbox) => ({ credentials: renewing(sandbox) }) }),
    within: 10
  },
  {
    fault: "session expires mid-upload, part",
    happens: "`ExpiredToken` once; the provider returns a new session",
    rules: part({ type: "expiredToken" }, 1),
    setup: () => ({ s3: (sandbox) => ({ credentials: renewing(sandbox) }) }),
    within: 10
  },
  {
    fault: "session expires and is not renewed",
    happens: "`ExpiredToken` for every part, and the provider has no other session",
    rules: part({ type: "expiredToken" }),
    setup: () => ({ s3: (sandbox) => ({ credentials: fixed(sandbox) }) }),
    fails: { "large.tif": "ExpiredCredentials" },
    says: /the AWS session has expired: sign in again, or use a profile that renews itself/,
    within: 10
  }
]

const all = (reason: string) => ({
  "large.tif": reason,
  "medium.tif": reason,
  "coffee.png": reason,
  "small.tif": reason
})

/** A resolver that fails the given number of times, then resolves every name to loopback. */
const resolver = (times: number): net.LookupFunction => {
  let left = times
  return (host, options, done) => {
    if (left-- > 0) {
      const error = new Error(`getaddrinfo ENOTFOUND ${host}`)
      return done(Object.assign(error, { code: "ENOTFOUND", syscall: "getaddrinfo", hostname: host }), "")
    }
    if (options.all === true) done(null, [{ address: "127.0.0.1", family: 4 }])
    else done(null, "127.0.0.1", 4)
  }
}

const surroundings: ReadonlyArray<Row> = [
  {
    fault: "clock skew",
    happens: "this machine's clock is an hour fast: `RequestTimeTooSkewed`",
    setup: () => ({
      upload: { concurrency: 1 },
      // simulate a skewed clock, and disable the correction that the client enables
      adjust: ({ config }) => {
        Object.defineProperty(config, "systemClockOffset", { get: () => 3_600_000, set: () => {} })
        Object.defineProperty(config, "disableClockSkewCorrection", { value: async () => false })
      }
    }),
    fails: all("ClockSkew"),
    says: /this machine's clock is wrong \(.*set it, then run again/,
    within: 10
  },
  {
    fault: "temporary DNS failure",
    happens: "the resolver returns `ENOTFOUND` twice, then an address",
    setup: () => ({
      lookup: resolver(2),
      s3: ({ s3 }) => ({ endpoint: s3.endpoint.replace("127.0.0.1", "localhost") })
    }),
    lookups: 3,
    within: 10
  },
  {
    fault: "permanent DNS failure",
    happens: "the resolver returns `ENOTFOUND` every time, for a host under `.invalid`",
    setup: () => ({
      upload: { concurrency: 1 },
      lookup: resolver(Infinity),
      s3: () => ({ endpoint: "http://store.invalid/_s3" })
    }),
    lookups: 16,
    fails: all("Unreachable"),
    says: /store\.invalid cannot be reached \(ENOTFOUND\): check the network/,
    within: 10
  }
]

/** Changes a file while the upload of its first part is stalled. */
const meanwhile = (change: (path: string) => void): NonNullable<Row["meanwhile"]> => (proxy, folder) =>
  proxy.awaitStall.pipe(
    Effect.andThen(Effect.sync(() => change(Path.join(folder, "large.tif")))),
    Effect.andThen(proxy.release)
  )

const disk = (
  fault: string,
  happens: string,
  change: (path: string) => void,
  reason: string,
  says: RegExp
): Row => ({
  fault,
  happens,
  rules: part({ type: "stall", afterRequestBytes: 1 }, 1),
  // a part too large for any socket buffer
  setup: () => ({ upload: { partSize: 11 * mebibyte } }),
  meanwhile: meanwhile(change),
  fails: { "large.tif": reason },
  says,
  within: 10
})

const disks: ReadonlyArray<Row> = [
  disk(
    "file removed while being read",
    "the file is unlinked while one of its parts is sent",
    (path) => Fs.unlinkSync(path),
    "Unreadable",
    /no such file/
  ),
  disk(
    "file truncated while being read",
    "the file is truncated to 1 MiB while one of its parts is sent",
    (path) => Fs.truncateSync(path, mebibyte),
    "SourceChanged",
    /it had 12600\d+ bytes and has 1048576/
  ),
  disk(
    "file modified while being read",
    "a byte is appended while one of its parts is sent",
    (path) => Fs.appendFileSync(path, "x"),
    "SourceChanged",
    /it had 12600\d+ bytes and has 12600\d+/
  )
]

export const rows: ReadonlyArray<Row> = [
  ...resets,
  ...stalls,
  ...bursts,
  ...replies,
  ...sessions,
  ...surroundings,
  ...disks
]
