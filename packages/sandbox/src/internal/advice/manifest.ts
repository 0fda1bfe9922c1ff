/** What is wrong in the manifest of a request that was accepted. */
import * as Check from "@iiif-ingest/iiif/Manifest"
import { isReadonlyObject } from "effect/Predicate"
import type { Note } from "../../RequestLog.ts"
import * as Paintings from "../presentation/paintings.ts"
import * as ImageId from "./imageId.ts"
import { note } from "./notes.ts"

export interface Size {
  readonly width: number
  readonly height: number
}

export interface Known {
  /** The size of an asset of the request or of one that is ingested; undefined for one that is neither. */
  readonly sizeOf: (identifier: string) => Size | "unknown" | undefined
  /** Where the sandbox is. */
  readonly base: string
}

/** What the Image API calls the formats that MPS lists (docs/mps.md, 2.4). */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  jpg: "image/jpeg",
  png: "image/png",
  gif: "image/gif",
  tif: "image/tiff"
}

const FILE = /\/default\.([A-Za-z0-9]+)$/

const file = ({ format, id = "", services }: Paintings.Painting): ReadonlyArray<Note> => {
  const [name = "", extension = ""] = FILE.exec(id) ?? []
  if (extension === "" || (services.length === 0 && ImageId.parse(id) === undefined)) return []
  const expected = MEDIA_TYPES[extension]
  if (expected === undefined) {
    const known = Object.keys(MEDIA_TYPES).map((one) => `default.${one}`).join(", ")
    return [note(
      "body-name",
      `The image of a canvas is named ${name.slice(1)}, which an image service cannot serve: name it one of ${known}`
    )]
  }
  return format === undefined || format === expected
    ? []
    : [note("body-format", `The image ${id} is ${expected} by its name, but its format says ${format}`)]
}

const imagesOf = ({ id = "", services }: Paintings.Painting): ReadonlyArray<ImageId.ImageId> =>
  [...services, id].map(ImageId.parse).filter((one) => one !== undefined)

const asset = ({ sizeOf }: Known) => (painting: Paintings.Painting): ReadonlyArray<Note> => {
  const [image] = imagesOf(painting)
  if (image === undefined) return []
  const size = sizeOf(image.identifier)
  if (size === undefined) {
    return [note(
      "unknown-asset",
      `A canvas shows ${image.identifier}, which is neither in the request nor ingested: ${painting.canvas.id ?? ""}`
    )]
  }
  const { height, width } = painting.canvas
  if (size === "unknown" || width === undefined || height === undefined) return []
  return width === size.width && height === size.height ? [] : [note(
    "canvas-size",
    `The canvas of ${image.identifier} is ${width} x ${height}, but the image ${size.width} x ${size.height}`
  )]
}

const HARVARD = /(?:^|\.)harvard\.edu$/i

const scheme = ({ base }: Known) => (painting: Paintings.Painting): ReadonlyArray<Note> =>
  imagesOf(painting).flatMap(({ host, identifier, scheme }) => {
    const expected = HARVARD.test(host) ? "https" : `http://${host}` === base ? "http" : scheme
    return scheme === expected ? [] : [note(
      "scheme",
      `The image ${identifier} is at ${scheme}://${host}, which serves ${expected}: a viewer may not load it`
    )]
  })

const ORIGIN = /^https?:\/\/[^/]+/i

const environment = (manifest: Readonly<Record<string, unknown>>, base: string): ReadonlyArray<Note> => {
  const [origin] = ORIGIN.exec(Paintings.idOf(manifest) ?? "") ?? []
  return origin === undefined || origin === base ? [] : [note(
    "other-environment",
    `The manifest's id is at ${origin}, not here: add ?hosts=sandbox to its address here to see it with its images`
  )]
}

/** The API that embeds MPS's viewer finds a title only there (docs/mps.md, 2.4). */
const label = (manifest: Readonly<Record<string, unknown>>): ReadonlyArray<Note> => {
  const value = manifest["label"]
  return !isReadonlyObject(value) || "none" in value || "@value" in value ? [] : [note(
    "label-none",
    "The manifest's label has no value under \"none\": where MPS's viewer is embedded, its title is [object Object]"
  )]
}

const MAX_CANVASES_CHECKED = 2000

/** The checker's findings, unless the manifest is so large that a reply would wait for them. */
const findings = (manifest: Readonly<Record<string, unknown>>): ReadonlyArray<Note> =>
  Paintings.countCanvases(manifest) > MAX_CANVASES_CHECKED
    ? []
    : Check.check(manifest).map(({ code, message, path }) =>
      note(`iiif/${code}`, path === "" ? message : `${path}: ${message}`)
    )

export const advise = (manifest: Readonly<Record<string, unknown>>, known: Known): ReadonlyArray<Note> => {
  const paintings = Paintings.of(manifest)
  return [
    ...environment(manifest, known.base),
    ...label(manifest),
    ...paintings.flatMap(file),
    ...paintings.flatMap(asset(known)),
    ...paintings.flatMap(scheme(known)),
    ...findings(manifest)
  ]
}

/** The assets that the manifest's canvases show. */
export const shown = (manifest: Readonly<Record<string, unknown>>): ReadonlySet<string> =>
  new Set(Paintings.of(manifest).flatMap(imagesOf).map(({ identifier }) => identifier))
