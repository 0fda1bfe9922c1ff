/** Random Presentation 2.1: texts, images, services, links, and what resources of every class may have. */
import type { Fields, Json, Random } from "./random.ts"

export const base = "https://example.org/iiif"

export const context = "http://iiif.io/api/presentation/2/context.json"

/** Makes the content of a document; every text and address in it occurs once, so that it can be looked for in the result. */
export class ContentMaker {
  protected readonly random: Random
  private count = 0

  constructor(random: Random) {
    this.random = random
  }

  protected number(): number {
    return ++this.count
  }

  protected uri(kind: string): string {
    const scheme = this.random.pick([base, base, "http://example.net/a%2Fb", "https://example.org:8080/x?id=1&y"])
    return `${scheme}/${kind}/${this.number()}`
  }

  /** Properties that are there or not. */
  protected maybe(chance: number, make: () => Fields): Fields {
    return this.random.is(chance) ? make() : {}
  }

  /** One value, or a list. */
  protected oneOrMany(make: () => Json, most = 3): Json {
    return this.random.is(0.6) ? make() : this.random.some(1, most, make)
  }

  protected plain(): string {
    const random = this.random
    return random.pick(["Title", "<p>Some <b>text</b></p>", "Überschrift", "書名", "a &amp; b"]) + ` ${this.number()}`
  }

  protected text(): Json {
    const random = this.random
    return this.oneOrMany(() =>
      random.pick<() => Json>([
        () => this.plain(),
        () => this.plain(),
        () => ({ "@value": this.plain() }),
        () => ({ "@value": this.plain(), "@language": random.pick(["en", "fr", "de-CH", "zh-Hant", "ar-latn"]) })
      ])()
    )
  }

  protected image(): Fields {
    const random = this.random
    const id = `${this.uri("image")}/full/full/0/default.jpg`
    return {
      "@id": random.is(0.2) ? `${id}#xywh=0,0,10,10` : id,
      ...this.maybe(0.8, () => ({ "@type": random.pick<Json>(["dctypes:Image", ["dctypes:Image"]]) })),
      ...this.maybe(0.6, () => ({ format: random.pick(["image/jpeg", "image/png"]) })),
      ...this.maybe(0.6, () => ({ width: 1 + random.below(5_000), height: 1 + random.below(5_000) })),
      ...this.maybe(0.3, () => ({ label: this.text() })),
      ...this.maybe(0.7, () => ({ service: this.imageService() }))
    }
  }

