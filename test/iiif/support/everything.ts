/** A manifest with every class and nearly every property of the specification, valid per the official schema. */
const base = "https://example.org/iiif"

const canvas = (name: string, more: object = {}) => ({
  id: `${base}/canvas/${name}`,
  type: "Canvas",
  label: { none: [name] },
  height: 1000,
  width: 800,
  items: [{
    id: `${base}/page/${name}`,
    type: "AnnotationPage",
    items: [{
      id: `${base}/annotation/${name}`,
      type: "Annotation",
      motivation: "painting",
      body: {
        id: `${base}/image/${name}/full/max/0/default.jpg`,
        type: "Image",
        format: "image/jpeg",
        height: 1000,
        width: 800,
        service: [{ id: `${base}/image/${name}`, type: "ImageService3", profile: "level2" }]
      },
      target: `${base}/canvas/${name}`
    }]
  }],
  ...more
})

const page = (name: string, ...items: ReadonlyArray<object>) => ({
  id: `${base}/annotations/${name}`,
  type: "AnnotationPage",
  items: items.map((item, index) =>
    Object.assign({
      id: `${base}/annotations/${name}/${index}`,
      type: "Annotation",
      motivation: ["commenting", "tagging"],
      target: `${base}/canvas/a#xywh=0,0,10,10`
    }, item)
  )
})

const link = (name: string) => ({
  id: `${base}/${name}`,
  type: "Text",
  label: { en: [name] },
  format: "text/html",
  language: ["en"]
})

const authentication = {
  "@id": `${base}/auth`,
  "@type": "AuthCookieService1",
  profile: "http://iiif.io/api/auth/1/login",
  label: "Log in",
  service: [{ "@id": `${base}/token`, "@type": "AuthTokenService1", profile: "http://iiif.io/api/auth/1/token" }]
}

const image = (name: string) => ({
  id: `${base}/image/${name}/full/200,/0/default.jpg`,
  type: "Image",
  format: "image/jpeg",
  width: 200,
  height: 250,
  service: [{
    "@id": `${base}/image/${name}`,
    "@type": "ImageService2",
    profile: "http://iiif.io/api/image/2/level2.json",
    service: [authentication]
  }]
})

const selectors = [
  { type: "PointSelector", x: 3, y: 4 },
  { type: "FragmentSelector", value: "xywh=1,2,3,4", conformsTo: "http://www.w3.org/TR/media-frags/" },
  { type: "SvgSelector", value: "<svg/>" },
  { type: "ImageApiSelector", region: "0,0,10,10", rotation: "90" },
  { type: "TextQuoteSelector", exact: "to be", prefix: "or" },
  { type: "TextPositionSelector", start: 1, end: 2 },
  {
    type: "RangeSelector",
    startSelector: { type: "CssSelector", value: "p" },
    endSelector: { type: "XPathSelector", value: "/p" }
  }
]

