/** The options with their defaults, by the names that the parts have. */
import * as Namespaces from "./ingest/namespaces.ts"
import type { SandboxOptions } from "./sandboxTypes.ts"

export const of = (options: SandboxOptions) => {
  const account = options.account ?? "sandbox"
  const space = options.space ?? "sandbox"
  const defaultBucketOf = (name: string) => `edu.harvard.huit.lts.mps.${account}-${name}-sandbox`
  const bucket = options.bucket ?? defaultBucketOf(space)
  const namespace = (options.namespace ?? "sandbox").toUpperCase()
  return {
    account,
    space,
    namespace,
    namespaces: Namespaces.make([namespace, ...options.namespaces ?? []]),
    region: options.region ?? "us-east-1",
    bucket,
    bucketOf: (name: string) => name === space ? bucket : defaultBucketOf(name),
    imageSize: options.imageSize ?? "require",
    avItems: options.avItems ?? "refuse",
    policyGroups: options.policyGroups ?? {},
    faults: options.faults ?? []
  }
}
