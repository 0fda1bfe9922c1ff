/** Images and annotation lists of Presentation 2.1 in Presentation 3. */
import { assert, describe, it } from "@effect/vitest"
import {
  annotated,
  annotationsOf,
  canvas,
  canvasParts,
  comment,
  converted,
  image,
  manifest,
  none,
  page,
  painted,
  painting,
  refused,
  resource,
  uri
} from "../support/older.ts"

const service = { "@context": "http://iiif.io/api/image/2/context.json", "@id": `${uri}/service` }

const imageService = { "@id": `${uri}/service`, "@type": "ImageService2" }

describe("images", () => {
  it("are painted on their canvas", () => {
    const { annotation, lost } = painted({ on: `${uri}/canvas/1#xywh=1,2,3,4`, "ex:order": 1 })
    assert.deepStrictEqual<unknown>(annotation, {
      id: `${uri}/annotation/1`,
      type: "Annotation",
      motivation: "painting",
      body: { id: image["@id"], type: "Image", format: "image/jpeg" },
      "ex:order": 1,
      target: `${uri}/canvas/1#xywh=1,2,3,4`
    })
    assert.deepStrictEqual(lost, [])
  })

  it("without an address have that of their service", () => {
    const { annotation, lost } = painted({ resource: { "@type": "dctypes:Image", service } })
    assert.deepStrictEqual<unknown>(annotation["body"], {
      id: `${uri}/service/full/full/0/default.jpg`,
      type: "Image",
      service: [imageService]
    })
    assert.deepStrictEqual(lost, [])
  })

  it.each<[unknown, string]>([
    [{ "@type": "dctypes:Image" }, "resource"],
    [{ "@id": "urn:image", "@type": "dctypes:Image" }, "resource"],
    [undefined, "resource"],
    [[], "resource"],
    [{ "@type": "oa:Choice", default: "rdf:nil" }, "resource"]
  ])("%j: are refused if they have no address", (given, path) => {
    const document = manifest({}, [canvas({ images: [painting({ resource: given })] })])
    assert.deepStrictEqual(refused(document), [`${canvasParts}.images[0].${path}`])
  })

  it.each([
    "dcterms:Image",
    "dctypes:image",
    "image",
    "dcTypes:Image",
    "schema:ImageObject",
    "http://purl.org/dc/terms/Image",
    "",
    undefined
  ])("of the class %j are images", (type) => {
    const { annotation, lost } = painted({ resource: { "@id": image["@id"], "@type": type } })
    assert.deepStrictEqual<unknown>(annotation["body"], { id: image["@id"], type: "Image" })
    assert.deepStrictEqual(lost, [])
  })

  it("may only name their service, if they have the address of a request to it", () => {
    const request = (id: string) =>
      painted({ resource: { "@id": id, "@type": "dctypes:Image", service: `${uri}/service` } }).annotation["body"]
    assert.deepInclude(request(`${uri}/service/full/full/0/default.jpg`), { service: [imageService] })
    const older = { ...imageService, "@type": "ImageService1" }
    assert.deepInclude(request(`${uri}/service/full/full/0/native.jpg`), { service: [older] })
    const unknown = { id: `${uri}/service`, type: "Service" }
    assert.deepInclude(request(`${uri}/service/1.jpg`), { service: [unknown] })
    assert.deepInclude(request(`${uri}/service2/full/full/0/default.jpg`), { service: [unknown] })
  })

  it("may be a choice, of which nothing is left out but nothing itself", () => {
    const { annotation, lost } = painted({
      resource: {
        "@type": "oa:Choice",
        label: "Lights",
        default: image,
        item: [{ "@id": `${uri}/2.jpg`, "@type": "dctypes:Image", label: "X-ray" }, "rdf:nil"]
      }
    })
    assert.deepStrictEqual<unknown>(annotation["body"], {
      type: "Choice",
      label: none("Lights"),
      items: [
        { id: image["@id"], type: "Image", format: "image/jpeg" },
        { id: `${uri}/2.jpg`, type: "Image", label: none("X-ray") }
      ]
    })
    assert.deepStrictEqual(lost, [`${resource}.item[1]`])
  })

  it("may be parts, rotated by their service", () => {
    const { annotation, lost } = painted({
      resource: {
        "@id": `${uri}/service/full/full/90/default.jpg`,
        "@type": "oa:SpecificResource",
        full: { ...image, service },
        selector: {
          "@context": "http://iiif.io/api/annex/openannotation/context.json",
          "@type": "iiif:ImageApiSelector",
          region: "50,50,1250,1850",
          rotation: 90
        }
      }
    })
    assert.deepStrictEqual<unknown>(annotation["body"], {
      id: `${uri}/service/full/full/90/default.jpg`,
      type: "SpecificResource",
      source: { id: image["@id"], type: "Image", format: "image/jpeg", service: [imageService] },
      selector: { type: "ImageApiSelector", region: "50,50,1250,1850", rotation: "90" }
    })
    assert.deepStrictEqual(lost, [])
  })

  it("may be rotated by a style sheet", () => {
    const chars = ".rotated {transform: rotate(-45deg);}"
    const { annotation, lost } = painted({
      stylesheet: { "@type": ["oa:CssStyle", "cnt:ContentAsText"], chars },
      resource: { "@type": "oa:SpecificResource", style: "rotated", full: image }
    })
    assert.deepStrictEqual<unknown>(annotation["stylesheet"], { type: "CssStylesheet", value: chars })
    assert.deepStrictEqual<unknown>(annotation["body"], {
      type: "SpecificResource",
      source: { id: image["@id"], type: "Image", format: "image/jpeg" },
      styleClass: "rotated"
    })
    assert.deepStrictEqual(lost, [])
    assert.strictEqual(painted({ stylesheet: `${uri}/style.css` }).annotation["stylesheet"], `${uri}/style.css`)
  })

  it("may be within an outline", () => {
    const chars = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"
    const { annotation } = painted({
      resource: {
        "@type": "oa:SpecificResource",
        full: image,
        selector: { "@type": ["oa:SvgSelector", "cnt:ContentAsText"], chars }
      }
    })
    assert.deepInclude(annotation["body"] as object, { selector: { type: "SvgSelector", value: chars } })
  })

  it("are on the canvas that has them, whatever they say", () => {
    const { annotation, lost } = painted({ on: "http://example.org/other#xywh=0,0,1,1", motivation: "oa:commenting" })
    assert.strictEqual(annotation["target"], `${uri}/canvas/1#xywh=0,0,1,1`)
    assert.strictEqual(annotation["motivation"], "painting")
    assert.deepStrictEqual(lost, [`${canvasParts}.images[0].motivation`, `${canvasParts}.images[0].on`])
    assert.strictEqual(painted({ on: undefined }).annotation["target"], `${uri}/canvas/1`)
  })
})

