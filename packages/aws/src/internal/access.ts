import { type EnvironmentName, isLoopback } from "@iiif-ingest/core/config/MpsEnvironment"

/** What every access key id of a sandbox begins with. */
const sandboxKey = "SANDBOX"

/**
 * Why a request may not be sent, `undefined` where it may: the sandbox's keys open nothing but a sandbox on this
 * machine, and nothing else opens that.
 */
export const refusal = (environment: EnvironmentName, hostname: string, accessKeyId: string): string | undefined => {
  const sandbox = accessKeyId.startsWith(sandboxKey)
  if (environment === "sandbox") {
    if (!isLoopback(hostname)) return `environment sandbox sends only to this machine, not to ${hostname}`
    return sandbox ? undefined : `environment sandbox takes only the sandbox's own keys, which begin with ${sandboxKey}`
  }
  if (sandbox) return `the access key is a sandbox's, and environment ${environment} takes only keys that LTS issued`
  return isLoopback(hostname)
    ? `environment ${environment} does not send to ${hostname}, which is this machine`
    : undefined
}
