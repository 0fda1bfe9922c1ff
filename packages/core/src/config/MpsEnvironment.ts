/**
 * The addresses of MPS: three environments of Harvard LTS and the local sandbox. Every address can be overridden, since
 * they have changed before without notice. Source: docs/mps.md, 1.6 and 2.4.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { ManifestUri } from "../base/Ids.ts"
import type { AssetId, ManifestName, Namespace } from "../base/Ids.ts"
import { addressFields, notABaseUrl, parseBaseUrl } from "./internal/url.ts"

/**
 * The name of an environment: `dev` (VPN or an allow-listed address), `qa`, `prod`, or `sandbox`, the local stand-in.
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
 * The base addresses of an environment, without a trailing slash: `/initialize` is appended to `ingestUrl`,
 * `/{NS}:{id}` to `assetUrl`, and `/URN-3:{NS}:{NAME}:MANIFEST:3` to `manifestUrl`. `s3Endpoint` is present only if the
 * object store is not Amazon S3.
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
 * Addresses that replace an environment's defaults.
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
 * Whether a host name refers to this machine: `localhost`, 127.0.0.0/8 or ::1 (with or without brackets).
 *
 * @category guards
 * @since 0.1.0
 */
export const isLoopback = (hostname: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(hostname)

/** The sandbox on its default port. */
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

const problemOf = (name: EnvironmentName, address: string): string | undefined => {
  const url = parseBaseUrl(address)
  if (url === undefined) return notABaseUrl
  if (name === "sandbox") {
    return isLoopback(url.hostname)
      ? undefined
      : `${url.origin} is not on this machine: environment sandbox accepts only loopback addresses`
  }
  if (isLoopback(url.hostname)) return `${url.origin} is on this machine: environment ${name} does not accept a sandbox`
  return url.protocol === "https:" ? undefined : `${url.origin} is not https: environment ${name} accepts only https`
}

/**
 * The addresses of an environment, with overrides applied. Fails with every problem at once, by field: a malformed
 * address; for `sandbox`, one that is not on this machine; for the others, one that is on this machine or not https.
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
  const validOverrides: { -readonly [K in keyof Overrides]: string } = {}
  for (const field of addressFields) {
    const address = overrides[field]
    if (address === undefined) continue
    const problem = problemOf(name, address)
    if (problem === undefined) validOverrides[field] = address.replace(/\/+$/, "")
    else problems.push({ field, problem })
  }
  return problems.length > 0 ? Result.fail(problems) : Result.succeed({ ...defaults(name), ...validOverrides })
}

/**
 * The name of the ingest bucket that LTS created for an account's space.
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
 * The URI of a manifest, `{manifestUrl}/URN-3:{NS}:{NAME}:MANIFEST:{version}`, which is also its `id`.
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
