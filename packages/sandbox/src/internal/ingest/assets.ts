/** Ingests assets and keeps those that were ingested. */
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import type { ImageAsset, ImageSize, IngestRequest } from "../../IngestRequest.ts"
import * as Requests from "../../IngestRequest.ts"
import type { Unreadable } from "../../SandboxError.ts"
import * as Derivatives from "../image/derivatives.ts"
import type { Source } from "../image/derive.ts"
import * as Policy from "../image/policy.ts"
import type { S3Object } from "../s3/endpoint.ts"
import * as Files from "../state/files.ts"
import type { Namespaces } from "./namespaces.ts"

/** An asset that could not be ingested, and why. */
export class AssetFailed extends Schema.TaggedError<AssetFailed>()("AssetFailed", { reason: Schema.String }) {
  override get message() {
    return this.reason
  }
}

const StoredAsset = Schema.Struct({
  identifier: Schema.String,
  width: Schema.Int,
  height: Schema.Int,
  format: Schema.String,
  bucket: Schema.String,
  key: Schema.String,
  etag: Schema.String,
  /** The child job that ingested it. */
  child: Schema.optionalKey(Schema.String),
  /** The name of the file from which it is served. */
  derivative: Schema.String,
  /** What its policy allows, as it was when the asset was ingested; missing where it allows everything. */
  policy: Schema.optionalKey(Requests.PolicyLimits)
})
type StoredAsset = typeof StoredAsset.Type
const StoredAssetText = Schema.fromJsonString(StoredAsset)
const decodeStored = Schema.decodeUnknownEffect(StoredAssetText)
const encodeStored = Schema.encodeSync(StoredAssetText)

/** An ingested asset. */
export interface Asset extends StoredAsset {
  /** Of the audiences that have one; `undefined` if nobody has. */
  readonly limits: Policy.Limits | undefined
}

const withLimits = (asset: StoredAsset): Asset => ({ ...asset, limits: Policy.limitsOf(asset, asset.policy) })

/** The names of all files from which an asset is served. */
const filesOf = ({ derivative, limits }: Asset): ReadonlyArray<string> => [
  derivative,
  ...Policy.copies(limits).map((extent) => Derivatives.copyOf(derivative, extent))
]

export interface Assets {
  readonly get: (identifier: string) => Asset | undefined
  /** In the order of their identifiers. */
  readonly list: () => ReadonlyArray<Asset>
  /** Ingests an asset for a child job, which may do so again, and returns warnings. */
  readonly ingest: (
    asset: ImageAsset,
    defaults: IngestRequest["globalSettings"],
    child: string
  ) => Effect.Effect<ReadonlyArray<string>, AssetFailed | PlatformError>
  readonly reset: Effect.Effect<void, PlatformError>
  /** Reads its folder again, which something else has filled, and removes the pyramids that nothing names any more. */
  readonly load: Effect.Effect<void, PlatformError | Unreadable>
}

/** MPS converts namespaces to upper case and keeps ids as they are. */
export const canonicalIdentifier = (identifier: string): string => {
  const colon = identifier.indexOf(":")
  return identifier.slice(0, colon).toUpperCase() + identifier.slice(colon)
}

const fileName = (identifier: string) => createHash("sha256").update(identifier).digest("hex").slice(0, 40)

/** The Python client sends "/" for a key without a prefix. */
const objectKey = (asset: Pick<ImageAsset, "storageSrcKey" | "storageSrcPath">): string =>
  asset.storageSrcPath === "/" ? asset.storageSrcKey : `${asset.storageSrcPath}${asset.storageSrcKey}`

const checkNamespace = (identifier: string, { problem }: Namespaces) => {
  const reason = problem(identifier)
  return reason === undefined ? Effect.void : Effect.fail(new AssetFailed({ reason }))
}

const checkAction = (action: string, identifier: string, exists: boolean) => {
  if (action === "create" && exists) {
    return Effect.fail(new AssetFailed({ reason: `Asset ${identifier} already exists: use update or upsert` }))
  }
  return action === "update" && !exists
    ? Effect.fail(new AssetFailed({ reason: `Asset ${identifier} does not exist: use create or upsert` }))
    : Effect.void
}

const sizeText = (size: ImageSize) => `${size.width} x ${size.height}`

const compareSize = (
  declared: ImageSize | undefined,
  measured: Source,
  mode: "require" | "warn"
): Effect.Effect<ReadonlyArray<string>, AssetFailed> => {
  if (declared !== undefined && declared.width === measured.width && declared.height === measured.height) {
    return Effect.succeed([])
  }
  const problem = declared === undefined
    ? "imageSize is missing"
    : `imageSize is ${sizeText(declared)} but the stored image is ${sizeText(measured)}`
  return mode === "warn" ? Effect.succeed([problem]) : Effect.fail(new AssetFailed({ reason: problem }))
}

