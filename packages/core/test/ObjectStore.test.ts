import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Layer from "effect/Layer"
import { objectStore } from "../../../test/suites/objectStore.ts"
import { layerMemory } from "../src/ObjectStore.ts"

objectStore("in memory", Layer.provideMerge(layerMemory, NodeFileSystem.layer))
