/**
 * Promises in place of Effect. The layers are put together once; the rest is `async`. What a promise rejects with holds
 * no secret, so the program may end however it likes.
 *
 *     tsx examples/07-without-effect.ts
 */
import { IngestClient, IngestImage, IngestReport, Manifest } from "iiif-ingest"
import { join } from "node:path"
import { withSandbox } from "./support/sandboxLayers.ts"

const client = IngestClient.make(withSandbox)

const coffee = IngestImage.file(join(import.meta.dirname, "images/coffee.png"), { label: "Coffee" })

try {
  console.log("service", await client.serviceVersion())

  const report = await client.ingest(
    { images: [coffee], manifest: { name: "COFFEE", label: "Coffee" } },
    { signal: AbortSignal.timeout(60_000) }
  )
  console.log(IngestReport.describe(report))
  if (!IngestReport.isComplete(report)) process.exitCode = 1

  await client.ingest({ images: [coffee], manifest: { name: "Coffee, black", label: "Coffee" } })
} catch (error) {
  // A typed error says what is wrong and what to do; its stack would only hide that.
  if (!(error instanceof Error && "_tag" in error)) throw error
  console.log(error.message)
  if (!(error instanceof Manifest.ManifestError)) process.exitCode = 1
} finally {
  await client.dispose()
}
