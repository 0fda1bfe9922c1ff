/**
 * Where MPS is: the three environments of Harvard LTS and the local sandbox, with every address overridable, since
 * they have moved before without notice. Source: docs/mps.md, 1.6 and 2.4.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { ManifestUri } from "../base/Ids.ts"
import type { AssetId, ManifestName, Namespace } from "../base/Ids.ts"
import { notABase, parseBase } from "./internal/url.ts"

/**
 * `dev` (VPN or an allow-listed address), `qa`, `prod`, and `sandbox`, the local stand-in.
 *
 * @category models
 * @since 0.1.0
 */
export const EnvironmentName = Schema.Literals(["dev", "qa", "prod", "sandbox"])

/**
 * @category models
 * @since 0.1.0
 */
export type EnvironmentName = typeof EnvironmentName.Type

/**
 * Addresses without a trailing slash: `ingestUrl` is what `/initialize` is put behind, `assetUrl` what `/{NS}:{id}` and
 * `manifestUrl` what `/URN-3:{NS}:{NAME}:MANIFEST:3`. `s3Endpoint` is given only where the store is not Amazon's own.
 *
 * @category models
 * @since 0.1.0
 */
export const MpsEnvironment = Schema.Struct({
  name: EnvironmentName,
  ingestUrl: Schema.String,
  assetUrl: Schema.String,
  manifestUrl: Schema.String,
  s3Endpoint: Schema.optionalKey(Schema.String)
})

/**
 * @category models
 * @since 0.1.0
 */
export type MpsEnvironment = typeof MpsEnvironment.Type

/**
 * Addresses to use in place of an environment's own.
 *
 * @category models
 * @since 0.1.0
 */
export interface Overrides {
  readonly ingestUrl?: string
  readonly assetUrl?: string
  readonly manifestUrl?: string
  readonly s3Endpoint?: string
}

/**
 * Whether a host can only be this machine: `localhost`, 127.0.0.0/8 or ::1 (with or without brackets).
 *
 * @category guards
 * @since 0.1.0
 */
export const isLoopback = (hostname: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(hostname)

/** Where the sandbox answers when it is started without a port of its own. */
const sandboxUrl = "http://127.0.0.1:4747"

const defaults = (name: EnvironmentName): MpsEnvironment => {
  if (name === "sandbox") {
    return {
      name,
      ingestUrl: `${sandboxUrl}/admin/ingest`,
      assetUrl: `${sandboxUrl}/assets/images`,
      manifestUrl: sandboxUrl,
      s3Endpoint: `${sandboxUrl}/_s3`
    }
  }
  const suffix = name === "prod" ? "" : `-${name}`
  const ingest = name === "dev" ? "mps-admin-dev" : `mps-ingest${suffix}`
  return {
    name,
    ingestUrl: `https://${ingest}.lib.harvard.edu/admin/ingest`,
    assetUrl: `https://mps${suffix}.lib.harvard.edu/assets/images`,
    manifestUrl: `https://nrs${suffix}.lib.harvard.edu`
  }
}

const problemOf = (name: EnvironmentName, given: string): string | undefined => {
  const url = parseBase(given)
  if (url === undefined) return notABase
  if (name === "sandbox") {
    return isLoopback(url.hostname)
      ? undefined
      : `${url.origin} is not on this machine: environment sandbox takes only loopback`
  }
  if (isLoopback(url.hostname)) return `${url.origin} is on this machine: environment ${name} does not take a sandbox`
  return url.protocol === "https:" ? undefined : `${url.origin} is not https: environment ${name} takes only https`
}

/**
 * The addresses of an environment, with some of them replaced. Fails with every problem at once, by field: an address
 * that is none, that is not on this machine for `sandbox`, that is (or is not https) for the others.
 *
 * @example
 * ```ts
 * import { MpsEnvironment } from "@iiif-ingest/core"
 * import { Result } from "effect"
 *
 * Result.getOrThrow(MpsEnvironment.make("qa")).ingestUrl
 * // => "https://mps-ingest-qa.lib.harvard.edu/admin/ingest"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  name: EnvironmentName,
  overrides: Overrides = {}
): Result.Result<MpsEnvironment, ReadonlyArray<{ readonly field: keyof Overrides; readonly problem: string }>> => {
  const problems: Array<{ readonly field: keyof Overrides; readonly problem: string }> = []
  const chosen: { -readonly [K in keyof Overrides]: string } = {}
  for (const field of ["ingestUrl", "assetUrl", "manifestUrl", "s3Endpoint"] as const) {
    const given = overrides[field]
    if (given === undefined) continue
    const problem = problemOf(name, given)
    if (problem === undefined) chosen[field] = given.replace(/\/+$/, "")
    else problems.push({ field, problem })
  }
  return problems.length > 0 ? Result.fail(problems) : Result.succeed({ ...defaults(name), ...chosen })
}

/**
 * The name of the ingest bucket that LTS made for an account's space.
 *
 * @category getters
 * @since 0.1.0
 */
export const bucketName = (environment: MpsEnvironment, account: string, space: string): string =>
  `edu.harvard.huit.lts.mps.${account}-${space}-${environment.name}`

/**
 * The address of an asset's image service, `{assetUrl}/{NS}:{id}`.
 *
 * @category getters
 * @since 0.1.0
 */
export const assetUrl = (environment: MpsEnvironment, namespace: Namespace, id: AssetId): string =>
  `${environment.assetUrl}/${namespace}:${id}`

/**
 * The address under which a manifest is known, `{manifestUrl}/URN-3:{NS}:{NAME}:MANIFEST:{version}`; it is the
 * manifest's `id`.
 *
 * @category getters
 * @since 0.1.0
 */
export const manifestUri = (
  environment: MpsEnvironment,
  namespace: Namespace,
  name: ManifestName,
  version: "2" | "3" = "3"
): ManifestUri => ManifestUri.make(`${environment.manifestUrl}/URN-3:${namespace}:${name}:MANIFEST:${version}`)
