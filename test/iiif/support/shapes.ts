/** Documents of our own, each in the form of one or several recipes of the IIIF cookbook, whose numbers they have. */

type Fields = { readonly [key: string]: unknown }

const base = "https://example.org/iiif"

const id = (name: string) => `${base}/${name}`

const en = (...values: ReadonlyArray<string>) => ({ en: values })

const service = (name: string, more: Fields = {}) => [{
  id: id(`image/${name}`),
  type: "ImageService3",
  profile: "level1",
  ...more
}]

const image = (name: string, more: Fields = {}) => ({
  id: id(`image/${name}/full/max/0/default.jpg`),
  type: "Image",
  format: "image/jpeg",
  height: 300,
  width: 200,
  service: service(name),
  ...more
})

const plainImage = (name: string, more: Fields = {}) => ({
  id: id(`${name}.png`),
  type: "Image",
  format: "image/png",
  height: 300,
  width: 200,
  ...more
})

const video = (name: string, more: Fields = {}) => ({
  id: id(`${name}.mp4`),
  type: "Video",
  height: 360,
  width: 480,
  duration: 572.5,
  format: "video/mp4",
  ...more
})

const sound = (name: string, more: Fields = {}) => ({
  id: id(`${name}.mp3`),
  type: "Sound",
  format: "audio/mp3",
  duration: 1985.024,
  ...more
})

const plain = (value: string, more: Fields = {}) => ({ type: "TextualBody", value, format: "text/plain", ...more })

const painting = (canvas: string, number: number, body: unknown, target = "", more: Fields = {}) => ({
  id: id(`${canvas}/painting/${number}`),
  type: "Annotation",
  motivation: "painting",
  body,
  target: id(`canvas/${canvas}${target}`),
  ...more
})

const paintings = (canvas: string, items: ReadonlyArray<unknown>) => [{
  id: id(`${canvas}/paintings`),
  type: "AnnotationPage",
  items
}]

const size = { height: 300, width: 200 }

const timed = { height: 360, width: 480, duration: 572.5 }

/** A canvas with one thing painted on it. */
const canvas = (name: string, body: unknown, more: Fields = {}) => ({
  id: id(`canvas/${name}`),
  type: "Canvas",
  ...size,
  ...more,
  items: paintings(name, [painting(name, 1, body)])
})

/** A canvas with several things painted on it, each at its own target. */
const composed = (name: string, bodies: ReadonlyArray<readonly [unknown, string]>, more: Fields) => ({
  id: id(`canvas/${name}`),
  type: "Canvas",
  ...more,
  items: paintings(name, bodies.map(([body, target], index) => painting(name, index + 1, body, target)))
})

const manifest = (canvases: ReadonlyArray<unknown>, more: Fields = {}) => ({
  "@context": "http://iiif.io/api/presentation/3/context.json",
  id: id("manifest"),
  type: "Manifest",
  label: en("An object"),
  ...more,
  items: canvases
})

const pages = ["a", "b", "c"].map((name) => canvas(name, image(name), { label: en(name) }))

const annotation = (
  number: number,
  motivation: unknown,
  body: unknown,
  target: unknown = id("canvas/a"),
  more = {}
) => ({
  id: id(`annotation/${number}`),
  type: "Annotation",
  motivation,
  body,
  target,
  ...more
})

const annotations = (...items: ReadonlyArray<unknown>) => ({
  annotations: [{ id: id("annotations"), type: "AnnotationPage", items }]
})

/** A page with an image and annotations. */
const annotated = (...items: ReadonlyArray<unknown>) => manifest([canvas("a", image("a"), annotations(...items))])

const selected = (selector: Fields, canvasName = "a") => ({
  type: "SpecificResource",
  source: id(`canvas/${canvasName}`),
  selector
})

const range = (name: string, items: ReadonlyArray<unknown>, more: Fields = {}) => ({
  id: id(`range/${name.replaceAll(" ", "-")}`),
  type: "Range",
  label: en(name),
  ...more,
  items
})

const reference = (name: string) => ({ id: id(`canvas/${name}`), type: "Canvas" })

const place = (latitude: number) => ({
  id: id(`place/${latitude}`),
  type: "FeatureCollection",
  features: [{
    id: id(`place/${latitude}/1`),
    type: "Feature",
    properties: { label: en("Here") },
    geometry: { type: "Point", coordinates: [9.938, latitude] }
  }]
})

const navPlaceContext = {
  "@context": ["http://iiif.io/api/extension/navplace/context.json", "http://iiif.io/api/presentation/3/context.json"]
}

const captions = (language: string, format = "text/vtt") => ({
  id: id(`captions-${language}`),
  type: "Text",
  format,
  label: { [language]: ["Captions"] },
  language
})

const link = (name: string, format = "text/html") => ({ id: id(name), type: "Text", label: en(name), format })

