import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["packages/*/test/**/*.test.ts", "test/**/*.test.ts"],
    // One fewer than the cores, the default, is one on two: twice the eight minutes that the tests may take.
    maxWorkers: "100%",
    setupFiles: ["test/support/setup.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What `.ci/run` takes its last line from.
    reporters: ["default", "json"],
    outputFile: { json: "node_modules/.cache/test-report.json" }
  }
})
