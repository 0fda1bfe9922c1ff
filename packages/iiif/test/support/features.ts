/** Valid Presentation 3 documents that use what the cookbook's recipes show, each feature once. */
import type {
  Annotation,
  AnnotationCollection,
  AnnotationPage,
  Canvas,
  Collection,
  Manifest
} from "@iiif-ingest/iiif/Presentation3"
import { context } from "@iiif-ingest/iiif/Presentation3"

export const uri = (path: string) => `https://example.org/${path}`

export const text = (value: string) => ({ en: [value] })

export const image = (name: string) =>
  ({ id: uri(`${name}.jpg`), type: "Image", format: "image/jpeg", width: 20, height: 10 }) as const

/** An annotation on the first canvas. */
export const annotation = (name: string, more: Partial<Annotation>): Annotation => ({
  id: uri(`annotation/${name}`),
  type: "Annotation",
  motivation: "painting",
  target: uri("canvas/1"),
  ...more
})

export const page = (name: string, items: ReadonlyArray<Annotation>): AnnotationPage => ({
  id: uri(`page/${name}`),
  type: "AnnotationPage",
  items
})

const service = { id: uri("image"), type: "ImageService3", profile: "level2" } as const

/** Pictures: alone, several in layers, a choice, rotated by its service, and a part of a video. */
const paintings: ReadonlyArray<Annotation> = [
  annotation("image", { body: { ...image("1"), service: [service] } }),
  annotation("layers", { body: [image("2"), image("3")] }),
  annotation("choice", {
    body: { type: "Choice", items: [{ ...image("4"), label: text("Light") }, { ...image("5"), label: text("X-ray") }] },
    target: uri("canvas/1#xywh=0,0,10,5")
  }),
  annotation("rotated", {
    body: {
      type: "SpecificResource",
      source: { ...image("6"), service: [service] },
      selector: { type: "ImageApiSelector", rotation: "90" }
    }
  }),
  annotation("styled", {
    stylesheet: { type: "CssStylesheet", value: ".turned { transform: rotate(90deg) }" },
    body: { type: "SpecificResource", source: image("7"), styleClass: "turned" }
  }),
  annotation("video", {
    body: { id: uri("1.mp4"), type: "Video", format: "video/mp4", duration: 9 },
    timeMode: "trim"
  }),
  annotation("text", { body: { type: "TextualBody", value: "Text", language: "en", format: "text/plain" } })
]

const ofManifest = { partOf: [{ id: uri("manifest"), type: "Manifest" }] }

/** Annotations of every kind about the first canvas. */
const others: ReadonlyArray<Annotation> = [
  annotation("comment", { motivation: "commenting", body: { type: "TextualBody", value: "!", language: "en" } }),
  annotation("tag", {
    motivation: ["tagging", "describing"],
    body: [
      { type: "TextualBody", value: "Tag" },
      { type: "SpecificResource", source: uri("concept/1"), purpose: "identifying" }
    ]
  }),
  annotation("link", {
    motivation: "linking",
    body: { id: uri("page.html"), type: "Text", format: "text/html" },
    target: {
      type: "SpecificResource",
      source: uri("canvas/1"),
      selector: { type: "SvgSelector", value: "<svg xmlns='http://www.w3.org/2000/svg'/>" }
    }
  }),
  annotation("transcription", {
    motivation: "supplementing",
    body: { type: "TextualBody", value: "Transcribed", language: "de", format: "text/plain" },
    target: {
      type: "SpecificResource",
      source: { id: uri("canvas/1"), type: "Canvas", ...ofManifest },
      selector: { type: "FragmentSelector", value: "xywh=0,0,5,5" }
    }
  }),
  annotation("captions", {
    motivation: "supplementing",
    body: { id: uri("1.vtt"), type: "Text", format: "text/vtt", language: "en", label: text("Captions") }
  }),
  annotation("subtitles", {
    motivation: "supplementing",
    body: { id: uri("2.vtt"), type: "Text", format: "text/vtt", language: "fr", accessibility: "subtitles" }
  }),
  annotation("alternative", {
    motivation: "supplementing",
    body: {
      type: "TextualBody",
      value: "A picture of a page",
      language: "en",
      format: "text/plain",
      accessibility: "alternativeText"
    }
  }),
  annotation("point", {
    motivation: "commenting",
    body: { type: "TextualBody", value: "Here" },
    target: {
      type: "SpecificResource",
      source: uri("canvas/1"),
      selector: { type: "PointSelector", x: 5, y: 5, t: 2.5 }
    }
  }),
  annotation("highlight", { motivation: "highlighting", target: uri("canvas/1#t=1,2") }),
  annotation("several", {
    motivation: "commenting",
    body: { type: "TextualBody", value: "Both" },
    target: [uri("canvas/1"), uri("canvas/2#t=3")]
  })
]

const extension = { "ex:shelf": { "ex:number": 7 } }