const thumbnail = plainImage("thumbnail", { height: 150, width: 100, service: service("thumbnail") })

const placeholder = (name: string) => canvas(name, plainImage(name))

const search = {
  id: id("search"),
  type: "SearchService2",
  service: [{ id: id("complete"), type: "AutoCompleteService2" }]
}

const login = {
  "@id": id("login"),
  "@type": "AuthCookieService1",
  profile: "http://iiif.io/api/auth/1/login",
  label: "Log in",
  service: [{ "@id": id("token"), "@type": "AuthTokenService1", profile: "http://iiif.io/api/auth/1/token" }]
}

const probe = {
  id: id("probe"),
  type: "AuthProbeService2",
  service: [{
    id: id("access"),
    type: "AuthAccessService2",
    profile: "active",
    label: en("Log in"),
    service: [{ id: id("token"), type: "AuthAccessTokenService2" }]
  }]
}

export const shapes: { readonly [recipe: string]: Fields } = {
  "0001": manifest([canvas("a", plainImage("a"))]),
  "0002": manifest([composed("a", [[sound("a"), ""]], { duration: 1985.024 })]),
  "0003": manifest([composed("a", [[video("a"), ""]], timed)]),
  "0005": manifest([canvas("a", image("a"), { label: en("Page") })]),
  "0010": manifest(pages, { viewingDirection: "right-to-left", behavior: ["paged"], summary: en("Read backwards") }),
  "0011": manifest(pages, { behavior: ["continuous"] }),
  "0013": manifest([{ ...composed("a", [[video("a"), ""]], timed), placeholderCanvas: placeholder("poster") }]),
  "0014": manifest([{
    ...composed("a", [[sound("a"), ""]], { duration: 1985.024 }),
    accompanyingCanvas: { ...canvas("score", image("score")), label: en("First page of the score") }
  }]),
  "0015": manifest([composed("a", [[video("a"), ""]], timed)], {
    start: { id: id("manifest/start"), ...selected({ type: "PointSelector", t: 120.5 }) }
  }),
  "0017": manifest([{
    ...composed("a", [[video("a"), ""]], timed),
    rendering: [link("transcript", "text/plain")]
  }]),
  "0019": annotated(
    annotation(1, "commenting", plain("<p>Ein <b>Brunnen</b></p>", { format: "text/html", language: "de" })),
    annotation(2, "commenting", plain("<p>A fountain</p>", { format: "text/html", language: "en" }))
  ),
  "0021": annotated(annotation(1, "tagging", plain("Fountain", { language: "de" }), id("canvas/a#xywh=26,66,120,123"))),
  "0022": manifest([
    canvas(
      "a",
      image("a"),
      annotations(
        annotation(
          1,
          "linking",
          {
            type: "SpecificResource",
            source: { ...reference("b"), partOf: [{ id: id("manifest"), type: "Manifest" }] }
          },
          selected({ type: "SvgSelector", value: "<svg><path d='M0 0 L9 9'/></svg>" })
        )
      )
    ),
    canvas("b", image("b"))
  ]),
  "0024": manifest(pages, {
    structures: [range("contents", [range("one", [reference("a"), reference("b")]), range("two", [reference("c")])])]
  }),
  "0026": manifest([composed("a", [[video("a"), ""]], timed)], {
    structures: [range("opera", [
      range("act 1", [{ id: id("canvas/a#t=0,302.05"), type: "Canvas" }]),
      range("act 2", [{ id: id("canvas/a#t=302.05,572.5"), type: "Canvas" }])
    ])]
  }),
  "0027": manifest(pages, {
    structures: [range("as bound", [reference("c"), reference("a"), reference("b")], { behavior: ["sequence"] })]
  }),
  "0029": manifest(pages, {
    metadata: [{ label: en("Creator"), value: { none: ["Anne"] } }],
    requiredStatement: { label: en("Held by"), value: en("A library") }
  }),
  "0031": manifest(pages, {
    behavior: ["individuals"],
    structures: [
      range("volume 1", [reference("a")], { behavior: ["individuals"], viewingDirection: "right-to-left" }),
      range("volume 2", [reference("b"), reference("c")])
    ]
  }),
  "0033": manifest([canvas("a", {
    type: "Choice",
    items: [plainImage("natural", { label: en("Natural light") }), plainImage("x-ray", { label: en("X-ray") })]
  }, { label: en("A canvas with a label of its own") })]),
  "0034": manifest([canvas("a", {
    type: "Choice",
    items: [image("natural", { label: en("Natural light") }), image("x-ray", { label: en("X-ray") })]
  })]),
  "0035": manifest([
    canvas("a", image("a"), { behavior: ["facing-pages"] }),
    canvas("b", image("b"), { behavior: ["non-paged"] })
  ], { behavior: ["paged"] }),
  "0036": manifest([composed("a", [
    [image("a", { label: en("Folio") }), "#xywh=0,0,200,300"],
    [image("miniature", { label: en("Miniature") }), "#xywh=39,45,50,40"]
  ], { height: 400, width: 400 })]),
  "0040 css": manifest([{
    ...canvas("a", image("a")),
    height: 200,
    width: 300,
    items: paintings("a", [
      painting("a", 1, { type: "SpecificResource", styleClass: "rotated", source: image("a") }, "", {
        stylesheet: { type: "CssStylesheet", value: ".rotated { transform: rotate(90deg) }" }
      })
    ])
  }]),
  "0040 service": manifest([canvas("a", {
    type: "SpecificResource",
    source: image("a"),
    selector: { type: "ImageApiSelector", rotation: "90" }
  }, { height: 200, width: 300 })]),
  "0045": annotated(
    annotation(
      1,
      "commenting",
      {
        type: "SpecificResource",
        styleClass: "author1",
        source: { ...plain("<p>Tea</p>", { format: "text/html", language: "en" }) }
      },
      id("canvas/a#xywh=70,125,18,11"),
      { stylesheet: id("style.css") }
    )
  ),
  "0046": manifest(pages, { rendering: [link("book.pdf", "application/pdf")] }),
  "0047": manifest(pages, { homepage: [{ ...link("home"), language: ["en"] }], seeAlso: [link("mods", "text/xml")] }),
  "0064": manifest([
    composed("a", [[video("one"), "#t=0,400"], [video("two"), "#t=400,900"]], { ...timed, duration: 900 })
  ], {
    structures: [range("opera", [{ id: id("canvas/a#t=0,400"), type: "Canvas" }])],
    rendering: [link("libretto", "text/plain")]
  }),
  "0065": manifest([
    { ...composed("a", [[video("a"), ""]], timed), label: en("Act 1"), thumbnail: [plainImage("act1")] },
    { ...composed("b", [[video("b"), ""]], timed), label: en("Act 2") }
  ], {
    structures: [range("opera", [range("act 1", [{ id: id("canvas/a#t=0,302.05"), type: "Canvas" }, reference("b")])])]
  }),
  "0068": manifest([{
    ...canvas("a", image("a")),
    annotations: [{ id: id("annotations/ocr"), type: "AnnotationPage", label: en("OCR") }],
    seeAlso: [{ id: id("alto.xml"), type: "Dataset", format: "application/xml", profile: "http://www.loc.gov/alto" }]
  }], { partOf: [{ id: id("newspaper"), type: "Collection" }], navDate: "1925-02-16T00:00:00Z" }),
  "0074": manifest([{
    ...composed("a", [[video("a"), ""]], timed),
    ...annotations(annotation(1, "supplementing", { type: "Choice", items: [captions("it"), captions("en")] }))
  }]),
  "0103": manifest([{
    ...composed("a", [[sound("a"), ""]], { duration: 1985.024 }),
    ...annotations(annotation(1, "commenting", plain("Her Kind", { language: "en" }), id("canvas/a#t=27.66,30.5")))
  }]),
  "0117": manifest([canvas("a", image("a"))], { thumbnail: [thumbnail] }),
  "0135": annotated(
    annotation(1, "tagging", plain("Aqueduct", { language: "en" }), selected({ type: "PointSelector", x: 33, y: 14 }), {
      label: en("A place")
    })
  ),
  "0139": manifest([canvas(
    "a",
    image("a"),
    annotations(annotation(
      1,
      "tagging",
      { id: id("geo"), type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [2.34, 48.86] } },
      id("canvas/a#xywh=13,33,25,10")
    ))
  )], {
    "@context": [
      "http://geojson.org/geojson-ld/geojson-context.jsonld",
      "http://iiif.io/api/presentation/3/context.json"
    ]
  }),
  "0154": manifest(pages, { ...navPlaceContext, navPlace: place(51) }),
  "0202": manifest(pages, { start: reference("b") }),
  "0219": manifest([{
    ...composed("a", [[video("a"), ""]], timed),
    ...annotations(annotation(1, "supplementing", captions("en")))
  }]),
  "0232": manifest([{ ...composed("a", [[sound("a"), ""]], { duration: 1985.024 }), thumbnail: [plainImage("wave")] }]),
  "0234": manifest(pages, {
    provider: [{
      id: "https://example.org/library",
      type: "Agent",
      label: en("Library"),
      homepage: [link("library")],
      logo: [image("logo")],
      seeAlso: [link("about", "application/json")]
    }]
  }),
  "0240": manifest([
    { ...canvas("a", image("a")), navPlace: place(51) },
    { ...canvas("b", image("b")), navPlace: place(52) }
  ], navPlaceContext),
  "navPlace in contents": manifest(pages, {
    ...navPlaceContext,
    structures: [range("one", [reference("a")], { navPlace: place(53) })]
  }),
  "0258": annotated(
    annotation(1, "tagging", [
      { type: "SpecificResource", source: "http://www.wikidata.org/entity/Q18624915" },
      plain("Fountain", { language: "en" })
    ], id("canvas/a#xywh=74,50,20,30"))
  ),
  "0261": annotated(
    annotation(
      1,
      "commenting",
      plain("A statue", { language: "en" }),
      selected({ type: "SvgSelector", value: "<svg><polygon points='1,1 2,2 3,1'/></svg>" })
    )
  ),
  "0266": annotated(annotation(1, "commenting", plain("The whole canvas", { language: "en" }))),
  "0269": manifest([{
    ...canvas("a", image("a")),
    annotations: [{ id: id("elsewhere.json"), type: "AnnotationPage" }]
  }]),
  "0283": manifest([
    canvas("a", image("a")),
    { id: id("canvas/missing"), type: "Canvas", label: en("Missing"), ...size, items: [] },
    { id: id("canvas/lost"), type: "Canvas", ...size, items: [], placeholderCanvas: placeholder("poster") }
  ]),
  "0299": manifest([canvas("a", {
    type: "SpecificResource",
    source: image("a"),
    selector: { type: "ImageApiSelector", region: "5,6,100,150" }
  }, { height: 150, width: 100 })]),
  "0318": manifest(pages, { ...navPlaceContext, navPlace: place(51), navDate: "2020-01-01T00:00:00Z" }),
  "0326": manifest([canvas("a", {
    type: "Choice",
    items: [
      image("natural", { label: en("Natural light") }),
      image("x-ray", {
        label: en("X-ray"),
        annotations: [{
          id: id("x-ray/annotations"),
          type: "AnnotationPage",
          items: [
            annotation(1, "tagging", plain("Skulls", { language: "en" }), id("image/x-ray/full/max/0/default.jpg"))
          ]
        }]
      })
    ]
  })]),
  "0346": annotated(
    annotation(1, "commenting", {
      type: "Choice",
      items: [plain("Koto", { language: "en" }), plain("琴", { language: "ja" })]
    }, id("canvas/a#xywh=1,1,10,10"))
  ),
  "0377": annotated(
    annotation(
      1,
      "commenting",
      [plainImage("fountain"), plain("Night view", { language: "en" })],
      id("canvas/a#xywh=1,1,9,9")
    )
  ),
  "0434": manifest([composed("a", [[{
    type: "Choice",
    items: [sound("a", { label: en("MP3") }), { ...sound("b", { label: en("AAC") }), format: "audio/aac" }]
  }, ""]], { duration: 1985.024 })]),
  "0489": manifest([composed("a", [
    [image("a"), "#t=11,42"],
    [video("clock"), "#xywh=10,50,50,60&t=11,42"],
    [plain("<p>Press play</p>", { format: "text/html", language: "en" }), "#xywh=30,10,150,50&t=0,1"]
  ], { ...size, duration: 180 })]),
  "0561": manifest([composed("a", [[plain("Only text"), ""]], size)]),
  "clip of a recording": manifest([composed("a", [[{
    type: "SpecificResource",
    source: sound("a"),
    selector: { type: "FragmentSelector", value: "t=10,70", conformsTo: "http://www.w3.org/TR/media-frags/" }
  }, ""]], { duration: 60 })]),
  "search": manifest(pages, { service: [search], services: [login] }),
  "authentication 1": manifest([canvas("a", image("a", { service: service("a", { service: [login] }) }))]),
  "authentication 2": manifest([
    canvas("a", image("a", { service: service("a", { service: [probe] }) })),
    composed("b", [[video("b", { service: [probe] }), ""]], timed)
  ]),
  "start and supplementary of a range": manifest(pages, {
    structures: [range("one", [
      reference("a"),
      selected({
        type: "FragmentSelector",
        value: "xywh=0,0,50,60",
        conformsTo: "http://www.w3.org/TR/media-frags/"
      }, "b")
    ], {
      start: { id: id("manifest/range/range:1/start"), ...selected({ type: "PointSelector", x: 5, y: 6 }, "b") },
      supplementary: { id: id("transcription"), type: "AnnotationCollection", label: en("Transcription") }
    })]
  }),
  "granularity": manifest([canvas(
    "a",
    image("a"),
    annotations(
      annotation(1, "supplementing", plain("To be"), id("canvas/a#xywh=1,1,9,9"), { textGranularity: "line" })
    )
  )], {
    "@context": [
      "http://iiif.io/api/extension/text-granularity/context.json",
      "http://iiif.io/api/presentation/3/context.json"
    ]
  }),
  "a model": manifest([composed("a", [[{ id: id("a.glb"), type: "Model", format: "model/gltf-binary" }, ""]], size)])
}
