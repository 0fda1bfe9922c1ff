/**
 * Makes ingest requests and submits them without posting any of them twice by mistake.
 *
 * MPS cannot be asked whether a request arrived, so the journal records before the POST that it is about to happen, and
 * after it which job it created. Source of the wire format: docs/mps.md, 2.2.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type AssetId, identifier } from "../base/Ids.ts"
import * as RetryPolicy from "../base/RetryPolicy.ts"
import { MpsConfig } from "../config/MpsConfig.ts"
import type { Crc32 } from "../image/Crc32.ts"
import { Journal, type JournalError, type SubmissionRecord } from "../upload/Journal.ts"
import type { InBucket } from "../upload/UploadedAsset.ts"
import type { Description, Descriptions } from "./IngestImage.ts"
import type { Action, ImageAsset, IngestRequest, MediaAsset, PolicyDefinition, Wire } from "./IngestRequest.ts"
import { debugJson } from "./internal/debug.ts"
import { servedProves } from "./internal/servedProves.ts"
import { LtsClient, type LtsError, type Submission } from "./LtsClient.ts"

/**
 * A request may or may not have arrived, what is served does not prove that it did, and it must not be posted again.
 *
 * @category errors
 * @since 0.1.0
 */
export class SubmissionUnknown extends Schema.TaggedError<SubmissionUnknown>()("SubmissionUnknown", {
  id: Schema.String,
  detail: Schema.String
}) {
  override get message() {
    return `it is not known whether the request for ${this.id} arrived (${this.detail}), and what is served does not ` +
      "prove it: ask LTS, or run again with onUnknownSubmit: \"resubmit\""
  }
}

/**
 * The operation is not possible through the ingest API; only LTS can perform it.
 *
 * @category errors
 * @since 0.1.0
 */
export class AskLts extends Schema.TaggedError<AskLts>()("AskLts", {
  what: Schema.String,
  identifiers: Schema.Array(Schema.String)
}) {
  override get message() {
    return `MPS has no request to ${this.what} (docs/mps.md, 2.5): ask LTS to do it, naming ${
      this.identifiers.join(", ")
    }`
  }
}

/**
 * The input of a request.
 *
 * - `assets`: assets in the bucket: uploaded, or there already (`UploadedAsset.stored`).
 * - `descriptions`: descriptions of the assets, by asset id.
 * - `manifest`: any JSON manifest, sent unchanged; none by default.
 * - `actionDefault`: the request's default for assets without an action; `upsert` by default.
 * - `action`: the action of assets whose description has none. By default it is `create` (the only one seen to work on
 *   an asset) for an object under a new key, and `upsert` for one that existed before, since its id may have been
 *   ingested.
 * - `policyDefinition`: the policy of assets whose description has none; the policy group `default` by default.
 * - `audio`, `video`, `text`: experimental, sent unchanged ({@link MediaAsset}); the caller puts their objects into the
 *   bucket.
 * - `wire`: {@link Wire}; `mps` by default. With `iiifingest`, assets without an action get `create`, the agent that last
 *   modified them is `atagent` whoever created them, and a given `assetMetadata` is sent without adding `imageSize`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Input {
  readonly assets: ReadonlyArray<InBucket>
  readonly descriptions?: Descriptions
  readonly manifest?: { readonly [key: string]: Schema.Json }
  readonly metadata?: { readonly [key: string]: Schema.Json }
  readonly actionDefault?: Action
  readonly action?: Action
  readonly policyDefinition?: PolicyDefinition
  readonly audio?: ReadonlyArray<MediaAsset>
  readonly video?: ReadonlyArray<MediaAsset>
  readonly text?: ReadonlyArray<MediaAsset>
  readonly wire?: Wire
}

/**
 * - `request` makes the request for uploaded assets.
 * - `submit` journals the request, posts it, and journals the job. `id` identifies the request in the journal (the
 *   manifest's address); `content` is the CRC-32 of the requested content, which tells a later run whether it requests
 *   the same. The POST is retried only if the service certainly did not accept it; if an error's `reason.outcome` is
 *   `unknown`, it may have.
 * - `lookup` finds the journal's record of an earlier request with the same id and assets that has not ended.
 * - `ended` journals that the job of a request is over.
 *
 * @category services
 * @since 0.1.0
 */
export class Ingest extends Context.Service<Ingest, {
  readonly request: (input: Input) => Effect.Effect<IngestRequest>
  readonly submit: (
    id: string,
    request: IngestRequest,
    content?: Crc32
  ) => Effect.Effect<Submission, LtsError | JournalError>
  readonly lookup: (id: string, request: IngestRequest) => Effect.Effect<Option.Option<SubmissionRecord>, JournalError>
  readonly ended: (record: SubmissionRecord) => Effect.Effect<void, JournalError>
}>()("@iiif-ingest/core/mps/Ingest") {}

const twoDigits = (n: number): string => String(n).padStart(2, "0")

/** The current time as the service writes it: wall-clock time in its time zone, without naming the zone. */
const wallClock = (timeZone: string): Effect.Effect<string> =>
  Effect.map(DateTime.now, (now) => {
    const { day, hour, minute, month, second, year } = DateTime.toParts(DateTime.setZoneNamedUnsafe(now, timeZone))
    return `${year}-${twoDigits(month)}-${twoDigits(day)} ${twoDigits(hour)}:${twoDigits(minute)}:${twoDigits(second)}`
  })

/**
 * Splits `images/a.tif` into the folder with its trailing slash and the name, as the service expects. The folder of an
 * object at the bucket's root is `/`, the only form of it that was ever sent (docs/mps.md, 2.2).
 */