const picture: Canvas = {
  id: uri("canvas/1"),
  type: "Canvas",
  label: text("1r"),
  width: 20,
  height: 10,
  duration: 9,
  behavior: ["facing-pages"],
  thumbnail: [{ ...image("thumbnail"), service: [service] }],
  placeholderCanvas: {
    id: uri("canvas/placeholder"),
    type: "Canvas",
    width: 20,
    height: 10,
    items: [page("placeholder", [
      annotation("placeholder", { body: image("poster"), target: uri("canvas/placeholder") })
    ])]
  },
  items: [page("1", paintings)],
  annotations: [page("2", others), { id: uri("page/external"), type: "AnnotationPage" }],
  rendering: [{ id: uri("1.pdf"), type: "Text", label: text("PDF"), format: "application/pdf" }],
  ...extension
}

const audio: Canvas = {
  id: uri("canvas/2"),
  type: "Canvas",
  duration: 9.5,
  accompanyingCanvas: {
    id: uri("canvas/cover"),
    type: "Canvas",
    width: 20,
    height: 10,
    items: []
  },
  items: [page("3", [annotation("audio", {
    body: { id: uri("1.mp3"), type: "Sound", format: "audio/mp3", duration: 9.5, language: "en" },
    target: uri("canvas/2")
  })])]
}

/** A manifest that Presentation 4 has a place for in full. */
export const manifest: Manifest = {
  "@context": [
    "http://iiif.io/api/extension/navplace/context.json",
    "http://iiif.io/api/presentation/3/context.json"
  ],
  id: uri("manifest"),
  type: "Manifest",
  label: { en: ["Features"], none: ["0"] },
  metadata: [{ label: text("Author"), value: { en: ["A", "B"], de: ["C"] } }],
  summary: text("Summary"),
  requiredStatement: { label: text("Held by"), value: text("Library") },
  rights: "http://rightsstatements.org/vocab/InC/1.0/",
  provider: [{
    id: uri("provider"),
    type: "Agent",
    label: text("Library"),
    homepage: [{ id: uri("about"), type: "Text", label: text("About"), format: "text/html", language: ["en"] }],
    logo: [image("logo")],
    seeAlso: [{ id: uri("provider.xml"), type: "Dataset", format: "application/xml" }]
  }],
  homepage: [{ id: uri("home"), type: "Text", label: text("Home"), format: "text/html", language: ["en", "de"] }],
  seeAlso: [{ id: uri("marc"), type: "Dataset", format: "application/marc", profile: uri("profile") }],
  rendering: [{ id: uri("all.mp3"), type: "Sound", label: text("Audio"), format: "audio/mp3", language: ["en"] }],
  partOf: [{ id: uri("collection"), type: "Collection" }],
  navDate: "1856-01-01T00:00:00Z",
  navPlace: {
    id: uri("places"),
    type: "FeatureCollection",
    features: [{ id: uri("place"), type: "Feature", geometry: { type: "Point", coordinates: [9.9, 51.5] } }]
  },
  behavior: ["paged"],
  viewingDirection: "right-to-left",
  start: { type: "SpecificResource", source: uri("canvas/2"), selector: { type: "PointSelector", t: 2 } },
  services: [{ id: uri("search"), type: "SearchService2" }],
  service: [{ id: uri("search"), type: "SearchService2" }],
  items: [picture, audio],
  structures: [{
    id: uri("range/1"),
    type: "Range",
    label: text("Contents"),
    start: { id: uri("canvas/2"), type: "Canvas" },
    supplementary: { id: uri("supplement"), type: "AnnotationCollection" },
    items: [
      { id: uri("canvas/1"), type: "Canvas" },
      { id: uri("canvas/2#t=0,4"), type: "Canvas" },
      {
        type: "SpecificResource",
        source: uri("canvas/1"),
        selector: { type: "FragmentSelector", value: "xywh=0,0,5,5" }
      },
      { id: uri("range/2"), type: "Range", label: text("Part"), items: [{ id: uri("canvas/2"), type: "Canvas" }] }
    ]
  }],
  annotations: [page("4", [annotation("about", {
    motivation: "commenting",
    body: { type: "TextualBody", value: "Of the whole" },
    target: uri("manifest")
  })])]
}

export const collection: Collection = {
  "@context": context,
  id: uri("collection"),
  type: "Collection",
  label: text("Collection"),
  behavior: ["multi-part"],
  items: [
    {
      id: uri("manifest"),
      type: "Manifest",
      label: text("Features"),
      thumbnail: [{ ...image("t"), service: [service] }]
    },
    {
      id: uri("inner"),
      type: "Collection",
      label: text("Inner"),
      items: [{ id: uri("audio"), type: "Manifest", label: text("Audio") }]
    }
  ]
}

export const annotationPage: AnnotationPage = {
  "@context": context,
  ...page("external", [annotation("line", {
    motivation: "supplementing",
    body: { type: "TextualBody", value: "Line", language: "en" },
    target: uri("canvas/1#t=1,2")
  })]),
  partOf: [{ id: uri("supplement"), type: "AnnotationCollection" }],
  next: { id: uri("page/next"), type: "AnnotationPage" }
}

export const annotationCollection: AnnotationCollection = {
  "@context": context,
  id: uri("supplement"),
  type: "AnnotationCollection",
  label: text("Text"),
  total: 2,
  first: { id: uri("page/external"), type: "AnnotationPage" },
  last: { id: uri("page/next"), type: "AnnotationPage" }
}

export const documents = { manifest, collection, annotationPage, annotationCollection }
