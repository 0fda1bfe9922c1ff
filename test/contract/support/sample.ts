/** The one tiny image that `--write` ingests, and the requests around it. */
import { crc32, deflateSync } from "node:zlib"
import type { Settings } from "./settings.ts"

export const WIDTH = 64
export const HEIGHT = 48

const chunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** A PNG in one color, of 8 bits and without transparency. */
export const picture = (): Buffer => {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(WIDTH)
  header.writeUInt32BE(HEIGHT, 4)
  header.set([8, 2], 8)
  const rows = Buffer.alloc(HEIGHT * (1 + WIDTH * 3), 0x66)
  for (let row = 0; row < HEIGHT; row++) rows[row * (1 + WIDTH * 3)] = 0
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0))
  ])
}

/** What is written: letters and digits, by which whoever looks at the service knows where it is from. */
export interface Names {
  readonly asset: string
  readonly manifest: string
  readonly key: string
}

export const namesOf = (suffix: string): Names => ({
  asset: `CONTRACTCHECK${suffix}`,
  manifest: `CONTRACTCHECK${suffix}`,
  key: `CONTRACTCHECK${suffix}.png`
})

export const FOLDER = "contract/"

export const assetOf = ({ agent, namespace, space }: Settings, { asset, key }: Names) => ({
  action: "create",
  storageSrcPath: FOLDER,
  storageSrcKey: key,
  identifier: `${namespace}:${asset}`,
  space,
  createdByAgent: agent,
  createDate: "2026-11-22 06:46:33",
  lastModifiedByAgent: agent,
  lastModifiedDate: "2026-11-22 06:46:33",
  status: "ACTIVE",
  iiifApiVersion: "3",
  policyDefinition: { policyGroupName: "default" },
  assetMetadata: [{ fieldName: "imageSize", jsonValue: { width: WIDTH, height: HEIGHT } }]
})

export const manifestOf = (settings: Settings, { asset, manifest }: Names) => {
  const { assetUrl, manifestUrl, namespace } = settings
  const id = `${manifestUrl}/URN-3:${namespace}:${manifest}:MANIFEST:3`
  const service = `${assetUrl}/${namespace}:${asset}`
  const size = { width: WIDTH, height: HEIGHT }
  const body = {
    id: `${service}/full/max/0/default.jpg`,
    type: "Image",
    format: "image/jpeg",
    ...size,
    service: [{ "@id": service, "@type": "ImageService2", profile: "http://iiif.io/api/image/2/level2.json" }]
  }
  const annotation = { id: `${id}/a`, type: "Annotation", motivation: "painting", target: `${id}/c`, body }
  const page = { id: `${id}/p`, type: "AnnotationPage", items: [annotation] }
  return {
    "@context": "http://iiif.io/api/presentation/3/context.json",
    id,
    type: "Manifest",
    label: { none: ["Contract check"] },
    items: [{ id: `${id}/c`, type: "Canvas", label: { none: ["1"] }, ...size, items: [page] }]
  }
}

export const requestOf = ({ space }: Settings, image: ReadonlyArray<unknown>, manifest: unknown = {}) => ({
  globalSettings: { actionDefault: "create", spaceDefault: space },
  metadata: {},
  assets: { audio: [], video: [], text: [], image },
  manifest
})
