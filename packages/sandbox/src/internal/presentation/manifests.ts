/** The published manifests, stored exactly as they were sent. */
import * as Effect from "effect/Effect"
import type { PlatformError } from "effect/PlatformError"
import { isReadonlyObject } from "effect/Predicate"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import type { Unreadable } from "../../SandboxError.ts"
import type { Namespaces } from "../ingest/namespaces.ts"
import * as Files from "../state/files.ts"
import type { Version } from "./manifestName.ts"
import * as ManifestName from "./manifestName.ts"

/** A manifest that could not be published, and why. */
export class ManifestFailed extends Schema.TaggedError<ManifestFailed>()("ManifestFailed", { reason: Schema.String }) {
  override get message() {
    return this.reason
  }
}

/** A manifest as lists show it. */
export interface ListedManifest {
  /** `NS:NAME` in upper case. */
  readonly key: string
  /** The versions that were sent. */
  readonly versions: ReadonlyArray<Version>
}

export interface Manifests {
  /** Publishes a manifest, which {@link ManifestName.identify} must be able to identify. */
  readonly publish: (text: string) => Effect.Effect<void, ManifestFailed | PlatformError>
  /** The versions published under a key; empty for an unknown key. */
  readonly versions: (key: string) => ReadonlyArray<Version>
  /** All manifests by key. */
  readonly list: () => ReadonlyArray<ListedManifest>
  /** Changes whenever something is published under the key, to one higher than all others. */
  readonly revision: (key: string) => number
  readonly read: (key: string, version: Version) => Effect.Effect<string, PlatformError>
  readonly reset: Effect.Effect<void, PlatformError>
  /** Reads its folder again, which something else has filled. */
  readonly load: Effect.Effect<void, PlatformError | Unreadable>
}

const fileName = (key: string, version: Version) =>
  `${createHash("sha256").update(key).digest("hex").slice(0, 40)}-${version}`

const identifyText = (text: string): ManifestName.IdentifiedManifest | undefined => {
  const value: unknown = JSON.parse(text)
  return isReadonlyObject(value) ? ManifestName.identify(value) : undefined
}

const byKey = (a: ListedManifest, b: ListedManifest) => a.key < b.key ? -1 : 1

export const make = Effect.fnUntraced(function*(
  folder: Files.Folder,
  namespaces: Namespaces
): Effect.fn.Return<Manifests, PlatformError | Unreadable> {
  const published = new Map<string, ReadonlySet<Version>>()
  const revisions = new Map<string, number>()
  let revision = 0
  const register = ({ key, version }: ManifestName.IdentifiedManifest) => {
    published.set(key, new Set(published.get(key)).add(version))
    revisions.set(key, ++revision)
  }
  const load = Effect.map(Files.decodeAll(folder, (text) => Effect.try(() => identifyText(text))), (stored) => {
    published.clear()
    for (const identified of stored) if (identified !== undefined) register(identified)
  })
  yield* load
  const versions = (key: string) => [...(published.get(key) ?? [])].sort()
  return {
    publish: (text) => {
      const identified = identifyText(text)
      if (identified === undefined) return Effect.die(new Error("An accepted manifest has no name"))
      const reason = namespaces.problem(identified.key)
      if (reason !== undefined) return Effect.fail(new ManifestFailed({ reason }))
      return folder.put(fileName(identified.key, identified.version), text).pipe(
        Effect.andThen(Effect.sync(() => register(identified)))
      )
    },
    versions,
    list: () => [...published.keys()].map((key) => ({ key, versions: versions(key) })).sort(byKey),
    revision: (key) => revisions.get(key) ?? 0,
    read: (key, version) => folder.get(fileName(key, version)),
    reset: Effect.andThen(Effect.sync(() => published.clear()), folder.clear),
    load
  }
})
