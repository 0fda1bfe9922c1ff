/** The published manifests, stored exactly as they were sent. */
import * as Effect from "effect/Effect"
import type { PlatformError } from "effect/PlatformError"
import { isReadonlyObject } from "effect/Predicate"
import { createHash } from "node:crypto"
import type { Folder } from "./files.ts"
import type { Version } from "./manifestName.ts"
import * as ManifestName from "./manifestName.ts"

export interface Published {
  readonly key: string
  readonly versions: ReadonlyArray<Version>
  readonly revision: number
}

export interface Manifests {
  /** Publishes a manifest, which {@link ManifestName.identify} must be able to identify. */
  readonly publish: (text: string) => Effect.Effect<void, PlatformError>
  /** The versions published under a key; empty for an unknown key. */
  readonly versions: (key: string) => ReadonlyArray<Version>
  /** What is published, in the order of first publication. A revision changes whenever something is published. */
  readonly list: () => ReadonlyArray<Published>
  readonly read: (key: string, version: Version) => Effect.Effect<string, PlatformError>
  readonly reset: Effect.Effect<void, PlatformError>
}

const fileName = (key: string, version: Version) =>
  `${createHash("sha256").update(key).digest("hex").slice(0, 40)}-${version}`

const identifyText = (text: string): ManifestName.IdentifiedManifest | undefined => {
  const value: unknown = JSON.parse(text)
  return isReadonlyObject(value) ? ManifestName.identify(value) : undefined
}

export const make = Effect.fnUntraced(function*(folder: Folder): Effect.fn.Return<Manifests, PlatformError> {
  const published = new Map<string, Set<Version>>()
  const revisions = new Map<string, number>()
  let revision = 0
  const register = ({ key, version }: ManifestName.IdentifiedManifest) => {
    published.set(key, new Set(published.get(key)).add(version))
    revisions.set(key, ++revision)
  }
  for (const name of yield* folder.names) {
    const identified = identifyText(yield* folder.get(name))
    if (identified !== undefined) register(identified)
  }
  return {
    publish: (text) => {
      const identified = identifyText(text)
      if (identified === undefined) return Effect.die(new Error("An accepted manifest has no name"))
      return folder.put(fileName(identified.key, identified.version), text).pipe(
        Effect.andThen(Effect.sync(() => register(identified)))
      )
    },
    versions: (key) => [...(published.get(key) ?? [])].sort(),
    list: () =>
      Array.from(published, ([key, versions]) => ({
        key,
        versions: [...versions].sort(),
        revision: revisions.get(key) ?? 0
      })),
    read: (key, version) => folder.get(fileName(key, version)),
    reset: Effect.andThen(folder.clear, Effect.sync(() => published.clear()))
  }
})
