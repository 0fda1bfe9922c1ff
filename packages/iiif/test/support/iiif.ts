/** A manifest that uses every feature: every kind of body, selector, service and choice. */
import type { Manifest } from "@iiif-ingest/iiif/Presentation3"

const id = (path: string) => `https://example.org/${path}`

const text = (value: string) => ({ en: [value] })

const imageServices = [
  {
    id: id("3"),
    type: "ImageService3",
    profile: "level2",
    width: 20,
    height: 10,
    maxArea: 200,
    tiles: [{
      width: 512,
      scaleFactors: [1, 2]
    }],
    extraQualities: ["gray"]
  },
  {
    "@id": id("2"),
    "@type": "ImageService2",
    profile: "http://iiif.io/api/image/2/level2.json",
    sizes: [{
      width: 10,
      height: 5
    }]
  },
  { id: id("2"), type: "ImageService2", profile: "level1" },
  { "@id": id("1"), "@type": "ImageService1", profile: "level0" }
] as const

const authentication = [
  {
    id: id("probe"),
    type: "AuthProbeService2",
    errorNote: text("no"),
    service: [{
      id: id("access"),
      type: "AuthAccessService2",
      profile: "active",
      label: text("Log in"),
      service: [{ id: id("token"), type: "AuthAccessTokenService2" }, {
        id: id("logout"),
        type: "AuthLogoutService2",
        label: text("Log out")
      }]
    }]
  },
  {
    "@id": id("login"),
    "@type": "AuthCookieService1",
    profile: "http://iiif.io/api/auth/1/login",
    label: "Log in",
    service: [{
      "@id": id("token1"),
      "@type": "AuthTokenService1",
      profile: "http://iiif.io/api/auth/1/token"
    }]
  }
] as const

const services = [
  { id: id("search"), type: "SearchService2", service: [{ id: id("complete"), type: "AutoCompleteService2" }] },
  {
    "@context": "http://iiif.io/api/search/1/context.json",
    "@id": id("search1"),
    "@type": "SearchService1",
    profile: "http://iiif.io/api/search/1/search",
    service: [{
      "@id": id("complete1"),
      "@type": "AutoCompleteService1",
      profile: "http://iiif.io/api/search/1/autocomplete"
    }]
  },
  { id: id("other"), type: "ExampleService", anything: { at: ["all", 1, null] } }
] as const

const image = (name: string) =>
  ({ id: id(`${name}.jpg`), type: "Image", format: "image/jpeg", width: 20, height: 10 }) as const

const selectors = [
  { type: "PointSelector", x: 1, y: 5, t: 1.25 },
  { type: "FragmentSelector", value: "xywh=0,0,5,5", conformsTo: "http://www.w3.org/TR/media-frags/" },
  { type: "SvgSelector", value: "<svg/>" },
  { type: "ImageApiSelector", region: "0,0,5,5", rotation: "!90" },
  { type: "TextQuoteSelector", exact: "word", prefix: "a ", suffix: " b" },
  { type: "TextPositionSelector", start: 0, end: 4 },
  { type: "DataPositionSelector", start: 0, end: 4 },
  { type: "CssSelector", value: "p", refinedBy: { type: "TextQuoteSelector", exact: "word" } },
  { type: "XPathSelector", value: "/p" },
  {
    type: "RangeSelector",
    startSelector: { type: "XPathSelector", value: "/a" },
    endSelector: {
      type: "XPathSelector",
      value: "/b"
    }
  },
  id("selector")
] as const

const annotation = <Body extends object>(name: string, body: Body, target: string | object = id("canvas/1")) =>
  ({ id: id(`annotation/${name}`), type: "Annotation", motivation: "painting", body, target }) as const

const page = <Item>(name: string, items: ReadonlyArray<Item>) =>
  ({ id: id(`page/${name}`), type: "AnnotationPage", items }) as const

const everyBody = [
  annotation("image", { ...image("1"), service: imageServices }),
  annotation("choice", { type: "Choice", items: [image("natural"), { ...image("x-ray"), label: text("X-ray") }] }),
  annotation("several", [image("2"), {
    type: "TextualBody",
    value: "<p>Text</p>",
    format: "text/html",
    language: "en"
  }]),
  annotation("composite", { id: id("composite"), type: "Composite", items: [image("3"), id("4.jpg")] }),
  annotation("list", { id: id("list"), type: "List", items: [image("5")] }),
  annotation("independents", { id: id("independents"), type: "Independents", items: [image("6")] }),
  annotation("part", {
    type: "SpecificResource",
    source: image("7"),
    selector: selectors[3],
    state: {
      type: "TimeState",
      sourceDate: "2015-07-20T13:30:00Z"
    }
  }),
  annotation("header", {
    type: "SpecificResource",
    source: id("8.jpg"),
    state: [{
      type: "HttpRequestState",
      value: "Accept: image/jpeg"
    }]
  }),
  annotation("sound", { id: id("1.mp3"), type: "Sound", duration: 3.5, format: "audio/mpeg" }),
  annotation("video", { id: id("1.mp4"), type: "Video", duration: 3.5, width: 20, height: 10 }),
  annotation("model", { id: id("1.glb"), type: "Model", format: "model/gltf-binary" }),
  annotation("data", { id: id("1.csv"), type: "Dataset", profile: id("profile") }),
  annotation("text", { id: id("1.txt"), type: "Text", language: "en", annotations: [id("page/x")] }),
  annotation("place", { id: id("place"), type: "Feature", geometry: { type: "Point", coordinates: [9.94, 51.53] } })
]

