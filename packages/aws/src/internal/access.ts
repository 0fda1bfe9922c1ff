import { type EnvironmentName, isLoopback } from "@iiif-ingest/core/config/MpsEnvironment"

/** The prefix of every access key id of a sandbox. */
const sandboxKeyPrefix = "SANDBOX"

/**
 * Why a request may not be sent, or `undefined` if it may. The sandbox's keys are valid only for a sandbox on this
 * machine, and a sandbox accepts no other keys.
 */
export const refusal = (environment: EnvironmentName, hostname: string, accessKeyId: string): string | undefined => {
  const sandbox = accessKeyId.startsWith(sandboxKeyPrefix)
  if (environment === "sandbox") {
    if (!isLoopback(hostname)) return `environment sandbox sends only to this machine, not to ${hostname}`
    return sandbox
      ? undefined
      : `environment sandbox accepts only the sandbox's own keys, which begin with ${sandboxKeyPrefix}`
  }
  if (sandbox) return `the access key is a sandbox's, but environment ${environment} accepts only keys that LTS issued`
  return isLoopback(hostname)
    ? `environment ${environment} does not send to ${hostname}, which is this machine`
    : undefined
}
