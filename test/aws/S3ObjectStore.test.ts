import { NodeFileSystem } from "@effect/platform-node"
import type { S3Client, S3ObjectStore } from "@iiif-ingest/aws"
import { Sandbox } from "@iiif-ingest/sandbox/Sandbox"
import * as Layer from "effect/Layer"
import { objectStore } from "../suites/objectStore.ts"
import { sandboxStore } from "./support/sandboxStore.ts"

const layer = (checksums: S3Client.Checksums, options: S3ObjectStore.Options = {}) =>
  sandboxStore({ checksums }, options).pipe(
    Layer.provide(Sandbox.layer()),
    Layer.merge(NodeFileSystem.layer),
    Layer.orDie
  )

objectStore("S3", layer("whenSupported"))
objectStore("S3 with Content-MD5", layer("whenRequired"), { keepsChecksums: false })
objectStore("S3 with SDK commands", layer("whenSupported", { bodies: "commands" }))
objectStore("S3 with SDK commands and Content-MD5", layer("whenRequired", { bodies: "commands" }), {
  keepsChecksums: false
})
