/** The manifests being served, exactly as they were sent. */
import * as Effect from "effect/Effect"
import type { PlatformError } from "effect/PlatformError"
import { createHash } from "node:crypto"
import type { Folder } from "./files.ts"
import type { Version } from "./manifestName.ts"
import * as ManifestName from "./manifestName.ts"

export interface Manifests {
  /** Makes a manifest served; the text must be one that {@link ManifestName.identify} can name. */
  readonly publish: (text: string) => Effect.Effect<void, PlatformError>
  /** The versions that are served under a key; none where it is unknown. */
  readonly versions: (key: string) => ReadonlyArray<Version>
  readonly read: (key: string, version: Version) => Effect.Effect<string, PlatformError>
  readonly reset: Effect.Effect<void, PlatformError>
}

const fileName = (key: string, version: Version) =>
  `${createHash("sha256").update(key).digest("hex").slice(0, 40)}-${version}`

const parseText = (text: string): ManifestName.IdentifiedManifest | undefined => {
  const value: unknown = JSON.parse(text)
  return typeof value === "object" && value !== null ? ManifestName.identify({ ...value }) : undefined
}

export const make = Effect.fnUntraced(function*(folder: Folder): Effect.fn.Return<Manifests, PlatformError> {
  const served = new Map<string, Set<Version>>()
  const register = ({ key, version }: ManifestName.IdentifiedManifest) =>
    void served.set(key, new Set(served.get(key)).add(version))
  for (const name of yield* folder.names) {
    const identified = parseText(yield* folder.get(name))
    if (identified !== undefined) register(identified)
  }
  return {
    publish: (text) => {
      const identified = parseText(text)
      if (identified === undefined) return Effect.die(new Error("a manifest without a name was accepted"))
      return folder.put(fileName(identified.key, identified.version), text).pipe(
        Effect.andThen(Effect.sync(() => register(identified)))
      )
    },
    versions: (key) => [...(served.get(key) ?? [])].sort(),
    read: (key, version) => folder.get(fileName(key, version)),
    reset: Effect.andThen(folder.clear, Effect.sync(() => served.clear()))
  }
})
