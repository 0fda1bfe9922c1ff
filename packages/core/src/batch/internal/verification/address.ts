import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type { ManifestUri } from "../../../base/Ids.ts"
import type * as Look from "../../../mps/Look.ts"
import * as ServedManifest from "../../../mps/ServedManifest.ts"
import type * as Verify from "../../../mps/Verify.ts"
import { otherOf } from "./other.ts"
import { versionIn } from "./version.ts"

type Size = { readonly width: number; readonly height: number }

const sizeOf = ({ height, width }: { readonly width: unknown; readonly height: unknown }): ReadonlyArray<Size> =>
  typeof width === "number" && typeof height === "number" ? [{ width, height }] : []

/** The image services of a manifest, each once, with the sizes that the manifest gives their images. */
const servicesIn = (json: Schema.Json): ReadonlyArray<Extract<Look.Target, { readonly _tag: "service" }>> => {
  const sizes = new Map<string, ReadonlyArray<Size>>()
  for (const canvas of ServedManifest.canvases(json)) {
    const isOnly = canvas.images.length === 1
    for (const image of canvas.images) {
      if (image.service === undefined) continue
      const stated = [...sizeOf(image), ...(isOnly ? sizeOf(canvas) : [])]
      sizes.set(image.service, [...sizes.get(image.service) ?? [], ...stated])
    }
  }
  return Array.from(sizes, ([url, stated]) => ({ _tag: "service", url, sizes: stated }))
}

/** Looks at the manifest at an address and at the image services in it. */
export const verifyAddress = Effect.fnUntraced(
  function*(look: Look.Look["Service"], id: ManifestUri, options: Verify.Options) {
    const version = versionIn(id)
    let json: Schema.Json = null
    const [manifest] = yield* look.at([{
      _tag: "manifest",
      id,
      version,
      problem: (served) => {
        json = served
        return ServedManifest.canvases(served).length === 0 ? "it has no canvases" : undefined
      }
    }], options)
    const services = servicesIn(json)
    const sights = yield* look.at(services, options)
    const sight: Look.Sight = manifest ?? { url: id, verdict: "unknown", evidence: {} }
    return {
      id,
      ...(yield* otherOf(look, { id, version, json }, sight)),
      images: services.flatMap(({ url }, i) => {
        const seen = sights[i]
        return seen === undefined ? [] : [{ id: url, ...seen }]
      })
    }
  }
)
