/** Random but repeatable Presentation 2.1 documents, all of them valid, which use as much of the text as they can. */
import { base, ContentMaker, context } from "./presentation2Content.ts"
import { type Fields, type Json, Random } from "./random.ts"

/** Makes whole documents. */
class Maker extends ContentMaker {
  protected chars(): Fields {
    return {
      "@type": this.random.pick<Json>(["cnt:ContentAsText", "dctypes:Text", ["oa:Tag", "cnt:ContentAsText"]]),
      chars: this.plain(),
      ...this.maybe(0.5, () => ({ format: "text/html" })),
      ...this.maybe(0.5, () => ({ language: "en" }))
    }
  }

  protected selector(): Json {
    return this.random.pick<() => Json>([
      () => ({
        "@context": "http://iiif.io/api/annex/openannotation/context.json",
        "@type": "iiif:ImageApiSelector",
        region: `${this.number()},0,10,10`,
        rotation: String(this.number())
      }),
      () => ({ "@type": "oa:FragmentSelector", value: `xywh=${this.number()},0,10,10` }),
      () => ({ "@type": ["oa:SvgSelector", "cnt:ContentAsText"], chars: `<svg>${this.number()}</svg>` }),
      () => ({
        "@type": "oa:Choice",
        default: { "@type": "oa:FragmentSelector", value: `xywh=${this.number()},0,10,10` },
        item: { "@type": "oa:SvgSelector", value: `<svg>${this.number()}</svg>` }
      })
    ])()
  }

  protected specific(full: Json): Fields {
    return {
      ...this.maybe(0.5, () => ({ "@id": `${this.uri("part")}/0,0,10,10/full/0/default.jpg` })),
      "@type": "oa:SpecificResource",
      full,
      ...this.maybe(0.7, () => ({ selector: this.selector() })),
      ...this.maybe(0.3, () => ({ style: `style-${this.number()}` }))
    }
  }

  protected painted(): Json {
    const random = this.random
    return random.pick<() => Json>([
      () => this.image(),
      () => this.image(),
      () => this.specific(this.image()),
      () => ({
        "@type": "oa:Choice",
        default: random.is(0.2) ? "rdf:nil" : this.image(),
        item: this.oneOrMany(() => random.is(0.3) ? this.specific(this.image()) : this.image())
      })
    ])()
  }

  /** A canvas as the target of an annotation, or a part of it. */
  protected on(canvas: string): Json {
    return this.random.pick<() => Json>([
      () => canvas,
      () => canvas,
      () => `${canvas}#xywh=${this.number()},0,20,20`,
      () => ({ "@type": "oa:SpecificResource", full: canvas, selector: this.selector() }),
      () => ({ "@id": canvas, "@type": "sc:Canvas", within: { "@id": this.uri("manifest"), "@type": "sc:Manifest" } })
    ])()
  }

  protected imageAnnotation(canvas: string): Fields {
    const random = this.random
    return {
      ...this.maybe(0.6, () => ({ "@id": this.uri("annotation") })),
      "@type": random.pick<Json>(["oa:Annotation", ["oa:Annotation"]]),
      motivation: random.pick<Json>(["sc:painting", ["sc:painting"]]),
      ...this.maybe(0.2, () => ({
        stylesheet: { "@type": ["oa:CssStyle", "cnt:ContentAsText"], chars: `.a {order: ${this.number()}}` }
      })),
      ...this.maybe(0.2, () => ({ label: this.text() })),
      resource: this.painted(),
      on: this.on(canvas)
    }
  }

  protected otherAnnotation(canvas: string): Fields {
    const random = this.random
    return {
      ...this.maybe(0.6, () => ({ "@id": this.uri("annotation") })),
      "@type": "oa:Annotation",
      motivation: random.pick<Json>(["oa:commenting", ["oa:tagging", "oa:commenting"], "oa:linking", "sc:painting"]),
      ...this.maybe(0.2, () => ({ "ex:rank": this.number() })),
      resource: random.pick<() => Json>([
        () => this.chars(),
        () => [this.chars(), this.chars()],
        () => ({ "@id": this.uri("text"), "@type": "dctypes:Text", format: "text/html" }),
        () => ({ "@id": this.uri("sound"), "@type": "dctypes:Sound", format: "audio/mpeg" }),
        () => this.specific(this.chars())
      ])(),
      on: random.is(0.2) ? [this.on(canvas), this.on(canvas)] : this.on(canvas)
    }
  }