const splitKey = (key: string): { readonly storageSrcPath: string; readonly storageSrcKey: string } => {
  const slash = key.lastIndexOf("/") + 1
  return { storageSrcPath: key.slice(0, slash) || "/", storageSrcKey: key.slice(slash) }
}

const metadataOf = (
  asset: InBucket["asset"],
  { assetMetadata }: Description,
  wire: Wire | undefined
): ImageAsset["assetMetadata"] => {
  if (wire === "iiifingest" && assetMetadata !== undefined) return assetMetadata
  return [
    { fieldName: "imageSize", jsonValue: { width: asset.width, height: asset.height } },
    ...(assetMetadata ?? []).filter((entry) => entry.fieldName !== "imageSize")
  ]
}

const defaultAction = (how: InBucket["how"], wire: Wire | undefined): Action =>
  how === "sent" || wire === "iiifingest" ? "create" : "upsert"

/** The Python client never sets this agent. */
const modifierOf = (agent: string, wire: Wire | undefined): string => wire === "iiifingest" ? "atagent" : agent

const imageAsset =
  (config: MpsConfig["Service"], input: Input, now: string) => ({ asset, how }: InBucket): ImageAsset => {
    const description = input.descriptions?.get(asset.id) ?? {}
    const agent = description.agent ?? config.agent
    return {
      action: description.action ?? input.action ?? defaultAction(how, input.wire),
      ...splitKey(asset.key),
      ...(description.thumbSizes === undefined ? {} : { thumbSizes: description.thumbSizes }),
      identifier: identifier(config.namespace, asset.id),
      space: description.space ?? config.space,
      createdByAgent: agent,
      createDate: description.createDate ?? now,
      lastModifiedByAgent: modifierOf(agent, input.wire),
      lastModifiedDate: description.lastModifiedDate ?? now,
      status: description.status ?? "ACTIVE",
      iiifApiVersion: description.iiifApiVersion ?? "3",
      policyDefinition: description.policyDefinition ?? input.policyDefinition ?? { policyGroupName: "default" },
      assetMetadata: metadataOf(asset, description, input.wire)
    }
  }

const identifiersOf = ({ assets }: IngestRequest): ReadonlyArray<string> =>
  [assets.image, assets.audio, assets.video, assets.text].flatMap((list) => list.map(({ identifier }) => identifier))

const isSameList = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean =>
  a.length === b.length && a.every((identifier, i) => identifier === b[i])

const make = Effect.gen(function*() {
  const client = yield* LtsClient
  const journal = yield* Journal
  const config = yield* MpsConfig

  const lookup = (id: string, request: IngestRequest) =>
    Effect.map(
      journal.submission(id),
      Option.filter((record) => record.state !== "ended" && isSameList(record.identifiers, identifiersOf(request)))
    )

  return Ingest.of({
    request: Effect.fn("Ingest.request")(function*(input) {
      const now = yield* wallClock(config.timeZone)
      return {
        globalSettings: { actionDefault: input.actionDefault ?? "upsert", spaceDefault: config.space },
        metadata: input.metadata ?? {},
        assets: {
          audio: input.audio ?? [],
          video: input.video ?? [],
          text: input.text ?? [],
          image: input.assets.map(imageAsset(config, input, now))
        },
        manifest: input.manifest ?? {}
      }
    }),
    submit: Effect.fn("Ingest.submit")(function*(id, request, content) {
      const policy = yield* RetryPolicy.RetryPolicy
      const identifiers = identifiersOf(request)
      const earlier = yield* lookup(id, request)
      const mayHaveArrived = Option.exists(earlier, (record) => record.jobId === undefined)
      const isNew = mayHaveArrived
        ? Option.exists(earlier, (record) => record.proof === content)
        : servedProves(request)
      const proof = content !== undefined && isNew ? { proof: content } : {}
      yield* journal.saveSubmission({ id, state: "submitting", identifiers, ...proof })
      yield* debugJson("initialize: sending", request)
      const submission = yield* client.initialize(request).pipe(
        RetryPolicy.retrying<LtsError>(
          policy.submit,
          ({ reason }) => reason.retryable && reason.outcome === "none"
        ),
        // A refusal ends this request, but not an earlier one that may have arrived.
        Effect.tapError((error) =>
          error.reason.outcome === "none" && !mayHaveArrived
            ? journal.saveSubmission({ id, state: "ended", identifiers })
            : Effect.void
        )
      )
      yield* journal.saveSubmission({ id, state: "submitted", identifiers, jobId: submission.jobId })
      yield* debugJson("initialize: answered", submission.raw)
      return submission
    }),
    lookup,
    ended: (record) => journal.saveSubmission({ ...record, state: "ended" })
  })
})

/**
 * Always fails with {@link AskLts}, which names the assets as MPS does: no request that deletes assets was ever seen.
 *
 * @category submitting
 * @since 0.1.0
 */
export const withdraw = (ids: ReadonlyArray<AssetId>): Effect.Effect<never, AskLts, MpsConfig> =>
  Effect.flatMap(MpsConfig, ({ namespace }) =>
    Effect.fail(
      new AskLts({ what: "withdraw assets", identifiers: ids.map((id) => identifier(namespace, id)) })
    ))

/**
 * Makes requests with the settings in `MpsConfig`, and writes each to the journal before and after it is posted.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Ingest, never, LtsClient | Journal | MpsConfig> = Layer.effect(Ingest, make)