const everyTarget = selectors.map((selector, index) =>
  annotation(`target/${index}`, image("9"), {
    type: "SpecificResource",
    source: { id: id("canvas/1"), type: "Canvas", partOf: [{ id: id("manifest"), type: "Manifest" }] },
    selector: [selector]
  })
)

const link = (name: string, type: string, format: string) => ({
  id: id(name),
  type,
  label: text(name),
  format,
  language: ["en"]
})

const canvas = (name: string) =>
  ({ id: id(`canvas/${name}`), type: "Canvas", label: text(name), width: 20, height: 10 }) as const

/** With unknown properties at every level, before and between the known ones. */
export const everything = {
  "ex:first": { "ex:nested": [1, "two", { three: null }] },
  "@context": ["http://example.org/extension.json", "http://iiif.io/api/presentation/3/context.json"],
  id: id("manifest"),
  type: "Manifest",
  label: { en: ["Everything"], none: ["0"] },
  "ex:middle": true,
  metadata: [{ label: text("Author"), value: { en: ["A", "B"], "zh-Hant": ["C"] }, "ex:order": 1 }],
  summary: text("Summary"),
  requiredStatement: { label: text("Held by"), value: text("Library") },
  rights: "http://rightsstatements.org/vocab/InC/1.0/",
  provider: [{
    id: id("provider"),
    type: "Agent",
    label: text("Library"),
    homepage: [link("home", "Text", "text/html")],
    logo: [
      image("logo")
    ],
    seeAlso: [link("record", "Dataset", "application/xml")]
  }],
  homepage: [link("homepage", "Text", "text/html")],
  seeAlso: [link("marc", "Dataset", "application/marc")],
  rendering: [link("pdf", "Text", "application/pdf")],
  thumbnail: [image("thumb")],
  navDate: "1856-01-01T00:00:00+01:00",
  navPlace: {
    id: id("places"),
    type: "FeatureCollection",
    features: [{
      id: id("feature"),
      type: "Feature",
      properties: { label: text("Göttingen") },
      geometry: { type: "Polygon", coordinates: [[[9, 51], [10, 51], [10, 52], [9, 51]]] }
    }]
  },
  behavior: ["paged", "repeat"],
  viewingDirection: "right-to-left",
  start: { id: id("canvas/1"), type: "Canvas" },
  services: [...services, ...authentication],
  service: imageServices,
  partOf: [{ id: id("collection"), type: "Collection", label: text("Collection") }],
  placeholderCanvas: {
    ...canvas("placeholder"),
    items: [page("placeholder", [annotation("placeholder", image("p"), id("canvas/placeholder"))])]
  },
  accompanyingCanvas: { ...canvas("accompanying"), items: [] },
  items: [
    {
      ...canvas("1"),
      duration: 3.5,
      "ex:page": "1r",
      items: [page("1", everyBody), page("2", everyTarget)],
      annotations: [
        page("3", [{
          ...annotation("comment", { type: "TextualBody", value: "!", purpose: "commenting" }),
          motivation: [
            "commenting",
            "tagging"
          ],
          creator: [{ id: id("me"), type: "Person", name: "Me" }, "https://example.org/you"]
        }]),
        { id: id("page/4"), type: "AnnotationPage" },
        id("page/5")
      ]
    },
    { id: id("canvas/2"), type: "Canvas", duration: 9, items: [] }
  ],
  structures: [{
    id: id("range/1"),
    type: "Range",
    label: text("Contents"),
    start: {
      type: "SpecificResource",
      source: id("canvas/1"),
      selector: { type: "PointSelector", t: 2 }
    },
    supplementary: { id: id("supplement"), type: "AnnotationCollection" },
    items: [
      { id: id("range/2"), type: "Range", items: [{ id: id("canvas/1"), type: "Canvas" }] },
      { id: id("range/3"), type: "Range" },
      { type: "SpecificResource", source: id("canvas/1"), selector: selectors[1] }
    ]
  }],
  annotations: [page("6", [])],
  "ex:last": "end"
} satisfies Manifest | { readonly [extension: string]: unknown }
