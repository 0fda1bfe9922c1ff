/** Random but repeatable Presentation 2.1 documents, all of them valid, which use as much of the text as they can. */

export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

export type Fields = { readonly [key: string]: Json }

/** A sequence of numbers that a seed determines. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** A number from 0 up to 1, without 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    const a = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    const b = (a + Math.imul(a ^ (a >>> 7), 61 | a)) ^ a
    return ((b ^ (b >>> 14)) >>> 0) / 4_294_967_296
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  is(chance: number): boolean {
    return this.next() < chance
  }

  pick<T>(list: ReadonlyArray<T>): T {
    const found = list[this.below(list.length)]
    if (found === undefined) throw new Error("nothing to pick from")
    return found
  }

  some<T>(least: number, most: number, make: (index: number) => T): ReadonlyArray<T> {
    return Array.from({ length: least + this.below(most - least + 1) }, (_, index) => make(index))
  }
}

const base = "https://example.org/iiif"

export const context = "http://iiif.io/api/presentation/2/context.json"

/** Makes a document; every text and address in it occurs once, so that it can be looked for in the result. */
class Maker {
  readonly #random: Random
  #count = 0

  constructor(random: Random) {
    this.#random = random
  }

  #number(): number {
    return ++this.#count
  }

  #uri(kind: string): string {
    const scheme = this.#random.pick([base, base, "http://example.net/a%2Fb", "https://example.org:8080/x?id=1&y"])
    return `${scheme}/${kind}/${this.#number()}`
  }

  /** Properties that are there or not. */
  #maybe(chance: number, make: () => Fields): Fields {
    return this.#random.is(chance) ? make() : {}
  }

  /** One value, or a list. */
  #oneOrMany(make: () => Json, most = 3): Json {
    return this.#random.is(0.6) ? make() : this.#random.some(1, most, make)
  }

  #plain(): string {
    const random = this.#random
    return random.pick(["Title", "<p>Some <b>text</b></p>", "Überschrift", "書名", "a &amp; b"]) + ` ${this.#number()}`
  }

  #text(): Json {
    const random = this.#random
    return this.#oneOrMany(() =>
      random.pick<() => Json>([
        () => this.#plain(),
        () => this.#plain(),
        () => ({ "@value": this.#plain() }),
        () => ({ "@value": this.#plain(), "@language": random.pick(["en", "fr", "de-CH", "zh-Hant", "ar-latn"]) })
      ])()
    )
  }

  #image(): Fields {
    const random = this.#random
    const id = `${this.#uri("image")}/full/full/0/default.jpg`
    return {
      "@id": random.is(0.2) ? `${id}#xywh=0,0,10,10` : id,
      ...this.#maybe(0.8, () => ({ "@type": random.pick<Json>(["dctypes:Image", ["dctypes:Image"]]) })),
      ...this.#maybe(0.6, () => ({ format: random.pick(["image/jpeg", "image/png"]) })),
      ...this.#maybe(0.6, () => ({ width: 1 + random.below(5_000), height: 1 + random.below(5_000) })),
      ...this.#maybe(0.3, () => ({ label: this.#text() })),
      ...this.#maybe(0.7, () => ({ service: this.#imageService() }))
    }
  }

  #imageService(): Fields {
    const random = this.#random
    const one = random.pick([
      { context: "http://iiif.io/api/image/2/context.json", profile: "http://iiif.io/api/image/2/level2.json" },
      {
        context: "http://library.stanford.edu/iiif/image-api/1.1/context.json",
        profile: "http://library.stanford.edu/iiif/image-api/1.1/compliance.html#level2"
      },
      { context: "http://iiif.io/api/image/1/context.json", profile: "http://iiif.io/api/image/1/level1.json" }
    ])
    const more = { formats: ["gif"], qualities: ["gray"], supports: ["mirroring"], maxWidth: 2_000 }
    return {
      "@context": one.context,
      "@id": this.#uri("service"),
      profile: random.is(0.7) ? one.profile : [one.profile, more],
      ...this.#maybe(0.2, () => ({
        protocol: "http://iiif.io/api/image",
        width: 6_000,
        height: 4_000,
        sizes: [{ width: 150, height: 100 }],
        tiles: [{ width: 512, scaleFactors: [1, 2, 4] }]
      })),
      ...this.#maybe(0.2, () => ({ service: this.#oneOrMany(() => this.#login()) }))
    }
  }

  #login(): Json {
    const version = this.#random.pick(["0", "1"])
    const context = `http://iiif.io/api/auth/${version}/context.json`
    return {
      "@context": context,
      "@id": this.#uri("login"),
      profile: `http://iiif.io/api/auth/${version}/login`,
      label: this.#plain(),
      header: this.#plain(),
      service: [
        { "@id": this.#uri("token"), profile: `http://iiif.io/api/auth/${version}/token` },
        { "@id": this.#uri("logout"), profile: `http://iiif.io/api/auth/${version}/logout`, label: this.#plain() }
      ]
    }
  }

  #service(): Json {
    return this.#random.pick<() => Json>([
      () => this.#uri("service"),
      () => this.#imageService(),
      () => this.#login(),
      () => ({
        "@context": "http://iiif.io/api/search/1/context.json",
        "@id": this.#uri("search"),
        profile: "http://iiif.io/api/search/1/search",
        service: { "@id": this.#uri("complete"), profile: "http://iiif.io/api/search/1/autocomplete" }
      }),
      () => ({
        "@context": "http://iiif.io/api/annex/services/physdim/1/context.json",
        profile: "http://iiif.io/api/annex/services/physdim",
        physicalScale: 0.0025,
        physicalUnits: "in"
      }),
      () => ({
        "@context": "http://geojson.org/geojson-ld/geojson-context.jsonld",
        "@id": this.#uri("place"),
        type: "Feature",
        properties: { name: this.#plain() },
        geometry: { type: "Point", coordinates: [48.8567, 2.3508] }
      }),
      () => ({
        "@context": "http://example.org/ns/jsonld/context.json",
        "@id": this.#uri("service"),
        profile: "http://example.org/docs/example-service.html",
        label: this.#text(),
        "ex:setting": this.#plain()
      })
    ])()
  }

  #link(format: string): Json {
    return this.#random.is(0.3) ? this.#uri("link") : {
      "@id": this.#uri("link"),
      ...this.#maybe(0.5, () => ({ label: this.#text() })),
      ...this.#maybe(0.7, () => ({ format })),
      ...this.#maybe(0.3, () => ({ profile: this.#uri("profile") }))
    }
  }

  #rendering(): Json {
    return { "@id": this.#uri("pdf"), label: this.#text(), format: "application/pdf" }
  }

  #picture(): Json {
    return this.#random.is(0.4) ? `${this.#uri("thumbnail")}.jpg` : this.#image()
  }

  #license(): Json {
    return this.#random.pick([
      "http://creativecommons.org/licenses/by/4.0/",
      "https://creativecommons.org/licenses/by-sa/4.0/",
      "http://rightsstatements.org/vocab/NoC-NC/1.0/",
      "https://rightsstatements.org/page/InC/1.0/?language=en",
      this.#uri("license")
    ])
  }

  #within(type: string): Json {
    return this.#random.is(0.5)
      ? this.#uri("within")
      : { "@id": this.#uri("within"), "@type": type, label: this.#text() }
  }

  /** What resources of every class may have. */
  #described(hints: ReadonlyArray<string>, within: string): Fields {
    const random = this.#random
    return {
      ...this.#maybe(0.3, () => ({
        metadata: random.some(1, 3, () => ({ label: this.#text(), value: this.#text() }))
      })),
      ...this.#maybe(0.3, () => ({ description: this.#text() })),
      ...this.#maybe(0.3, () => ({ attribution: this.#text() })),
      ...this.#maybe(0.3, () => ({ license: this.#oneOrMany(() => this.#license()) })),
      ...this.#maybe(0.2, () => ({ logo: this.#oneOrMany(() => this.#picture()) })),
      ...this.#maybe(0.3, () => ({ thumbnail: this.#oneOrMany(() => this.#picture()) })),
      ...this.#maybe(0.3, () => ({ viewingHint: random.is(0.8) ? random.pick(hints) : [this.#uri("hint"), ...hints] })),
      ...this.#maybe(0.2, () => ({
        related: this.#oneOrMany(() => this.#link(random.pick(["text/html", "video/mpeg"])))
      })),
      ...this.#maybe(0.2, () => ({ rendering: this.#oneOrMany(() => this.#rendering()) })),
      ...this.#maybe(0.2, () => ({ seeAlso: this.#oneOrMany(() => this.#link("text/xml")) })),
      ...this.#maybe(0.2, () => ({ service: this.#oneOrMany(() => this.#service()) })),
      ...this.#maybe(0.2, () => ({ within: this.#oneOrMany(() => this.#within(within)) })),
      ...this.#maybe(0.1, () => ({ otherContent: [this.#listReference()] })),
      ...this.#maybe(0.2, () => ({ "ex:note": this.#plain(), "ex:deep": { list: [1, this.#plain(), null] } }))
    }
  }

  #listReference(): Json {
    const id = this.#uri("list")
    return this.#random.is(0.4) ? id : {
      "@id": id,
      "@type": "sc:AnnotationList",
      ...this.#maybe(0.3, () => ({ label: this.#text() })),
      ...this.#maybe(0.3, () => ({ within: this.#within("sc:Layer") }))
    }
  }

  #chars(): Fields {
    return {
      "@type": this.#random.pick<Json>(["cnt:ContentAsText", "dctypes:Text", ["oa:Tag", "cnt:ContentAsText"]]),
      chars: this.#plain(),
      ...this.#maybe(0.5, () => ({ format: "text/html" })),
      ...this.#maybe(0.5, () => ({ language: "en" }))
    }
  }

  #selector(): Json {
    return this.#random.pick<() => Json>([
      () => ({
        "@context": "http://iiif.io/api/annex/openannotation/context.json",
        "@type": "iiif:ImageApiSelector",
        region: `${this.#number()},0,10,10`,
        rotation: String(this.#number())
      }),
      () => ({ "@type": "oa:FragmentSelector", value: `xywh=${this.#number()},0,10,10` }),
      () => ({ "@type": ["oa:SvgSelector", "cnt:ContentAsText"], chars: `<svg>${this.#number()}</svg>` }),
      () => ({
        "@type": "oa:Choice",
        default: { "@type": "oa:FragmentSelector", value: `xywh=${this.#number()},0,10,10` },
        item: { "@type": "oa:SvgSelector", value: `<svg>${this.#number()}</svg>` }
      })
    ])()
  }

  #specific(full: Json): Fields {
    return {
      ...this.#maybe(0.5, () => ({ "@id": `${this.#uri("part")}/0,0,10,10/full/0/default.jpg` })),
      "@type": "oa:SpecificResource",
      full,
      ...this.#maybe(0.7, () => ({ selector: this.#selector() })),
      ...this.#maybe(0.3, () => ({ style: `style-${this.#number()}` }))
    }
  }

  #painted(): Json {
    const random = this.#random
    return random.pick<() => Json>([
      () => this.#image(),
      () => this.#image(),
      () => this.#specific(this.#image()),
      () => ({
        "@type": "oa:Choice",
        default: random.is(0.2) ? "rdf:nil" : this.#image(),
        item: this.#oneOrMany(() => random.is(0.3) ? this.#specific(this.#image()) : this.#image())
      })
    ])()
  }

  /** A canvas as the target of an annotation, or a part of it. */
  #on(canvas: string): Json {
    return this.#random.pick<() => Json>([
      () => canvas,
      () => canvas,
      () => `${canvas}#xywh=${this.#number()},0,20,20`,
      () => ({ "@type": "oa:SpecificResource", full: canvas, selector: this.#selector() }),
      () => ({ "@id": canvas, "@type": "sc:Canvas", within: { "@id": this.#uri("manifest"), "@type": "sc:Manifest" } })
    ])()
  }

  #imageAnnotation(canvas: string): Fields {
    const random = this.#random
    return {
      ...this.#maybe(0.6, () => ({ "@id": this.#uri("annotation") })),
      "@type": random.pick<Json>(["oa:Annotation", ["oa:Annotation"]]),
      motivation: random.pick<Json>(["sc:painting", ["sc:painting"]]),
      ...this.#maybe(0.2, () => ({
        stylesheet: { "@type": ["oa:CssStyle", "cnt:ContentAsText"], chars: `.a {order: ${this.#number()}}` }
      })),
      ...this.#maybe(0.2, () => ({ label: this.#text() })),
      resource: this.#painted(),
      on: this.#on(canvas)
    }
  }

  #otherAnnotation(canvas: string): Fields {
    const random = this.#random
    return {
      ...this.#maybe(0.6, () => ({ "@id": this.#uri("annotation") })),
      "@type": "oa:Annotation",
      motivation: random.pick<Json>(["oa:commenting", ["oa:tagging", "oa:commenting"], "oa:linking", "sc:painting"]),
      ...this.#maybe(0.2, () => ({ "ex:rank": this.#number() })),
      resource: random.pick<() => Json>([
        () => this.#chars(),
        () => [this.#chars(), this.#chars()],
        () => ({ "@id": this.#uri("text"), "@type": "dctypes:Text", format: "text/html" }),
        () => ({ "@id": this.#uri("sound"), "@type": "dctypes:Sound", format: "audio/mpeg" }),
        () => this.#specific(this.#chars())
      ])(),
      on: random.is(0.2) ? [this.#on(canvas), this.#on(canvas)] : this.#on(canvas)
    }
  }

  #canvas(id: string): Fields {
    const random = this.#random
    return {
      "@id": id,
      "@type": random.pick<Json>(["sc:Canvas", ["sc:Canvas"]]),
      label: this.#text(),
      width: 1 + random.below(5_000),
      height: 1 + random.below(5_000),
      ...this.#described(["non-paged", "facing-pages"], "sc:Manifest"),
      ...this.#maybe(0.9, () => ({ images: random.some(0, 3, () => this.#imageAnnotation(id)) })),
      ...this.#maybe(0.3, () => ({
        otherContent: random.some(1, 2, () =>
          random.is(0.6) ? this.#listReference() : {
            "@id": this.#uri("list"),
            "@type": "sc:AnnotationList",
            ...this.#described(["individuals"], "sc:Layer"),
            resources: random.some(1, 3, () => this.#otherAnnotation(id))
          })
      }))
    }
  }

  #ranges(canvases: ReadonlyArray<string>): ReadonlyArray<Fields> {
    const random = this.#random
    const ids = random.some(1, 6, () => random.is(0.1) ? `urn:range:${this.#number()}` : this.#uri("range"))
    const part = (): string => {
      const canvas = random.pick(canvases)
      return random.is(0.3) ? `${canvas}#xywh=${this.#number()},0,20,20` : canvas
    }
    return ids.map((id, index): Fields => {
      // Only later ranges, so that none contains itself.
      const inner = ids.slice(index + 1).filter(() => random.is(0.4))
      const members = [...inner.map((one) => ({ "@id": one, "@type": "sc:Range", label: this.#plain() }))]
      return {
        "@id": id,
        "@type": "sc:Range",
        label: this.#text(),
        ...(index === 0 ? { viewingHint: "top" } : {}),
        ...this.#described(["individuals", "paged"], "sc:Manifest"),
        ...this.#maybe(0.2, () => ({ startCanvas: random.pick(canvases) })),
        ...this.#maybe(0.2, () => ({
          contentLayer: random.is(0.5)
            ? this.#uri("layer")
            : { "@id": this.#uri("layer"), "@type": "sc:Layer", label: this.#text() }
        })),
        ...(random.is(0.5)
          ? { ranges: inner, canvases: random.some(0, 3, part) }
          : {
            members: [...members, ...random.some(0, 3, () => ({ "@id": part(), "@type": "sc:Canvas", label: "p" }))]
          })
      }
    })
  }

  manifest(): Fields {
    const random = this.#random
    const canvases = random.some(1, 5, () => this.#uri("canvas"))
    const contexts = random.is(0.8) ? context : [context, `${base}/extension/${this.#number()}.json`]
    return {
      "@context": contexts,
      "@id": this.#uri("manifest"),
      "@type": random.pick<Json>(["sc:Manifest", ["sc:Manifest"]]),
      label: this.#text(),
      ...this.#described(["individuals", "paged"], "sc:Collection"),
      ...this.#maybe(0.3, () => ({ viewingDirection: random.pick(["left-to-right", "right-to-left"]) })),
      ...this.#maybe(0.3, () => ({ navDate: "1856-01-01T00:00:00Z" })),
      sequences: [
        {
          ...this.#maybe(0.7, () => ({ "@id": this.#uri("sequence") })),
          "@type": "sc:Sequence",
          ...this.#maybe(0.5, () => ({ label: this.#text() })),
          ...this.#described(["paged", "continuous"], "sc:Manifest"),
          ...this.#maybe(0.3, () => ({ viewingDirection: "top-to-bottom" })),
          ...this.#maybe(0.3, () => ({ startCanvas: random.pick(canvases) })),
          canvases: canvases.map((id) => this.#canvas(id))
        },
        ...random.is(0.2)
          ? [{ "@id": this.#uri("sequence"), "@type": "sc:Sequence", label: this.#text() }]
          : []
      ],
      ...this.#maybe(0.6, () => ({ structures: this.#ranges(canvases) }))
    }
  }

  collection(depth: number): Fields {
    const random = this.#random
    const manifest = (): Fields => ({
      "@id": this.#uri("manifest"),
      "@type": "sc:Manifest",
      label: this.#text(),
      ...this.#described(["paged"], "sc:Collection")
    })
    const collection = (): Fields =>
      depth > 0 && random.is(0.5)
        ? this.collection(depth - 1)
        : { "@id": this.#uri("collection"), "@type": "sc:Collection", label: this.#text(), viewingHint: "multi-part" }
    return {
      ...(depth === 2 ? { "@context": context } : {}),
      "@id": this.#uri("collection"),
      "@type": "sc:Collection",
      label: this.#text(),
      ...this.#described(["individuals", "multi-part"], "sc:Collection"),
      ...this.#maybe(0.5, () => ({ members: random.some(1, 4, () => random.is(0.5) ? manifest() : collection()) })),
      ...this.#maybe(0.5, () => ({ collections: random.some(1, 2, collection) })),
      ...this.#maybe(0.5, () => ({ manifests: random.some(1, 3, manifest) }))
    }
  }
}

export const randomManifest = (seed: number): Fields => new Maker(new Random(seed)).manifest()

export const randomCollection = (seed: number): Fields => new Maker(new Random(seed)).collection(2)

const strange: ReadonlyArray<Json> = [
  null,
  true,
  0,
  -1,
  1.5,
  1e300,
  "",
  " ",
  "text",
  "urn:isbn:1",
  "_:b1",
  "https://example.org/a b/ü?x=[1]#y#z",
  "HTTPS://example.org/%2F%zz",
  "rdf:nil",
  "2020-13-41T00:00:00Z",
  "\ud800",
  [],
  {},
  [[]],
  [null],
  [{}],
  [["a", ["b"]]],
  { "@id": "https://example.org/x" },
  { "@id": 7, "@type": "sc:Canvas" },
  { "@value": 3, "@language": "english-1900" },
  { "@value": "x", "@language": ["en"] },
  { en: ["x"] },
  { "@type": "oa:Choice" },
  { "@type": ["cnt:ContentAsText", 7], chars: "x" },
  { "@type": "oa:SpecificResource", full: { full: {} } },
  { __proto__: null, constructor: 1, toString: "x" }
]

const names = [
  "@id",
  "@type",
  "@context",
  "id",
  "type",
  "items",
  "label",
  "metadata",
  "service",
  "selector",
  "full",
  "default",
  "resource",
  "on",
  "within",
  "members",
  "profile",
  "toString",
  "constructor"
]

type Mutable = { [key: string]: unknown }

const isMutable = (value: unknown): value is Mutable => typeof value === "object" && value !== null

/** All objects and lists in a value. */
const holders = (value: unknown, found: Array<Mutable> = []): ReadonlyArray<Mutable> => {
  if (!isMutable(value)) return found
  found.push(value)
  for (const inner of Object.values(value)) holders(inner, found)
  return found
}

/** Damages a value in one place: takes something out, or puts something in that does not belong there. */
const damage = (document: unknown, random: Random): void => {
  const all = holders(document)
  const holder = random.pick(all)
  const keys = Object.keys(holder)
  const isNew = !Array.isArray(holder) && random.is(0.2)
  const key = keys.length === 0 || isNew ? random.pick(names) : random.pick(keys)
  const given = Object.hasOwn(holder, key) ? holder[key] : null
  const copy = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
  const change = random.below(7)
  if (change === 0) delete holder[key]
  else if (change === 1) holder[key] = [given]
  else if (change === 2) holder[key] = copy(random.pick(all))
  else if (change === 3) holder[random.pick(names)] = given
  else if (change === 4 && Array.isArray(holder) && holder.length > 0) holder.push(copy(random.pick(holder)))
  else holder[key] = copy(random.pick(strange))
}

/** A document that is damaged in one to four places. */
export const damaged = (document: Fields, random: Random): Json => {
  const copy: Json = JSON.parse(JSON.stringify(document))
  for (let count = 1 + random.below(4); count > 0; count--) damage(copy, random)
  // Lists keep only what JSON has of them.
  return JSON.parse(JSON.stringify(copy))
}