describe("annotation lists", () => {
  it("may be named, and say which layer they are in", () => {
    const { canvas: read, lost } = page({
      otherContent: [
        `${uri}/list/1`,
        {
          "@id": `${uri}/list/2`,
          "@type": "sc:AnnotationList",
          within: { "@id": `${uri}/layer`, "@type": "sc:Layer", label: "Text" }
        }
      ]
    })
    assert.deepStrictEqual<unknown>(read.annotations, [
      { id: `${uri}/list/1`, type: "AnnotationPage" },
      {
        id: `${uri}/list/2`,
        type: "AnnotationPage",
        partOf: [{ id: `${uri}/layer`, type: "AnnotationCollection", label: none("Text") }]
      }
    ])
    assert.deepStrictEqual(lost, [])
  })

  it("may be embedded, with comments and tags", () => {
    const { annotations, lost } = annotated(
      comment(),
      comment({
        "@id": undefined,
        motivation: ["oa:tagging", "oa:commenting"],
        resource: [
          { "@type": ["oa:Tag", "cnt:ContentAsText"], chars: "ghost" },
          { "@type": "dctypes:Text", chars: "<p>Boo</p>", format: "text/html" }
        ],
        on: {
          "@type": "oa:SpecificResource",
          full: `${uri}/canvas/1`,
          selector: {
            "@type": "oa:Choice",
            default: { "@type": "oa:FragmentSelector", value: "xywh=0,0,5,5" },
            item: { "@type": "oa:SvgSelector", value: "<svg/>" }
          },
          within: { "@id": `${uri}/manifest`, "@type": "sc:Manifest" }
        }
      })
    )
    assert.deepStrictEqual<unknown>(annotations, [{
      id: `${uri}/list/1`,
      type: "AnnotationPage",
      items: [
        {
          id: `${uri}/comment/1`,
          type: "Annotation",
          motivation: "commenting",
          body: { type: "TextualBody", value: "To be", format: "text/plain", language: "en" },
          target: `${uri}/canvas/1`
        },
        {
          id: `${uri}/list/1/annotation/2`,
          type: "Annotation",
          motivation: ["tagging", "commenting"],
          body: [
            { type: "TextualBody", value: "ghost", purpose: "tagging" },
            { type: "TextualBody", value: "<p>Boo</p>", format: "text/html" }
          ],
          target: {
            type: "SpecificResource",
            source: { id: `${uri}/canvas/1`, type: "Canvas", partOf: [{ id: `${uri}/manifest`, type: "Manifest" }] },
            selector: [{ type: "FragmentSelector", value: "xywh=0,0,5,5" }, { type: "SvgSelector", value: "<svg/>" }]
          }
        }
      ]
    }])
    assert.deepStrictEqual(lost, [])
  })

  it("may link to a canvas", () => {
    const { annotations } = annotated(
      comment({ motivation: "oa:linking", resource: { "@id": `${uri}/canvas/1#xywh=0,0,1,1`, "@type": "sc:Canvas" } })
    )
    const [first] = annotationsOf(annotations[0])
    assert.deepStrictEqual<unknown>(first?.["body"], { id: `${uri}/canvas/1#xywh=0,0,1,1`, type: "Canvas" })
  })

  it("paint on the canvas, where Presentation 3 has what is painted", () => {
    const { annotations, canvas: read } = annotated(comment({ motivation: "sc:painting" }))
    assert.isUndefined(annotations)
    assert.deepStrictEqual(read.items.map(({ id }) => id), [`${uri}/canvas/1/page`, `${uri}/list/1`])
    const mixed = annotated(comment(), comment({ "@id": `${uri}/2`, motivation: "sc:painting" }))
    assert.lengthOf(annotationsOf(mixed.annotations[0]), 1)
    assert.deepStrictEqual(mixed.canvas.items.map(({ items }) => items.length), [2])
  })

  it("belong to manifests and ranges too", () => {
    const { manifest: read } = converted(
      manifest({ otherContent: [{ "@id": `${uri}/list`, "@type": "sc:AnnotationList" }] })
    )
    assert.deepStrictEqual<unknown>(read.annotations, [{ id: `${uri}/list`, type: "AnnotationPage" }])
  })

  it("may have their text under its full name, and a granularity", () => {
    const resource = { "@type": "cnt:ContentAsText", "cnt:chars": "To be" }
    const { annotations, lost } = annotated(comment({ resource, textGranularity: "line" }))
    assert.deepInclude(annotationsOf(annotations[0])[0], {
      body: { type: "TextualBody", value: "To be" },
      textGranularity: "line"
    })
    assert.deepStrictEqual(lost, [])
    const both = annotated(comment({ resource: { ...resource, chars: "or not" }, textGranularity: "chapter" }))
    const first = `${canvasParts}.otherContent[0].resources[0]`
    assert.sameMembers([...both.lost], [`${first}.resource["cnt:chars"]`, `${first}.textGranularity`])
  })

  it("are about the whole canvas where the region cannot be read", () => {
    const { annotations, lost } = annotated(comment({ on: `${uri}/canvas/1#xywh=NaN,NaN,NaN,NaN` }))
    assert.deepInclude(annotationsOf(annotations[0])[0], { target: `${uri}/canvas/1` })
    assert.deepStrictEqual(lost, [`${canvasParts}.otherContent[0].resources[0].on`])
  })

  it("have no time on a canvas, which has no duration", () => {
    const { annotations, lost } = annotated(comment({ on: `${uri}/canvas/1#t=1,2` }))
    const [first] = annotationsOf(annotations[0])
    assert.strictEqual(first?.["target"], `${uri}/canvas/1`)
    assert.deepStrictEqual(lost, [`${canvasParts}.otherContent[0].resources[0].on`])
  })
})