/** The policy groups of LTS are unknown (docs/mps.md, 2.5), except the name of this one, which everybody uses. */
const UNLIMITED_GROUP = "default"

/** The names of policy groups and what they allow. */
export type PolicyGroups = Readonly<Record<string, Requests.PolicyLimits>>

interface FoundPolicy {
  readonly limits: Requests.PolicyLimits | undefined
  readonly warnings: ReadonlyArray<string>
}

const findPolicy = ({ policyDefinition }: ImageAsset, groups: PolicyGroups): FoundPolicy => {
  if (!("policyGroupName" in policyDefinition)) return { limits: policyDefinition, warnings: [] }
  const name = policyDefinition.policyGroupName
  if (Object.hasOwn(groups, name)) return { limits: groups[name], warnings: [] }
  return {
    limits: undefined,
    warnings: name === UNLIMITED_GROUP ? [] : [`the sandbox does not know policy group ${name}: nobody has a limit`]
  }
}

export const make = Effect.fnUntraced(function*(options: {
  readonly folder: Files.Folder
  readonly derivatives: Derivatives.Derivatives
  readonly imageSize: "require" | "warn"
  readonly namespaces: Namespaces
  readonly policyGroups: PolicyGroups
  readonly bucketOf: (space: string) => string
  readonly object: (bucket: string, key: string) => Effect.Effect<Option.Option<S3Object>>
}): Effect.fn.Return<Assets, PlatformError | Unreadable> {
  const { derivatives } = options
  const stored = new Map<string, Asset>()
  const load = Effect.flatMap(Files.decodeAll(options.folder, decodeStored), (all) => {
    stored.clear()
    for (const asset of all) stored.set(asset.identifier, withLimits(asset))
    return derivatives.sweep(new Set([...stored.values()].flatMap(filesOf)))
  })
  yield* load

  const find = (bucket: string, key: string) =>
    Effect.flatMap(options.object(bucket, key), Effect.fromOption).pipe(
      Effect.mapError(() => new AssetFailed({ reason: `There is no object s3://${bucket}/${key}` }))
    )

  /** Replaces the record, and only then removes the pyramids of the one before. */
  const store = Effect.fnUntraced(function*(asset: StoredAsset) {
    const before = stored.get(asset.identifier)
    yield* options.folder.put(fileName(asset.identifier), encodeStored(asset))
    stored.set(asset.identifier, withLimits(asset))
    if (before !== undefined) yield* Effect.forEach(filesOf(before), derivatives.remove, { discard: true })
  })

  const ingest: Assets["ingest"] = Effect.fnUntraced(
    function*(asset, defaults, child) {
      const identifier = canonicalIdentifier(asset.identifier)
      yield* checkNamespace(identifier, options.namespaces)
      const before = stored.get(identifier)
      // A child that was interrupted after it had stored its asset finds its own.
      if (before?.child !== child) {
        yield* checkAction(asset.action ?? defaults.actionDefault, identifier, before !== undefined)
      }
      const bucket = options.bucketOf(asset.space ?? defaults.spaceDefault)
      const key = objectKey(asset)
      const policy = findPolicy(asset, options.policyGroups)
      const object = yield* find(bucket, key)
      return yield* derivatives.fromSource(object.file, (source, write) =>
        Effect.gen(function*() {
          const warnings = yield* compareSize(Requests.imageSize(asset), source, options.imageSize)
          const { format, height, width } = source
          const record = {
            identifier,
            width,
            height,
            format,
            bucket,
            key,
            etag: object.etag,
            child,
            ...(policy.limits === undefined ? {} : { policy: policy.limits })
          }
          const copies = Policy.copies(Policy.limitsOf(source, policy.limits))
          yield* write(copies, (derivative) => store({ ...record, derivative }))
          return [...source.warnings, ...warnings, ...policy.warnings]
        }))
    },
    Effect.catchTag("Unreadable", ({ reason }) => Effect.fail(new AssetFailed({ reason })))
  )

  return {
    get: (identifier) => stored.get(canonicalIdentifier(identifier)),
    list: () => [...stored.values()].sort((a, b) => a.identifier < b.identifier ? -1 : 1),
    ingest,
    load,
    reset: Effect.gen(function*() {
      yield* options.folder.clear
      stored.clear()
      yield* derivatives.sweep(new Set())
    })
  }
})
