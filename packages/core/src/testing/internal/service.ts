import { fromUnknown } from "@iiif-ingest/iiif/Manifest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { JobId, type ManifestUri, withVersion } from "../../base/Ids.ts"
import * as ImageHeader from "../../image/ImageHeader.ts"
import type { ImageInfo } from "../../mps/Delivery.ts"
import type { ImageAsset, IngestRequest } from "../../mps/IngestRequest.ts"
import type { Job } from "../../mps/Job.ts"
import * as Manifests from "../../mps/Manifests.ts"

/** MPS's default for the number of failed children that fail their parent (docs/mps.md, 2.3). */
const childErrorLimit = 10

interface RunningJob {
  readonly id: JobId
  readonly request: IngestRequest
  readonly startedAt: number
  /** What the children failed with, once the job has ended. */
  ended: { readonly errors: ReadonlyArray<string>; readonly succeeded: boolean } | undefined
}

export interface Options {
  readonly jobDuration: Duration.Duration
  readonly serveAfter: Duration.Duration
  readonly failAsset: (identifier: string) => string | undefined
  /** The bytes of an object in the bucket. */
  readonly read: (key: string) => Uint8Array | undefined
}

type Document = { readonly [key: string]: Schema.Json }

const sizeOf = ({ height, width }: { readonly width: unknown; readonly height: unknown }): string =>
  `${String(width)} x ${String(height)}`

const keyOf = ({ storageSrcKey, storageSrcPath }: ImageAsset): string =>
  storageSrcPath === "/" ? storageSrcKey : `${storageSrcPath}${storageSrcKey}`

/** What the job says of an asset that it cannot ingest; the info of one that it can. */
const ingestAsset = (
  { failAsset, read }: Options,
  asset: ImageAsset,
  exists: boolean
): Result.Result<ImageInfo, string> => {
  const { identifier, storageSrcKey } = asset
  const scripted = failAsset(identifier)
  if (scripted !== undefined) return Result.fail(`${identifier}: ${scripted}`)
  if (asset.action === "update" && !exists) return Result.fail(`${identifier} does not exist: use create or upsert`)
  const key = keyOf(asset)
  const bytes = read(key)
  if (bytes === undefined) return Result.fail(`${identifier}: there is no object ${key}`)
  const header = Effect.runSync(Effect.result(ImageHeader.fromBytes(storageSrcKey, bytes)))
  if (Result.isFailure(header)) return Result.fail(`${identifier}: ${header.failure.reason.message}`)
  const { height, width } = header.success
  const stated = asset.assetMetadata.find(({ fieldName }) => fieldName === "imageSize")?.jsonValue
  const statedSize = sizeOf({ width: undefined, height: undefined, ...(typeof stated === "object" ? stated : {}) })
  return statedSize === sizeOf(header.success)
    ? Result.succeed({ id: identifier, width, height, raw: { "@id": identifier, width, height } })
    : Result.fail(`${identifier}: imageSize is ${statedSize} but the image is ${sizeOf(header.success)}`)
}

/** MPS upper-cases names, and serves every version of a manifest. */
const manifestKey = (uri: ManifestUri): string => withVersion(uri, "3").toUpperCase()

const versionOf = (manifest: Document): "2" | "3" => "@id" in manifest && !("id" in manifest) ? "2" : "3"

const isJson = Schema.is(Schema.Json)

/** A manifest in the other version, `undefined` where it cannot be had. */
const converted = (document: Document, version: "2" | "3"): Effect.Effect<Schema.Json | undefined> => {
  const older = Effect.fromResult(fromUnknown(document)).pipe(Effect.flatMap(Manifests.toPresentation2))
  const other: Effect.Effect<{ readonly manifest: unknown }, unknown> = version === "3"
    ? Manifests.toPresentation3(document)
    : older
  return other.pipe(
    Effect.map(({ manifest }) => isJson(manifest) ? manifest : undefined),
    Effect.orElseSucceed(() => undefined)
  )
}

/** What is or will be served by name, every version of it: the one before stays served until the next takes over. */
const versions = <A>() => {
  const all = new Map<string, Array<{ readonly value: A; readonly servedAt: number }>>()
  return {
    has: (name: string): boolean => all.has(name),
    add: (name: string, value: A, servedAt: number): void => {
      all.set(name, [...all.get(name) ?? [], { value, servedAt }])
    },
    servedAt: (name: string, now: number): A | undefined =>
      all.get(name)?.findLast(({ servedAt }) => servedAt <= now)?.value
  }
}

const states = ["ready", "queued", "running"] as const

/** The service behind the ports: jobs that take their time, and what they have made available. */
export const make = (options: Options) => {
  const jobs = new Map<string, RunningJob>()
  const images = versions<ImageInfo>()
  const manifests = versions<Document>()
  const duration = Duration.toMillis(options.jobDuration)
  const delay = Duration.toMillis(options.serveAfter)

  const end = (job: RunningJob): void => {
    const servedAt = job.startedAt + duration + delay
    const errors: Array<string> = []
    for (const asset of job.request.assets.image) {
      const info = ingestAsset(options, asset, images.has(asset.identifier))
      if (Result.isSuccess(info)) images.add(asset.identifier, info.success, servedAt)
      else errors.push(info.failure)
    }
    const children = job.request.assets.image.length
    const succeeded = errors.length < childErrorLimit && (errors.length === 0 || errors.length < children)
    const { manifest } = job.request
    const uri = manifest["id"] ?? manifest["@id"]
    if (succeeded && typeof uri === "string") {
      manifests.add(uri.replace(/:MANIFEST:[23]$/i, ":MANIFEST:3").toUpperCase(), manifest, servedAt)
    }
    job.ended = { errors, succeeded }
  }

  /**
   * Ends the jobs whose time has come, in the order they began. To run before anything that changes the bucket, since a
   * job reads what is there when it ends.
   */
  const catchUp = Effect.map(Clock.currentTimeMillis, (now) => {
    for (const job of jobs.values()) if (job.ended === undefined && now - job.startedAt >= duration) end(job)
    return now
  })

  const describe = (job: RunningJob, now: number): Job => {
    const third = Math.min(2, Math.floor(((now - job.startedAt) / duration) * 3))
    const state = job.ended === undefined ? states[third] ?? "running" : job.ended.succeeded ? "success" : "failed"
    const errors = job.ended?.errors ?? []
    return {
      id: job.id,
      state,
      raw: { data: { _id: job.id, job_status: state, context: { errors_encountered: errors } } }
    }
  }

  return {
    catchUp,
    submit: (request: IngestRequest) =>
      Effect.map(catchUp, (now) => {
        const id = JobId.make(String(jobs.size + 1).padStart(24, "0"))
        jobs.set(id, { id, request, startedAt: now, ended: undefined })
        return { jobId: id, identifiers: request.assets.image.map(({ identifier }) => identifier), raw: { _id: id } }
      }),
    job: (id: JobId) =>
      Effect.map(catchUp, (now) => {
        const job = jobs.get(id)
        return job === undefined ? undefined : describe(job, now)
      }),
    imageInfo: (identifier: string) => Effect.map(catchUp, (now) => images.servedAt(identifier, now)),
    manifest: Effect.fnUntraced(function*(uri: ManifestUri, version: "2" | "3") {
      const found = manifests.servedAt(manifestKey(uri), yield* catchUp)
      return found === undefined || versionOf(found) === version ? found : yield* converted(found, version)
    }),
    requests: Effect.sync(() => Array.from(jobs.values(), ({ request }) => request))
  }
}
