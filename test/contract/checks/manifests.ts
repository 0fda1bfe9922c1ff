/** How a manifest is delivered, and how a page embeds it. */
import { type Check, expect, unless } from "../support/check.ts"
import { ask, at } from "../support/client.ts"
import type { Names } from "../support/sample.ts"
import type { Settings } from "../support/settings.ts"

const urn = ({ namespace }: Settings, { manifest }: Names) => `URN-3:${namespace}:${manifest}`

const nameOf = (settings: Settings, names: Names, suffix: string) =>
  `${settings.manifestUrl}/${urn(settings, names)}:${suffix}`

/** The address that a name leads to. */
const locationOf = async (address: string): Promise<string> =>
  new URL((await ask(address)).headers.get("location") ?? "missing:", address).href

/** Another host may serve it, so the end of the address is compared. */
const leadsTo = async (address: string, end: string) => {
  const { headers, status } = await ask(address)
  const location = headers.get("location") ?? "missing"
  return [
    ...expect("the status of a manifest's name", status, 303),
    ...unless(location.toUpperCase().endsWith(end.toUpperCase()), `a manifest's name leads to ${location}`)
  ]
}

const VIEWER = "the API is that of MPS's viewer, whose address in each environment is unknown"

const embed = async ({ manifestUrl }: Settings, id: string, query: string) =>
  ask(`${manifestUrl}/api/mps?urn=${encodeURIComponent(id)}&manifestVersion=3${query}`)

export const manifests: ReadonlyArray<Check> = [
  {
    name: "a manifest's name redirects to where it is served",
    rows: ["`/URN-3:NS:NAME:MANIFEST:{2\\|3}` redirects with 303"],
    kind: "reads",
    run: async (settings, { names }) => [
      ...await leadsTo(nameOf(settings, names, "MANIFEST:3"), `/iiif/3/${urn(settings, names)}`),
      ...await leadsTo(nameOf(settings, names, "MANIFEST:2"), `/iiif/2/${urn(settings, names)}`)
    ]
  },
  {
    name: "without a version, Accept or the newest one that was sent decides",
    rows: ["without a version the profile in `Accept` decides"],
    kind: "reads",
    run: async (settings, { names }) => {
      const address = nameOf(settings, names, "MANIFEST")
      const accept = "application/ld+json;profile=\"http://iiif.io/api/presentation/2/context.json\""
      const second = await ask(address, { headers: { accept } })
      return [
        ...await leadsTo(address, `/iiif/3/${urn(settings, names)}`),
        ...unless(
          (second.headers.get("location") ?? "").includes("/iiif/2/"),
          `a name without a version, and with the profile of version 2, leads to ${second.headers.get("location")}`
        )
      ]
    }
  },
  {
    name: "a manifest's name may be in any case",
    rows: ["names are case-insensitive"],
    kind: "reads",
    run: async (settings, { names }) => {
      const { status } = await ask(nameOf(settings, { ...names, manifest: names.manifest.toLowerCase() }, "MANIFEST:3"))
      return expect("the status of a name in lower case", status, 303)
    }
  },
  {
    name: "a manifest is served as it was sent",
    rows: ["the version that was sent is served byte for byte", "a manifest is served once its job has succeeded"],
    kind: "reads",
    run: async (settings, { manifestText, names }) => {
      const { json, status, text } = await ask(await locationOf(nameOf(settings, names, "MANIFEST:3")))
      const isSame = JSON.stringify(json) === JSON.stringify(JSON.parse(manifestText))
      return [
        ...expect("the status of a manifest", status, 200),
        ...unless(text === manifestText, `a manifest is served ${isSame ? "in other bytes" : "with other content"}`)
      ]
    }
  },
  {
    name: "a manifest is served in version 2, too",
    rows: ["the other version is converted (2.3)"],
    kind: "reads",
    run: async (settings, { names }) => {
      const { json, status } = await ask(await locationOf(nameOf(settings, names, "MANIFEST:2")))
      return [
        ...expect("the status of a manifest in version 2", status, 200),
        ...expect("its @context", at(json, "@context"), "http://iiif.io/api/presentation/2/context.json"),
        ...expect("its @id", at(json, "@id"), nameOf(settings, names, "MANIFEST:2")),
        ...expect(
          "the @id of its canvas",
          at(json, "sequences", 0, "canvases", 0, "@id"),
          `${nameOf(settings, names, "MANIFEST:3")}/c`
        )
      ]
    }
  },
  {
    name: "a manifest has a type, and an ETag by which it is asked for again",
    rows: ["`application/ld+json` with the Presentation profile"],
    kind: "reads",
    run: async (settings, { names }) => {
      const address = await locationOf(nameOf(settings, names, "MANIFEST:3"))
      const { headers } = await ask(address)
      const etag = headers.get("etag")
      const again = await ask(address, { headers: { "if-none-match": etag ?? "\"none\"" } })
      const type = "application/ld+json;profile=\"http://iiif.io/api/presentation/3/context.json\""
      return [
        ...expect("the content type of a manifest", headers.get("content-type")?.replace("; ", ";"), type),
        ...expect("its cache-control", headers.get("cache-control"), "no-cache"),
        ...unless(etag !== null, "it has no ETag"),
        ...expect("the status for the same ETag", again.status, 304)
      ]
    }
  },
  {
    name: "a view's name redirects",
    rows: ["`:VIEW` redirects to the viewer"],
    kind: "reads",
    run: async (settings, { names }) => {
      const { headers, status } = await ask(nameOf(settings, names, "VIEW"))
      return [
        ...unless(status >= 301 && status <= 308, `the status of a view's name is ${status}`),
        ...unless((headers.get("location") ?? "").includes("viewer"), `it leads to ${headers.get("location")}`)
      ]
    }
  },
  {
    name: "a page is told how to embed a manifest",
    rows: [
      "`/api/mps`, `/api/nrs`, `/api/manifest`",
      "`title` is `label.none[0]`",
      "`height` and `width` have no effect"
    ],
    elsewhere: VIEWER,
    kind: "reads",
    run: async (settings, { names }) => {
      const { json, status } = await embed(settings, urn(settings, names), "")
      const sized = await embed(settings, urn(settings, names), "&height=300&width=200")
      const fields = ["type", "version", "provider_name", "title", "iiif_manifest", "viewerUrl", "html"]
      return [
        ...expect("the status of /api/mps", status, 200),
        ...fields.filter((field) => at(json, field) === undefined).map((field) => `${field} is missing in it`),
        ...expect("its title", at(json, "title"), "Contract check"),
        ...expect("its html with a size", at(sized.json, "html"), at(json, "html"))
      ]
    }
  },
  {
    name: "a page is told what is wrong with its question",
    rows: ["the exact `html`; a size that is no positive number is 400"],
    elsewhere: VIEWER,
    kind: "reads",
    run: async (settings, { names }) => {
      const unknown = await embed(settings, `${urn(settings, names)}NONE`, "")
      const size = await embed(settings, urn(settings, names), "&height=-1")
      return [
        ...expect("the status of /api/mps for no manifest", unknown.status, 404),
        ...expect("its status for a height of -1", size.status, 400)
      ]
    }
  }
]
