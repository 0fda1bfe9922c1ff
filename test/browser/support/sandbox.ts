/** A sandbox with the five pictures of the quick start, ingested the whole way. */
import { Sandbox } from "@iiif-ingest/sandbox"
import { Layer } from "effect"
import { IngestImage, IngestProgram } from "iiif-ingest"
import { onSandbox } from "../../../examples/support/sandboxLayers.ts"
import { pathOf } from "../../support/pictures.ts"

export const pictures = {
  "hubble-deep-field.jpg": "Hubble eXtreme Deep Field",
  "falcon9-dscovr.jpg": "Falcon 9 carrying DSCOVR",
  "falcon9-strips.tif": "Falcon 9 carrying DSCOVR, as a TIFF",
  "coffee.png": "Coffee",
  "retina-pyramid.tif": "Fundus photograph of a normal left eye"
} as const

/** Ingests the five pictures as a manifest. */
export const ingestPictures = (name: string, label: string) =>
  IngestProgram.ingestProgram({
    images: Object.entries(pictures).map(([file, label]) => IngestImage.file(pathOf(file), { label })),
    manifest: {
      name,
      label,
      summary: "What the quick start of iiif-ingest sends",
      requiredStatement: { label: "Attribution", value: "NASA/ESA, SpaceX, Rachel Michetti, Mikael Häggström" },
      behavior: ["individuals"]
    }
  })

/** The sandbox and all that `ingestProgram` needs on it. */
export const empty = Layer.provideMerge(onSandbox, Sandbox.Sandbox.layer())

/** The same with the pictures in it. */
export const filled = Layer.provideMerge(
  Layer.effectDiscard(ingestPictures("FIVEPICTURES", "Five pictures")),
  empty
)
