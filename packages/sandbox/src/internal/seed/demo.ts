/** The demo seed: three manifests, each with the ingest request that brings it in. */
import type { Entry, Place } from "./entry.ts"
import * as Manifest from "./manifest.ts"
import type { Picture } from "./pictures.ts"
import * as Pictures from "./pictures.ts"

const OPEN = { policyGroupName: "default" }

const square = (side: number) => ({ width: side, height: side })

/** The public sees less than someone who is signed in. */
const LIMITED = {
  policy: { authenticated: square(1411), public: square(600) },
  thumbnail: { authenticated: square(250), public: square(250) }
}

export const ENTRIES: ReadonlyArray<Entry> = [
  {
    name: "DEMOBOOK",
    label: { en: "A book of three pages", fr: "Un livre de trois pages" },
    behavior: "paged",
    pictures: [Pictures.COFFEE, Pictures.LAUNCH, Pictures.LAUNCH_TIFF],
    policyDefinition: OPEN
  },
  {
    name: "DEMOLIMITED",
    label: { en: "A picture of which the public sees less", fr: "Une image dont le public voit moins" },
    behavior: "individuals",
    pictures: [Pictures.RETINA],
    policyDefinition: LIMITED
  },
  {
    name: "DEMOPICTURE",
    label: { en: "A single picture", fr: "Une seule image" },
    behavior: "individuals",
    pictures: [Pictures.HUBBLE],
    policyDefinition: OPEN
  }
]

/** The same in every run, so that a repeated seed changes nothing. */
const DATE = "2026-01-01 12:00:00"
const AGENT = "sandboxseed"
export const PREFIX = "demo/"

const asset = (place: Place, { policyDefinition }: Entry) => ({ file, height, id, width }: Picture) => ({
  action: "upsert",
  identifier: `${place.namespace}:${id}`,
  space: place.space,
  storageSrcPath: PREFIX,
  storageSrcKey: file,
  createdByAgent: AGENT,
  createDate: DATE,
  lastModifiedByAgent: AGENT,
  lastModifiedDate: DATE,
  status: "ACTIVE",
  iiifApiVersion: "3",
  policyDefinition,
  assetMetadata: [{ fieldName: "imageSize", jsonValue: { width, height } }]
})

/** The body of the ingest request. */
export const request = (place: Place, entry: Entry) => ({
  globalSettings: { actionDefault: "upsert", spaceDefault: place.space },
  metadata: {},
  assets: { audio: [], video: [], text: [], image: entry.pictures.map(asset(place, entry)) },
  manifest: Manifest.make(place, entry)
})
