/** Writes as many manifests as given, of ten canvases each, to a folder. */
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import * as Result from "effect/Result"
import * as Fs from "node:fs"
import * as Path from "node:path"

const [, , folder = "", number = "10"] = process.argv

const description: Manifest.Description = {
  label: { en: ["A book"], none: ["A book"] },
  rights: "http://creativecommons.org/licenses/by/4.0/",
  requiredStatement: { label: "Held by", value: "A library" }
}

const pagesOf = (book: number): ReadonlyArray<Manifest.Page> =>
  Array.from({ length: 10 }, (_, page) => ({
    id: `p${page}`,
    imageService: `https://images.example.org/iiif/b${book}p${page}`,
    width: 4000,
    height: 6000,
    label: `Page ${page + 1}`
  }))

for (let book = 0; book < Number(number); book++) {
  const built = Manifest.build(`https://example.org/books/${book}/manifest`, description, pagesOf(book))
  const text = JSON.stringify(Result.getOrThrow(built), null, 2)
  Fs.writeFileSync(Path.join(folder, `${String(book).padStart(6, "0")}.json`), text)
}
