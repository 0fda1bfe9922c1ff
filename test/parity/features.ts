/** Every feature of the Python client (docs/mps.md, 1.1 to 1.7), with a test of its counterpart here. */
import { addresses } from "./features/addresses.ts"
import { client } from "./features/client.ts"
import { credentials } from "./features/credentials.ts"
import type { Feature } from "./features/Feature.ts"
import { ingest } from "./features/ingest.ts"
import { manifest } from "./features/manifest.ts"
import { proxy } from "./features/proxy.ts"
import { upload } from "./features/upload.ts"

export const features: ReadonlyArray<Feature> = [
  ...credentials,
  ...upload,
  ...client,
  ...manifest,
  ...ingest,
  ...addresses,
  ...proxy
]
