import * as Journal from "@iiif-ingest/core/upload/Journal"
import { journalCodecs, journalSuite } from "../../../../test/suites/journal.ts"

journalSuite("memory", { layer: Journal.layerMemory, durable: false })

journalCodecs()
