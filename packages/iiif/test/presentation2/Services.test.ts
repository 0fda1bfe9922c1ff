/** Services of Presentation 2.1 in Presentation 3. */
import { assert, describe, it } from "@effect/vitest"
import { converted, image, manifest, page, painting, uri } from "../support/older.ts"

const auth = "http://iiif.io/api/auth/1"

describe("services", () => {
  const services = (service: unknown) => {
    const { lost, manifest: read } = converted(manifest({ service }))
    return { services: read.service as unknown, lost }
  }

  it.each<[string, unknown, unknown]>([
    [
      "Image API 2",
      {
        "@context": "http://iiif.io/api/image/2/context.json",
        "@id": uri,
        profile: "http://iiif.io/api/image/2/level1.json"
      },
      { "@id": uri, "@type": "ImageService2", profile: "http://iiif.io/api/image/2/level1.json" }
    ],
    [
      "Image API 2, by its profile",
      { "@id": uri, profile: ["http://iiif.io/api/image/2/level1.json", { formats: ["gif"], maxWidth: 9 }] },
      {
        "@id": uri,
        "@type": "ImageService2",
        profile: "http://iiif.io/api/image/2/level1.json",
        formats: ["gif"],
        maxWidth: 9
      }
    ],
    [
      "Image API 1",
      {
        "@context": ["http://library.stanford.edu/iiif/image-api/1.1/context.json"],
        "@id": uri,
        profile: "http://library.stanford.edu/iiif/image-api/1.1/compliance.html#level2"
      },
      {
        "@id": uri,
        "@type": "ImageService1",
        profile: "http://library.stanford.edu/iiif/image-api/1.1/compliance.html#level2"
      }
    ],
    [
      "Authentication 1",
      {
        "@context": `${auth}/context.json`,
        "@id": `${uri}/login`,
        profile: `${auth}/clickthrough`,
        label: "Log in",
        service: [{ "@id": `${uri}/token`, profile: `${auth}/token` }, {
          "@id": `${uri}/out`,
          profile: `${auth}/logout`
        }]
      },
      {
        "@id": `${uri}/login`,
        "@type": "AuthCookieService1",
        profile: `${auth}/clickthrough`,
        label: "Log in",
        service: [
          { "@id": `${uri}/token`, "@type": "AuthTokenService1", profile: `${auth}/token` },
          { "@id": `${uri}/out`, "@type": "AuthLogoutService1", profile: `${auth}/logout` }
        ]
      }
    ],
    [
      "Search 0, whose context says what its type does not",
      {
        "@context": "http://iiif.io/api/search/0/context.json",
        "@id": uri,
        profile: "http://iiif.io/api/search/0/search",
        label: { "@value": "Search" }
      },
      {
        "@context": "http://iiif.io/api/search/0/context.json",
        "@id": uri,
        "@type": "SearchService1",
        profile: "http://iiif.io/api/search/0/search",
        label: "Search"
      }
    ],
    [
      "physical dimensions, which may have no id",
      { profile: "http://iiif.io/api/annex/services/physdim", physicalScale: 0.0025, physicalUnits: "in" },
      {
        id: `${uri}/manifest#service-1`,
        type: "Service",
        profile: "http://iiif.io/api/annex/services/physdim",
        physicalScale: 0.0025,
        physicalUnits: "in"
      }
    ],
    [
      "GeoJSON",
      { "@id": uri, type: "Feature", geometry: { type: "Point", coordinates: [1, 2] } },
      { id: uri, type: "Feature", geometry: { type: "Point", coordinates: [1, 2] } }
    ],
    ["one that is only named", uri, { id: uri, type: "Service" }]
  ])("%s", (_, given, expected) => {
    assert.deepStrictEqual(services(given), { services: [expected], lost: [] })
    assert.deepStrictEqual(services([given]), { services: [expected], lost: [] })
  })

  it("that are named again have the type of their description", () => {
    const described = { "@context": `${auth}/context.json`, "@id": `${uri}/login`, profile: `${auth}/login` }
    const { canvas: read } = page({
      images: [
        painting({
          resource: { ...image, service: { "@id": uri, protocol: "http://iiif.io/api/image", service: described } }
        })
      ],
      service: `${uri}/login`
    })
    assert.deepStrictEqual<unknown>(read.service, [{ "@id": `${uri}/login`, "@type": "AuthCookieService1" }])
  })

  it.each<[unknown, string]>([
    ["urn:service", "service"],
    [{ "@context": "http://iiif.io/api/image/2/context.json" }, "service"],
    [{ "@id": uri, sizes: [{ width: 0, height: 1 }] }, "service.sizes"],
    [{ "@id": uri, tiles: [{ width: 5 }] }, "service.tiles"],
    [{ "@id": uri, "@context": { "ex": "https://example.org/" } }, "service.@context"],
    [7, "service"]
  ])("%j: what Presentation 3 does not allow is listed", (service, path) => {
    assert.deepStrictEqual(services(service).lost, [path])
  })
})