  protected imageService(): Fields {
    const random = this.random
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
      "@id": this.uri("service"),
      profile: random.is(0.7) ? one.profile : [one.profile, more],
      ...this.maybe(0.2, () => ({
        protocol: "http://iiif.io/api/image",
        width: 6_000,
        height: 4_000,
        sizes: [{ width: 150, height: 100 }],
        tiles: [{ width: 512, scaleFactors: [1, 2, 4] }]
      })),
      ...this.maybe(0.2, () => ({ service: this.oneOrMany(() => this.login()) }))
    }
  }

  protected login(): Json {
    const version = this.random.pick(["0", "1"])
    const context = `http://iiif.io/api/auth/${version}/context.json`
    return {
      "@context": context,
      "@id": this.uri("login"),
      profile: `http://iiif.io/api/auth/${version}/login`,
      label: this.plain(),
      header: this.plain(),
      service: [
        { "@id": this.uri("token"), profile: `http://iiif.io/api/auth/${version}/token` },
        { "@id": this.uri("logout"), profile: `http://iiif.io/api/auth/${version}/logout`, label: this.plain() }
      ]
    }
  }

  protected service(): Json {
    return this.random.pick<() => Json>([
      () => this.uri("service"),
      () => this.imageService(),
      () => this.login(),
      () => ({
        "@context": "http://iiif.io/api/search/1/context.json",
        "@id": this.uri("search"),
        profile: "http://iiif.io/api/search/1/search",
        service: { "@id": this.uri("complete"), profile: "http://iiif.io/api/search/1/autocomplete" }
      }),
      () => ({
        "@context": "http://iiif.io/api/annex/services/physdim/1/context.json",
        profile: "http://iiif.io/api/annex/services/physdim",
        physicalScale: 0.0025,
        physicalUnits: "in"
      }),
      () => ({
        "@context": "http://geojson.org/geojson-ld/geojson-context.jsonld",
        "@id": this.uri("place"),
        type: "Feature",
        properties: { name: this.plain() },
        geometry: { type: "Point", coordinates: [48.8567, 2.3508] }
      }),
      () => ({
        "@context": "http://example.org/ns/jsonld/context.json",
        "@id": this.uri("service"),
        profile: "http://example.org/docs/example-service.html",
        label: this.text(),
        "ex:setting": this.plain()
      })
    ])()
  }

  protected link(format: string): Json {
    return this.random.is(0.3) ? this.uri("link") : {
      "@id": this.uri("link"),
      ...this.maybe(0.5, () => ({ label: this.text() })),
      ...this.maybe(0.7, () => ({ format })),
      ...this.maybe(0.3, () => ({ profile: this.uri("profile") }))
    }
  }

  protected rendering(): Json {
    return { "@id": this.uri("pdf"), label: this.text(), format: "application/pdf" }
  }

  protected picture(): Json {
    return this.random.is(0.4) ? `${this.uri("thumbnail")}.jpg` : this.image()
  }

  protected license(): Json {
    return this.random.pick([
      "http://creativecommons.org/licenses/by/4.0/",
      "https://creativecommons.org/licenses/by-sa/4.0/",
      "http://rightsstatements.org/vocab/NoC-NC/1.0/",
      "https://rightsstatements.org/page/InC/1.0/?language=en",
      this.uri("license")
    ])
  }

  protected within(type: string): Json {
    return this.random.is(0.5)
      ? this.uri("within")
      : { "@id": this.uri("within"), "@type": type, label: this.text() }
  }

  /** What resources of every class may have. */
  protected described(hints: ReadonlyArray<string>, within: string): Fields {
    const random = this.random
    return {
      ...this.maybe(0.3, () => ({
        metadata: random.some(1, 3, () => ({ label: this.text(), value: this.text() }))
      })),
      ...this.maybe(0.3, () => ({ description: this.text() })),
      ...this.maybe(0.3, () => ({ attribution: this.text() })),
      ...this.maybe(0.3, () => ({ license: this.oneOrMany(() => this.license()) })),
      ...this.maybe(0.2, () => ({ logo: this.oneOrMany(() => this.picture()) })),
      ...this.maybe(0.3, () => ({ thumbnail: this.oneOrMany(() => this.picture()) })),
      ...this.maybe(0.3, () => ({ viewingHint: random.is(0.8) ? random.pick(hints) : [this.uri("hint"), ...hints] })),
      ...this.maybe(0.2, () => ({
        related: this.oneOrMany(() => this.link(random.pick(["text/html", "video/mpeg"])))
      })),
      ...this.maybe(0.2, () => ({ rendering: this.oneOrMany(() => this.rendering()) })),
      ...this.maybe(0.2, () => ({ seeAlso: this.oneOrMany(() => this.link("text/xml")) })),
      ...this.maybe(0.2, () => ({ service: this.oneOrMany(() => this.service()) })),
      ...this.maybe(0.2, () => ({ within: this.oneOrMany(() => this.within(within)) })),
      ...this.maybe(0.1, () => ({ otherContent: [this.listReference()] })),
      ...this.maybe(0.2, () => ({ "ex:note": this.plain(), "ex:deep": { list: [1, this.plain(), null] } }))
    }
  }

  protected listReference(): Json {
    const id = this.uri("list")
    return this.random.is(0.4) ? id : {
      "@id": id,
      "@type": "sc:AnnotationList",
      ...this.maybe(0.3, () => ({ label: this.text() })),
      ...this.maybe(0.3, () => ({ within: this.within("sc:Layer") }))
    }
  }
}