  protected canvas(id: string): Fields {
    const random = this.random
    return {
      "@id": id,
      "@type": random.pick<Json>(["sc:Canvas", ["sc:Canvas"]]),
      label: this.text(),
      width: 1 + random.below(5_000),
      height: 1 + random.below(5_000),
      ...this.described(["non-paged", "facing-pages"], "sc:Manifest"),
      ...this.maybe(0.9, () => ({ images: random.some(0, 3, () => this.imageAnnotation(id)) })),
      ...this.maybe(0.3, () => ({
        otherContent: random.some(1, 2, () =>
          random.is(0.6) ? this.listReference() : {
            "@id": this.uri("list"),
            "@type": "sc:AnnotationList",
            ...this.described(["individuals"], "sc:Layer"),
            ...this.maybe(0.2, () => ({ next: this.uri("list"), prev: this.uri("list"), startIndex: 10 })),
            resources: random.some(1, 3, () => this.otherAnnotation(id))
          })
      }))
    }
  }

  protected ranges(canvases: ReadonlyArray<string>): ReadonlyArray<Fields> {
    const random = this.random
    const ids = random.some(1, 6, () => random.is(0.1) ? `urn:range:${this.number()}` : this.uri("range"))
    const part = (): string => {
      const canvas = random.pick(canvases)
      return random.is(0.3) ? `${canvas}#xywh=${this.number()},0,20,20` : canvas
    }
    const range = (id: string, index: number): Fields => {
      // Only later ranges, so that none contains itself.
      const inner = ids.slice(index + 1).filter(() => random.is(0.4))
      const members = inner.map((one): Json => ({ "@id": one, "@type": "sc:Range", label: this.plain() }))
      const pages = random.some(0, 3, (): Json => ({ "@id": part(), "@type": "sc:Canvas", label: "p" }))
      return {
        "@id": id,
        "@type": "sc:Range",
        label: this.text(),
        ...(index === 0 ? { viewingHint: "top" } : {}),
        ...this.described(["individuals", "paged"], "sc:Manifest"),
        ...this.maybe(0.2, () => ({ startCanvas: random.pick(canvases) })),
        ...this.maybe(0.2, () => ({ contentLayer: this.layer() })),
        ...(random.is(0.5)
          ? { ranges: inner, canvases: random.some(0, 3, part) }
          : { members: [...members, ...pages] })
      }
    }
    return ids.map(range)
  }

  protected layer(): Json {
    const id = this.uri("layer")
    return this.random.is(0.5) ? id : { "@id": id, "@type": "sc:Layer", label: this.text() }
  }

  manifest(): Fields {
    const random = this.random
    const canvases = random.some(1, 5, () => this.uri("canvas"))
    const contexts = random.is(0.8) ? context : [context, `${base}/extension/${this.number()}.json`]
    return {
      "@context": contexts,
      "@id": this.uri("manifest"),
      "@type": random.pick<Json>(["sc:Manifest", ["sc:Manifest"]]),
      label: this.text(),
      ...this.described(["individuals", "paged"], "sc:Collection"),
      ...this.maybe(0.3, () => ({ viewingDirection: random.pick(["left-to-right", "right-to-left"]) })),
      ...this.maybe(0.3, () => ({ navDate: "1856-01-01T00:00:00Z" })),
      sequences: [
        {
          ...this.maybe(0.7, () => ({ "@id": this.uri("sequence") })),
          "@type": "sc:Sequence",
          ...this.maybe(0.5, () => ({ label: this.text() })),
          ...this.described(["paged", "continuous"], "sc:Manifest"),
          ...this.maybe(0.3, () => ({ viewingDirection: "top-to-bottom" })),
          ...this.maybe(0.3, () => ({ startCanvas: random.pick(canvases) })),
          canvases: canvases.map((id) => this.canvas(id))
        },
        ...random.is(0.2)
          ? [{ "@id": this.uri("sequence"), "@type": "sc:Sequence", label: this.text() }]
          : []
      ],
      ...this.maybe(0.6, () => ({ structures: this.ranges(canvases) }))
    }
  }

  collection(depth: number): Fields {
    const random = this.random
    const manifest = (): Fields => ({
      "@id": this.uri("manifest"),
      "@type": "sc:Manifest",
      label: this.text(),
      ...this.described(["paged"], "sc:Collection")
    })
    const collection = (): Fields =>
      depth > 0 && random.is(0.5)
        ? this.collection(depth - 1)
        : { "@id": this.uri("collection"), "@type": "sc:Collection", label: this.text(), viewingHint: "multi-part" }
    return {
      ...(depth === 2 ? { "@context": context } : {}),
      "@id": this.uri("collection"),
      "@type": "sc:Collection",
      label: this.text(),
      ...this.described(["individuals", "multi-part"], "sc:Collection"),
      ...this.maybe(0.5, () => ({ members: random.some(1, 4, () => random.is(0.5) ? manifest() : collection()) })),
      ...this.maybe(0.5, () => ({ collections: random.some(1, 2, collection) })),
      ...this.maybe(0.5, () => ({ manifests: random.some(1, 3, manifest) }))
    }
  }
}

export const randomManifest = (seed: number): Fields => new Maker(new Random(seed)).manifest()

export const randomCollection = (seed: number): Fields => new Maker(new Random(seed)).collection(2)
