/** Manifests made by the builder, for the tests with other implementations. */
import { Ids } from "@iiif-ingest/core"
import { Manifest, type Presentation3 } from "@iiif-ingest/iiif"
import { Result } from "effect"

const uri = Ids.ManifestUri.make("https://nrs-qa.lib.harvard.edu/URN-3:AT:HAMLET:MANIFEST:3")

const page = (name: string, more: Partial<Manifest.Page> = {}): Manifest.Page => ({
  id: Ids.AssetId.make(name),
  imageService: `https://mps-qa.lib.harvard.edu/assets/images/AT:${name}`,
  width: 640,
  height: 427,
  label: `Page ${name}`,
  ...more
})

const build = (description: Manifest.Description, pages: ReadonlyArray<Manifest.Page>): Presentation3.Manifest =>
  Result.getOrThrow(Manifest.build(uri, description, pages))

export const manifests = {
  "one page": build({ label: "Hamlet" }, [page("one")]),
  "a page as small as its thumbnail": build({ label: "Hamlet" }, [page("one", { width: 100, height: 250 })]),
  "two pages of a book, with all that is said of it": build({
    label: { en: ["Hamlet"], da: ["Amlet", "Amleth"] },
    summary: "A play",
    metadata: [{ label: { en: ["Author"] }, value: { en: ["William Shakespeare", "others"] } }],
    requiredStatement: { label: "Attribution", value: { en: ["Harvard Library"] } },
    rights: "http://rightsstatements.org/vocab/NoC-US/1.0/",
    provider: [{ id: "https://library.harvard.edu", label: "Harvard Library" }],
    behavior: ["paged"]
  }, [page("one"), page("two", { metadata: [{ label: "Folio", value: "1r" }] })]),
  "a hundred pages": build({ label: "Hamlet" }, Array.from({ length: 100 }, (_, index) => page(`p${index}`)))
} as const