export const everything = {
  "@context": ["http://iiif.io/api/extension/navplace/context.json", "http://iiif.io/api/presentation/3/context.json"],
  id: `${base}/manifest`,
  type: "Manifest",
  label: { none: ["Everything"], en: ["Everything", "All"], "zh-Hant": ["x"] },
  summary: { en: ["Summary"] },
  metadata: [{ label: { en: ["Date"] }, value: { none: ["1600"] } }],
  requiredStatement: { label: { en: ["Held by"] }, value: { en: ["A library"] } },
  rights: "http://creativecommons.org/licenses/by/4.0/",
  navDate: "1856-02-29T00:00:00Z",
  navPlace: {
    id: `${base}/places`,
    type: "FeatureCollection",
    features: [{
      id: `${base}/place`,
      type: "Feature",
      properties: { label: { en: ["Here"] } },
      geometry: { type: "Point", coordinates: [9.9, 51.5] }
    }]
  },
  behavior: ["paged"],
  viewingDirection: "left-to-right",
  provider: [{
    id: "https://id.loc.gov/authorities/n79055331",
    type: "Agent",
    label: { en: ["Library"] },
    homepage: [link("library")],
    logo: [image("logo")],
    seeAlso: [{
      id: `${base}/library.xml`,
      type: "Dataset",
      format: "application/xml",
      profile: "http://www.loc.gov/mads/v2"
    }]
  }],
  thumbnail: [image("a")],
  homepage: [link("home")],
  seeAlso: [{ id: `${base}/mods.xml`, type: "Dataset", label: { en: ["MODS"] }, format: "text/xml" }],
  rendering: [{ id: `${base}/book.pdf`, type: "Text", label: { en: ["PDF"] }, format: "application/pdf" }],
  partOf: [{ id: `${base}/collection`, type: "Collection", label: { en: ["Collection"] } }],
  start: { id: `${base}/canvas/a`, type: "Canvas" },
  service: [{ "@id": `${base}/search`, "@type": "SearchService1", profile: "http://iiif.io/api/search/1/search" }],
  services: [{
    id: `${base}/probe`,
    type: "AuthProbeService2",
    service: [{ id: `${base}/access`, type: "AuthAccessService2", profile: "active" }]
  }],
  placeholderCanvas: canvas("placeholder"),
  accompanyingCanvas: canvas("companion"),
  annotations: [{ id: `${base}/annotations/elsewhere`, type: "AnnotationPage", label: { en: ["More"] } }],
  items: [
    canvas("a", {
      behavior: ["facing-pages"],
      thumbnail: [image("a")],
      rights: "http://rightsstatements.org/vocab/InC/1.0/",
      metadata: [{ label: { en: ["Folio"] }, value: { none: ["1r"] } }],
      placeholderCanvas: canvas("a-placeholder", { duration: 3.5 }),
      annotations: [page(
        "a",
        {
          body: {
            type: "TextualBody",
            value: "Look",
            language: "en",
            format: "text/plain",
            purpose: "tagging",
            creator: "someone"
          }
        },
        {
          body: [{ type: "TextualBody", value: "One", textDirection: "ltr", creator: { type: "Person", name: "N" } }, {
            id: `${base}/note.html`,
            type: "Text",
            format: "text/html",
            language: "en"
          }],
          creator: [{ id: `${base}/me`, type: "Person", name: "Me" }, "https://example.org/you"],
          created: "2020-01-01",
          audience: { type: "Audience", id: `${base}/audience` },
          stylesheet: { type: "CssStylesheet", value: ".a {}" }
        },
        ...selectors.map((selector) => ({
          bodyValue: "x",
          target: { type: "SpecificResource", source: `${base}/canvas/a`, selector }
        })),
        {
          target: [
            { id: `${base}/canvas/a`, type: "Canvas", partOf: [{ id: `${base}/manifest`, type: "Manifest" }] },
            {
              type: "SpecificResource",
              source: { id: `${base}/canvas/b`, type: "Canvas" },
              state: { type: "TimeState", sourceDate: "2020" },
              styleClass: "red",
              scope: `${base}/manifest`
            }
          ]
        },
        { body: { type: "Feature", geometry: { type: "Point", coordinates: [1, 2] }, properties: {} } }
      )]
    }),
    canvas("b", {
      items: [{
        id: `${base}/page/b`,
        type: "AnnotationPage",
        items: [{
          id: `${base}/annotation/b`,
          type: "Annotation",
          motivation: ["painting"],
          body: {
            type: "Choice",
            items: [
              {
                id: `${base}/image/b/full/max/0/default.jpg`,
                type: "Image",
                format: "image/jpeg",
                label: { en: ["Day"] },
                height: 1000,
                width: 800
              },
              {
                type: "SpecificResource",
                source: { id: `${base}/image/c`, type: "Image" },
                selector: { type: "ImageApiSelector", rotation: "90" }
              }
            ]
          },
          target: `${base}/canvas/b`
        }, {
          id: `${base}/annotation/b2`,
          type: "Annotation",
          motivation: "painting",
          body: {
            id: `${base}/film.mp4`,
            type: "Video",
            duration: 12.5,
            height: 100,
            width: 100,
            thumbnail: [image("film")],
            rendering: [{ id: `${base}/film.pdf`, type: "Text", label: { en: ["Script"] } }]
          },
          target: `${base}/canvas/b#xywh=0,0,100,100&t=0,5`
        }]
      }],
      height: 1000,
      width: 800,
      duration: 60
    })
  ],
  structures: [{
    id: `${base}/range/1`,
    type: "Range",
    label: { en: ["Contents"] },
    behavior: ["sequence"],
    rights: "http://creativecommons.org/publicdomain/zero/1.0/",
    items: [
      {
        id: `${base}/range/2`,
        type: "Range",
        label: { en: ["One"] },
        items: [{ id: `${base}/canvas/a`, type: "Canvas" }]
      },
      {
        type: "SpecificResource",
        source: { id: `${base}/canvas/b`, type: "Canvas" },
        selector: { type: "FragmentSelector", value: "t=0,5" }
      }
    ],
    supplementary: { id: `${base}/supplementary`, type: "AnnotationCollection", label: { en: ["All"] }, total: 3 }
  }]
}
