import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { layerMemory } from "@iiif-ingest/core/upload/ObjectStore"
import * as Layer from "effect/Layer"
import { objectStore } from "../../../../test/suites/objectStore.ts"

objectStore("in memory", Layer.provideMerge(layerMemory, NodeFileSystem.layer))
