/**
 * Vitest's `test` with a sandbox. It needs the package `vitest`, version 3.2 or later.
 *
 * @since 0.1.0
 */
import { test as base } from "vitest"
import type { SandboxOptions } from "./Sandbox.ts"
import * as SandboxClient from "./SandboxClient.ts"

/**
 * The options of {@link SandboxOptions}, and
 *
 * - `prepare`: what every test of the file finds done, such as objects and manifests. It runs once.
 *
 * @category options
 * @since 0.1.0
 */
export interface SandboxTestOptions extends SandboxOptions {
  readonly prepare?: (sandbox: SandboxClient.SandboxClient) => Promise<void>
}

/** The name of the snapshot that every test begins with. */
const PREPARED = "prepared"

/**
 * A `test` whose context has `sandbox`: one that runs as long as the tests of the file, and is as it was after `prepare`
 * when each of them begins. Tests that share it cannot run concurrently.
 *
 * With `@effect/vitest`, use `layer(Sandbox.layer(), { excludeTestServices: true })` instead.
 *
 * ```text
 * import { sandboxTest } from "@iiif-ingest/sandbox/Vitest"
 * import { expect } from "vitest"
 *
 * const test = sandboxTest({ prepare: uploadTheBook })
 *
 * test("gives up after three tries", async ({ sandbox }) => {
 *   await sandbox.faults.set([{ match: { op: "JobStatus" }, effect: { type: "status", status: 503 } }])
 *   await expect(ingest(sandbox.variables)).rejects.toThrow("503")
 *   expect(await sandbox.requests({ op: "JobStatus" })).toHaveLength(3)
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const sandboxTest = ({ prepare, ...options }: SandboxTestOptions = {}) =>
  base.extend<{
    readonly startedSandbox: SandboxClient.SandboxClient
    readonly sandbox: SandboxClient.SandboxClient
  }>({
    startedSandbox: [
      // Vitest reads the names of the fixtures that a fixture needs from this pattern.
      // oxlint-disable-next-line no-empty-pattern
      async ({}, use) => {
        const sandbox = await SandboxClient.make(options)
        try {
          await prepare?.(sandbox)
          await sandbox.snapshot(PREPARED)
          await use(sandbox)
        } finally {
          await sandbox.dispose()
        }
      },
      { scope: "file" }
    ],
    sandbox: async ({ startedSandbox }, use) => {
      await startedSandbox.restore(PREPARED)
      await use(startedSandbox)
    }
  })
