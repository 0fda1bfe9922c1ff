/** How an image is delivered. */
import { type Check, expect, unless } from "../support/check.ts"
import { ask, at } from "../support/client.ts"
import { HEIGHT, type Names, WIDTH } from "../support/sample.ts"
import type { Settings } from "../support/settings.ts"

const serviceOf = ({ assetUrl, namespace }: Settings, { asset }: Names) => `${assetUrl}/${namespace}:${asset}`

const isList = (value: unknown): value is ReadonlyArray<unknown> => Array.isArray(value)
const listOf = (value: unknown): ReadonlyArray<unknown> => isList(value) ? value : []

export const delivery: ReadonlyArray<Check> = [
  {
    name: "info.json is of Image API 2, level 2",
    rows: ["info.json: Image API 2 whatever `iiifApiVersion`", "pixels and sizes are those stored, of the first page"],
    kind: "reads",
    run: async (settings, { names }) => {
      const { json, status } = await ask(`${serviceOf(settings, names)}/info.json`)
      const formats = listOf(at(json, "profile", 1, "formats"))
      return [
        ...expect("the status of info.json", status, 200),
        ...expect("its @context", at(json, "@context"), "http://iiif.io/api/image/2/context.json"),
        ...expect("its @id", at(json, "@id"), serviceOf(settings, names)),
        ...expect("its profile", at(json, "profile", 0), "http://iiif.io/api/image/2/level2.json"),
        ...expect("its width", at(json, "width"), WIDTH),
        ...expect("its height", at(json, "height"), HEIGHT),
        ...expect("the width of its tiles", at(json, "tiles", 0, "width"), 512, 1024),
        ...["jpg", "tif", "gif", "png"].filter((format) => !formats.includes(format)).map((format) =>
          `${format} is missing`
        )
      ]
    }
  },
  {
    name: "scale factors end at 16, and what more is supported is listed",
    rows: ["scale factors up to 16 as long as the shorter side keeps 64 pixels"],
    kind: "reads",
    run: async (settings, { names }) => {
      const { json } = await ask(`${serviceOf(settings, names)}/info.json`)
      return [
        ...expect("the scale factors of a small image", JSON.stringify(at(json, "tiles", 0, "scaleFactors")), "[1]"),
        ...unless(listOf(at(json, "profile", 1, "supports")).length > 0, "info.json lists nothing that is supported")
      ]
    }
  },
  {
    name: "an image is served once its job has succeeded",
    rows: ["a manifest is served once its job has succeeded, an image once its child job has"],
    kind: "reads",
    run: async (settings, { names }) => {
      const { headers, status } = await ask(`${serviceOf(settings, names)}/full/max/0/default.jpg`)
      return [
        ...expect("the status of an image", status, 200),
        ...expect("its content type", headers.get("content-type"), "image/jpeg")
      ]
    }
  },
  {
    name: "an image request that is wrong is 400",
    rows: ["status and form of the errors of image requests"],
    kind: "reads",
    run: async (settings, { names }) => {
      const { json, status } = await ask(`${serviceOf(settings, names)}/0,0,0,0/max/0/default.jpg`)
      return [
        ...expect("the status for an empty region", status, 400),
        ...expect("its error", typeof at(json, "error"), "string")
      ]
    }
  },
  {
    name: "the base URI redirects to info.json",
    rows: ["the base URI of an image redirects with 303 to info.json"],
    kind: "reads",
    run: async (settings, { names }) => {
      const { headers, status } = await ask(serviceOf(settings, names))
      const location = headers.get("location") ?? "missing"
      return [
        ...expect("the status of an image's base URI", status, 303),
        ...unless(location.endsWith("/info.json"), `it leads to ${location}`)
      ]
    }
  },
  {
    name: "an image has an ETag by which it is asked for again",
    rows: ["an ETag that changes with every ingest, `no-cache`, 304"],
    kind: "reads",
    run: async (settings, { names }) => {
      const address = `${serviceOf(settings, names)}/full/max/0/default.jpg`
      const { headers } = await ask(address)
      const again = await ask(address, { headers: { "if-none-match": headers.get("etag") ?? "\"none\"" } })
      return [
        ...unless(headers.get("etag") !== null, "an image has no ETag"),
        ...expect("its cache-control", headers.get("cache-control"), "no-cache"),
        ...expect("the status for the same ETag", again.status, 304)
      ]
    }
  }
]
